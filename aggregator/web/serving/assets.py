"""The stylesheet, the script and the icon, each at an address that holds a hash of its content."""

import hashlib
import mimetypes
from functools import cache
from pathlib import Path

from flask import Blueprint, Response
from werkzeug.exceptions import NotFound

from aggregator.web.serving.cached_response import FOR_EVER, cached_response
from aggregator.web.serving.context import context
from aggregator.web.serving.page_cache import CacheVersion

assets = Blueprint("assets", __name__)

FOLDER = Path(__file__).parents[1] / "static"


@cache
def paths() -> dict[str, str]:
    """Return the path of each asset below the site's own by its file's name."""
    return {path.name: f"/assets/{_hashed(path)}" for path in sorted(FOLDER.iterdir())}


def asset(name: str) -> str:
    """Return an asset's address. It changes with the content, so that a copy of it never grows old."""
    return context().addresses().page(paths()[name])


@assets.get("/assets/<hashed>")
def serve(hashed: str) -> Response:
    """Answer with the asset of this hash; one of another version is not here."""
    files = {address.rpartition("/")[2]: name for name, address in paths().items()}
    if hashed not in files:
        raise NotFound("This file belonged to another version of the site. Load the page again.")
    path = FOLDER / files[hashed]
    return cached_response(
        ("asset", hashed),
        lambda here: CacheVersion(hashed, here.started),
        path.read_bytes,
        content_type=f"{mimetypes.guess_type(path)[0]}; charset=utf-8",
        cache_control=FOR_EVER,
    )


def _hashed(path: Path) -> str:
    digest = hashlib.blake2b(path.read_bytes(), digest_size=6).hexdigest()
    return f"{path.stem}.{digest}{path.suffix}"
