"""One feed after the other, and many at once: from a claim to a saved outcome."""
