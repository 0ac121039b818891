"""A site's own look: the folder that `[site] theme` names, read and checked before it counts."""

from aggregator.theme.folder import read, signature
from aggregator.theme.look import Look

__all__ = ["Look", "read", "signature"]
