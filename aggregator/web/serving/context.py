"""Per-application state that request handlers use: the store, the settings in force, the time, the caches.

`create_app` attaches one `Context` to its application; request handlers get it from `context()`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from flask import Flask, current_app

from aggregator.addresses import Addresses, FileAddresses
from aggregator.clock import Clock
from aggregator.sources.settings import Settings
from aggregator.store import Database, TimelineWatch
from aggregator.tally import Tally
from aggregator.web.serving.answer_cache import AnswerCache
from aggregator.web.serving.page_cache import PageCache
from aggregator.web.serving.theme_faults import ThemeFaults

NAME = "aggregator"


@dataclass(frozen=True, slots=True)
class Context:
    """One application's state. `settings` is called by each request, since the file is live."""

    database: Database
    settings: Callable[[], Settings]
    clock: Clock
    started: datetime
    polls: bool = False  # whether this process, or the `run` that it belongs to, also polls
    renderings: PageCache = field(default_factory=PageCache)
    answers: AnswerCache = field(default_factory=AnswerCache)
    timeline: TimelineWatch = field(default_factory=TimelineWatch)
    tally: Tally = field(default_factory=Tally)
    theme_faults: ThemeFaults = field(default_factory=ThemeFaults)
    files: FileAddresses | None = None  # if the pages are written to files

    def addresses(self) -> Addresses:
        """Return the addresses of this site as the settings in force say."""
        return self.files or Addresses(self.settings().site.url)

    def init_app(self, app: Flask) -> None:
        """Make this the context of `app`."""
        app.extensions[NAME] = self


def context() -> Context:
    """Return the context of the current application."""
    return context_of(current_app)


def context_of(app: Flask) -> Context:
    """Return the context of an application."""
    return cast("Context", app.extensions[NAME])
