"""One polite exchange with one publisher's server: limits, guards, codings.

Only follows redirects; does not decide what the response means for the feed.
"""
