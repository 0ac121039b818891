"""WebSub (W3C Recommendation of 2018): posts that come by themselves, and word of our own to those who listen."""
