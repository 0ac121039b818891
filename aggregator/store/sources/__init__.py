"""The sources of the file in the store, and their status."""
