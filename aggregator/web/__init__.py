"""The web side: the timeline's page and merged feeds, from the store alone. It makes no requests."""

from aggregator.web.app import create_app

__all__ = ["create_app"]
