"""The application factory of the web side."""

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

from flask import Flask

from aggregator.clock import Clock, SystemClock
from aggregator.sources import Settings, SourcesFile
from aggregator.store import Database, TimelineWatch
from aggregator.web.display import templating
from aggregator.web.ops.health import health
from aggregator.web.ops.metrics import metrics
from aggregator.web.ops.websub_callback import websub
from aggregator.web.pages import error_pages, renamed_sources, well_known
from aggregator.web.pages.about_page import about
from aggregator.web.pages.archive_page import archive
from aggregator.web.pages.feeds import feeds
from aggregator.web.pages.opml_export import opml
from aggregator.web.pages.pictures import pictures
from aggregator.web.pages.planet import planet
from aggregator.web.pages.sources_page import directory
from aggregator.web.pages.subscribe_page import subscribe
from aggregator.web.pages.timeline_page import front
from aggregator.web.pages.weeks_page import weeks
from aggregator.web.serving import assets, cached_response, security
from aggregator.web.serving.below_path import BelowPath
from aggregator.web.serving.context import Context
from aggregator.web.serving.fast_path import FastPath
from aggregator.web.serving.in_language import InLanguage

BLUEPRINTS = (
    front,
    archive,
    subscribe,
    directory,
    weeks,
    about,
    feeds,
    opml,
    pictures,
    planet,
    health,
    metrics,
    websub,
    well_known.well_known,
    assets.assets,
)

DEFAULT_CONFIG = "config/sources.toml"
DEFAULT_DATABASE = "sqlite:///aggregator.db"


def create_app(
    settings: Settings | None = None,
    database: Database | None = None,
    clock: Clock | None = None,
    *,
    polls: bool = False,
    patience: float = 0,
) -> Flask:
    """Return the web side as a WSGI application.

    Missing arguments are read from the environment, as by the commands: AGGREGATOR_CONFIG and
    AGGREGATOR_DATABASE. Raises SourcesFault for a sources file with a fault, StoreError for an invalid URL of
    the store. `polls` says that this process, or the `run` that it belongs to, also polls: then `/healthz`
    checks the pollers as well. With `patience`, PostgreSQL is queried for changes only once in so many
    seconds.
    """
    clock = clock or SystemClock()
    app = Flask(__name__, static_folder=None)  # `assets` serves static files
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    Context(
        database or Database.open(os.environ.get("AGGREGATOR_DATABASE", DEFAULT_DATABASE)),
        _live_settings() if settings is None else lambda: settings,
        clock,
        started=clock.now(),
        polls=polls,
        timeline=TimelineWatch(patience),
    ).init_app(app)
    # Flask calls these in reverse: the security headers are set after the validators.
    for part in (security, well_known, cached_response, error_pages, renamed_sources, templating):
        part.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    # Each wraps the application as Flask documents it; the last one is called first.
    for step in (InLanguage, FastPath, BelowPath):
        app.wsgi_app = step(app)  # type: ignore[method-assign]
    return app


def _live_settings() -> Callable[[], Settings]:
    """Return a function that reads the sources file, again whenever it has changed: one `stat` per request.

    Without an environment: the web side sends no requests to publishers, so it needs no secrets.
    """
    path = Path(os.environ.get("AGGREGATOR_CONFIG", DEFAULT_CONFIG))
    return partial(_refreshed, SourcesFile(path, environ=None))


def _refreshed(file: SourcesFile) -> Settings:
    file.refresh()
    return file.settings
