"""Entries and their stories: saved, grouped, indexed, pruned."""
