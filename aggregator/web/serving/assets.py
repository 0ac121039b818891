"""The stylesheet, the script and the icon, each at an address that holds a hash of its content.

The script is one file per language: it begins with the translations.
"""

import hashlib
import mimetypes
from functools import cache
from pathlib import Path, PurePath

from flask import Blueprint, Response
from werkzeug.exceptions import NotFound

from aggregator.translations import Language, current
from aggregator.translations import gettext as _
from aggregator.translations.script import with_words
from aggregator.web.serving.cached_response import FOR_EVER, cached_response
from aggregator.web.serving.context import context
from aggregator.web.serving.page_cache import CacheVersion

assets = Blueprint("assets", __name__)

FOLDER = Path(__file__).parents[1] / "static"


@cache
def paths(language: Language) -> dict[str, str]:
    """Return the path of each asset below the site's own by its file's name."""
    return {name: f"/assets/{_hashed(name, body)}" for name, body in _bodies(language).items()}


@cache
def _bodies(language: Language) -> dict[str, bytes]:
    files = {path.name: path.read_bytes() for path in sorted(FOLDER.iterdir())}
    return {
        name: with_words(body, language) if name.endswith(".js") else body for name, body in files.items()
    }


def asset(name: str) -> str:
    """Return an asset's address. It changes with the content, so that a cached copy never becomes outdated."""
    return context().addresses().page(paths(current())[name])


@assets.get("/assets/<hashed>")
def serve(hashed: str) -> Response:
    """Answer with the asset of this hash; other versions are not found."""
    language = current()
    files = {address.rpartition("/")[2]: name for name, address in paths(language).items()}
    if hashed not in files:
        raise NotFound(_("This file belonged to another version of the site. Load the page again."))
    name = files[hashed]
    return cached_response(
        ("asset", hashed),
        lambda here: CacheVersion(hashed, here.started),
        lambda: _bodies(language)[name],
        content_type=f"{mimetypes.guess_type(name)[0]}; charset=utf-8",
        cache_control=FOR_EVER,
    )


def _hashed(name: str, body: bytes) -> str:
    digest = hashlib.blake2b(body, digest_size=6).hexdigest()
    path = PurePath(name)
    return f"{path.stem}.{digest}{path.suffix}"
