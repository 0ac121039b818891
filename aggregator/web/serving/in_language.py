"""Sets the language of the site for each request.

It is read for each request, since the sources file is live.
"""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from flask import Flask

from aggregator.translations import language_for, speaking
from aggregator.web.serving.context import context_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class InLanguage:
    """The WSGI application around one whose answers are complete when it returns."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._through: WSGIApplication = app.wsgi_app

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer a request."""
        with speaking_for(self._app):
            return self._through(environ, start_response)


def speaking_for(app: Flask) -> AbstractContextManager[None]:
    """Use the language of an application's site within the block."""
    return speaking(language_for(context_of(app).settings().site.language))
