"""One exchange with one publisher's server, with manners: limits, guards, codings.

Follows redirects and nothing else; decides nothing about what the answer means for the feed.
"""
