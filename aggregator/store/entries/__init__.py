"""Saves, groups, indexes and prunes entries."""
