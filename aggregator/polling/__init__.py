"""Polling: one feed once, and many feeds concurrently, from a claim to a saved outcome."""
