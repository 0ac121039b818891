from tests.store.newsroom import newsroom

__all__ = ["newsroom"]
