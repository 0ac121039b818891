"""`/about`: what this site and its poller do, for readers and for publishers."""

from flask import Blueprint

from aggregator import __version__
from aggregator.web.serving.context import context
from aggregator.web.serving.themed import render

about = Blueprint("about", __name__)


@about.get("/about")
def page() -> str:
    """Answer with the page."""
    polling = context().settings().polling
    return render("about.html", version=__version__, contact=_contact(polling.contact))


def _contact(contact: str) -> tuple[str, str | None]:
    """Return the contact, with a link if it is an address."""
    if contact.startswith(("https://", "http://", "mailto:")):
        return contact.removeprefix("mailto:"), contact
    return contact, f"mailto:{contact}" if "@" in contact and " " not in contact else None
