"""Reads, checks, watches and edits the sources file."""

from aggregator.sources.files import SourcesFault
from aggregator.sources.load import load
from aggregator.sources.look import with_look
from aggregator.sources.settings import Policy, Polling, Settings, Site, Source, Timeline
from aggregator.sources.watch import SourcesFile

__all__ = [
    "Policy",
    "Polling",
    "Settings",
    "Site",
    "Source",
    "SourcesFault",
    "SourcesFile",
    "Timeline",
    "load",
    "with_look",
]
