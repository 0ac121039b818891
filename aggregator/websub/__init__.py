"""WebSub (W3C Recommendation of 2018): posts that come by themselves, and word of our own to those who listen."""

# Pushed documents that come at a time. Each holds a thread of the server until it has come; so many threads there are
# beyond those that pages need.
MOST_BODIES = 4
