"""The pages and documents of the web side, a module each."""
