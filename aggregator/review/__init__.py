"""What a maintainer of the list should know about a source: before it is added, and while it is listed."""
