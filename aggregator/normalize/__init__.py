"""From posts to clean entries. Knows no other polls and no other feeds, and not what day it is."""
