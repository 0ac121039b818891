"""Turns parsed posts into clean entries. Independent of other polls and feeds, and of the current time."""
