"""When a feed is polled next, and why; what a changed address or site means.

Pure: values in, decisions out. Knows no database, no clock and no network; chance is an argument too.
"""
