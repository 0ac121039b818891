"""WebSub (W3C Recommendation of 2018): receives pushed posts, and notifies our own hub."""

# Pushed documents that are received at a time. Each holds a thread of the server until it has come; so many
# threads there are beyond those that pages need.
MOST_BODIES = 4
