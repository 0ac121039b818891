"""Prepares values of the store for display on a page."""
