"""What a maintainer of the list should know of a source: before it is taken in, and while it is listed."""
