"""Builds the site: plans its documents, renders each by the web side, and writes those that changed."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from werkzeug.test import Client

from aggregator import __version__, store
from aggregator.clock import Clock
from aggregator.errors import AggregatorError
from aggregator.sources import Settings
from aggregator.static_site.folder import Folder
from aggregator.static_site.plan import Document, Plan, plan
from aggregator.store import Database
from aggregator.translations import language_for
from aggregator.web import create_app
from aggregator.web.pages.well_known import expiry
from aggregator.web.serving.assets import paths
from aggregator.web.serving.context import Context

FIXED = {".nojekyll": b""}  # without it GitHub Pages skips files that begin with an underscore


class DocumentError(AggregatorError):
    """The web side returned an error for a document."""


@dataclass(frozen=True, slots=True)
class Summary:
    """The result of a build, in numbers of files."""

    written: int
    unchanged: int
    removed: int


def build(
    database: Database,
    settings: Settings,
    path: Path,
    clock: Clock,
    *,
    force: bool = False,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> Summary:
    """Write the site into a folder and return what was done; `progress` is called with how many files of how many.

    Raises FolderError for a folder that holds anything else, OSError for files that cannot be written.
    """
    with Folder(path, force=force) as folder:
        state = _state(database, settings, clock)
        if state == folder.state and folder.is_complete:
            folder.keep_all()
        else:
            _write(folder, plan(database, settings), _Renderer(database, settings, clock), progress)
            folder.finish(state)
        return Summary(folder.written, folder.unchanged, folder.removed)


def _state(database: Database, settings: Settings, clock: Clock) -> str:
    """Return a digest of everything that the site's documents depend on."""
    version = store.timeline_version(database)
    names = store.source_names(database)
    expires = expiry(clock.now()) if settings.site.security else None
    assets = sorted(paths(language_for(settings.site.language), settings.look).values())
    parts = (__version__, assets, settings, version.number, version.changed, names, expires)
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _write(
    folder: Folder, planned: Plan, renderer: "_Renderer", progress: Callable[[int, int], None]
) -> None:
    folder.begin([*(document.file for document in planned.documents), *FIXED])
    renderer.begin(planned)
    for done, document in enumerate(planned.documents, 1):
        folder.write(document.file, renderer.body(document))
        progress(done, len(planned.documents))
    for name, body in FIXED.items():
        folder.write(name, body)


class _Renderer:
    """The web side, which renders one document after the other."""

    def __init__(self, database: Database, settings: Settings, clock: Clock) -> None:
        self._database = database
        self._file_settings = self._settings = settings
        self._clock = clock

    def begin(self, planned: Plan) -> None:
        """Make pages that name each other by the addresses of this plan."""
        app = create_app(settings=self._settings, database=self._database, clock=self._clock)
        Context(
            self._database,
            lambda: self._settings,
            self._clock,
            started=self._clock.now(),
            files=planned.addresses,
        ).init_app(app)
        self._prefix = planned.addresses.prefix
        self._client = Client(app)

    def body(self, document: Document) -> bytes:
        """Return a document's bytes."""
        timeline = self._file_settings.timeline
        if document.posts:
            timeline = timeline.model_copy(update={"page_size": document.posts})
        self._settings = self._file_settings.model_copy(update={"timeline": timeline})
        answer = self._client.get(self._prefix + document.path)
        if answer.status_code != document.status:
            raise DocumentError(f"{document.file} could not be made: {answer.status}")
        return bytes(answer.data)
