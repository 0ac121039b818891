"""From bytes to clean entries, in processes that can be killed, and only what is new."""
