"""The site as files for any static host: the web side's responses, written if they changed."""

from aggregator.static_site.build import Summary, build
from aggregator.static_site.folder import FolderError

__all__ = ["FolderError", "Summary", "build"]
