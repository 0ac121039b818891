"""Documents at fixed addresses: robots.txt, security.txt, the blogroll, as the sources file says."""

from datetime import datetime, timedelta

from flask import Blueprint, Flask, Response, abort

from aggregator.model import Month
from aggregator.outputs.channel import instant
from aggregator.web.pages.opml_export import sources
from aggregator.web.serving.context import context

well_known = Blueprint("well_known", __name__)

TEXT = "text/plain; charset=utf-8"
SECURITY = "/.well-known/security.txt"
RECOMMENDATIONS = "/.well-known/recommendations.opml"

VALID = timedelta(days=180)  # security.txt, at least; RFC 9116 asks for less than a year


def init_app(app: Flask) -> None:
    """Add a usage preference to every answer of `app`."""
    app.after_request(state_usage)


def state_usage(response: Response) -> Response:
    """Add the preference as a header (draft-ietf-aipref-attach)."""
    if usage := context().settings().site.content_usage:
        response.headers["Content-Usage"] = usage
    return response


@well_known.get("/robots.txt")
def robots() -> Response:
    """Answer with the rules for crawlers (RFC 9309). They are allowed by default: only a page that is fetched can say `noindex`."""
    site = context().settings().site
    usage = f"Content-Usage: {site.content_usage}\n" if site.content_usage else ""
    rules = site.robots.strip() or f"User-agent: *\n{usage}Allow: /"
    return Response(f"{rules}\n", content_type=TEXT)


@well_known.get(SECURITY)
def security() -> Response:
    """Answer with the contact for vulnerabilities (RFC 9116)."""
    here = context()
    contact = here.settings().site.security
    if not contact:
        abort(404)
    address = here.addresses().absolute(here.addresses().page(SECURITY))
    lines = (
        f"Contact: {contact}",
        f"Expires: {instant(expiry(here.clock.now()))}",
        f"Canonical: {address}",
    )
    return Response("\n".join(lines) + "\n", content_type=TEXT)


def expiry(now: datetime) -> datetime:
    """Return when security.txt expires: the end of a month, so that a built site writes it once a month."""
    return Month.of(now + VALID).end


@well_known.get(RECOMMENDATIONS)
def recommendations() -> Response:
    """Answer with the sources, which this site recommends (OPML blogroll, opml.org)."""
    if not context().settings().site.blogroll:
        abort(404)
    return sources()
