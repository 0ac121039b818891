"""What the timeline shows of the store, a page at a time."""
