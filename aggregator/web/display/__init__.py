"""From values of the store to what a page shows of them."""
