"""Pictures for other programs: a card for shared links, icons and a manifest for home screens."""

import json
from collections.abc import Callable

from flask import Blueprint, Response
from werkzeug.exceptions import NotFound

from aggregator.theme.look import ICON
from aggregator.web.drawing.pictures import ACCENT, PAPER, card, icon
from aggregator.web.serving.assets import asset
from aggregator.web.serving.cached_response import cached_response
from aggregator.web.serving.context import Context, context
from aggregator.web.serving.page_cache import CacheVersion

pictures = Blueprint("pictures", __name__)

DAY = "public, max-age=86400"  # they only change with the site's name
ICON_SIZES = (180, 192, 512)  # pixels: what iOS asks for, and the two of the Web App Manifest's minimum


@pictures.get("/card.png")
def shared_card() -> Response:
    """Answer with the picture of the site's name."""
    return _answer("card", lambda: card(context().settings().site.title), "image/png")


@pictures.get("/icon-<int:size>.png")
def home_screen_icon(size: int) -> Response:
    """Answer with the icon in a size that pages name."""
    if size not in ICON_SIZES:
        raise NotFound
    return _answer(f"icon {size}", lambda: icon(size), "image/png")


@pictures.get("/site.webmanifest")
def manifest() -> Response:
    """Answer with the Web App Manifest (W3C)."""
    return _answer("manifest", _manifest, "application/manifest+json")


def _answer(name: str, render: Callable[[], bytes], content_type: str) -> Response:
    return cached_response((name,), _site_version, render, content_type=content_type, cache_control=DAY)


def _site_version(here: Context) -> CacheVersion:
    return CacheVersion((here.settings().site, here.settings().look), here.started)


def _icons() -> list[dict[str, str]]:
    """Return the icons for home screens: the theme's, which is an SVG for all sizes, or ours."""
    here = context()
    if here.settings().look.has(ICON):
        return [{"src": asset(ICON), "sizes": "any", "type": "image/svg+xml"}]
    page = here.addresses().page
    return [
        {"src": page(f"/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"}
        | {"purpose": "any maskable"}
        for size in ICON_SIZES[1:]
    ]


def _manifest() -> bytes:
    here = context()
    site, page = here.settings().site, here.addresses().page
    return json.dumps(
        {
            "name": site.title,
            "description": site.description,
            "lang": site.language,
            "start_url": page("/"),
            "scope": page("/"),
            "display": "minimal-ui",
            "background_color": f"#{bytes(PAPER).hex()}",
            "theme_color": f"#{bytes(ACCENT).hex()}",
            "icons": _icons(),
        },
        ensure_ascii=False,
    ).encode()
