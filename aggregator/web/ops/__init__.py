"""Addresses for machines: health, metrics, hubs."""
