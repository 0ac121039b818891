"""The site as files for any static host: what the web side would answer, written if it changed."""

from aggregator.static_site.build import Summary, build
from aggregator.static_site.folder import FolderError

__all__ = ["FolderError", "Summary", "build"]
