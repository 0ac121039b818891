"""The merged feeds that people subscribe to: a module a format."""
