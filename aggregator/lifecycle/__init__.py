"""When a feed is polled next, and why; what a change of address or of site means.

Pure: values in, decisions out. Knows no database, no clock and no network; chance is an argument too.
"""
