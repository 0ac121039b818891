"""The web side: the page and the merged feeds of the timeline, from what the store holds. It asks nobody else."""

from aggregator.web.app import create_app

__all__ = ["create_app"]
