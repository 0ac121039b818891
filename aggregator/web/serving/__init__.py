"""Makes, caches and sends answers."""
