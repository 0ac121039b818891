"""Mentions and ranking. Pure: the store fetches the links, this package decides."""
