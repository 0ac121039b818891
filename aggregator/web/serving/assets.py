"""The stylesheet, the script, the icon and what the theme brings, each at an address that holds a hash of its content.

The script is one file per language: it begins with the translations.
"""

import hashlib
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path, PurePath

from flask import Blueprint, Response
from werkzeug.exceptions import NotFound

from aggregator.theme import Look
from aggregator.theme.look import CONTENT_TYPES
from aggregator.translations import Language, current
from aggregator.translations import gettext as _
from aggregator.translations.script import with_words
from aggregator.web.serving.cached_response import FOR_EVER, cached_response
from aggregator.web.serving.context import context
from aggregator.web.serving.page_cache import CacheVersion

assets = Blueprint("assets", __name__)

FOLDER = Path(__file__).parents[1] / "static"
KEPT = 16  # pairs of a language and a look, of which a process has one until the sources file changes


@lru_cache(KEPT)
def paths(language: Language, look: Look) -> Mapping[str, str]:
    """Return the path of each asset below the site's own by its file's name."""
    return {name: f"/assets/{_hashed(name, body)}" for name, body in _bodies(language, look).items()}


@lru_cache(KEPT)
def _bodies(language: Language, look: Look) -> Mapping[str, bytes]:
    """Return all assets; one of a theme takes the place of ours."""
    files = {path.name: path.read_bytes() for path in sorted(FOLDER.iterdir())}
    ours = {
        name: with_words(body, language) if name.endswith(".js") else body for name, body in files.items()
    }
    return {**ours, **look.assets}


def asset(name: str) -> str:
    """Return an asset's address. It changes with the content, so that a cached copy never becomes outdated."""
    here = context()
    return here.addresses().page(paths(current(), here.settings().look)[name])


def face_of(slug: str | None) -> str | None:
    """Return the address of a source's picture, if the sources file gives it one."""
    name = context().settings().look.faces.get(slug or "")
    return asset(name) if name else None


@assets.get("/assets/<hashed>")
def serve(hashed: str) -> Response:
    """Answer with the asset of this hash; other versions are not found."""
    language, look = current(), context().settings().look
    files = {address.rpartition("/")[2]: name for name, address in paths(language, look).items()}
    if hashed not in files:
        raise NotFound(_("This file belonged to another version of the site. Load the page again."))
    name = files[hashed]
    return cached_response(
        ("asset", hashed),
        lambda here: CacheVersion(hashed, here.started),
        lambda: _bodies(language, look)[name],
        content_type=CONTENT_TYPES[PurePath(name).suffix.lower()],
        cache_control=FOR_EVER,
    )


def _hashed(name: str, body: bytes) -> str:
    """Return a file's name with a hash in it, of characters that mean themselves in an address."""
    path = PurePath(name)
    stem = re.sub(r"[^A-Za-z0-9-]+", "-", path.stem)
    return f"{stem}.{hashlib.blake2b(body, digest_size=6).hexdigest()}{path.suffix.lower()}"
