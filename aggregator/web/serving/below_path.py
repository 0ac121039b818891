"""Serves the application below the path of `[site] url`, which is its SCRIPT_NAME.

The path is read for each request, since the sources file is live. A proxy passes addresses on unchanged.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask, redirect
from werkzeug.exceptions import NotFound

from aggregator.translations import gettext as _
from aggregator.web.serving.context import context_of
from aggregator.web.serving.in_language import speaking_for

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class BelowPath:
    """The WSGI application around one that answers at the root."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._through: WSGIApplication = app.wsgi_app

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer a request."""
        prefix = context_of(self._app).addresses().prefix
        path = environ["PATH_INFO"]
        if prefix and path != prefix and not path.startswith(f"{prefix}/"):
            return self._elsewhere(environ, start_response, prefix)
        if prefix:
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + prefix
            environ["PATH_INFO"] = path.removeprefix(prefix) or "/"
        return self._through(environ, start_response)

    def _elsewhere(
        self, environ: "WSGIEnvironment", start_response: "StartResponse", prefix: str
    ) -> Iterable[bytes]:
        """Redirect from the root of the host to the site; everything else is not found."""
        with speaking_for(self._app), self._app.request_context(environ):
            if environ["PATH_INFO"] == "/":
                response = self._app.make_response(redirect(f"{prefix}/", 302))
            else:
                response = self._app.make_response(
                    self._app.handle_user_exception(
                        NotFound(_("This site is at {path} and below it.", path=f"{prefix}/"))
                    )
                )
            return self._app.process_response(response)(environ, start_response)
