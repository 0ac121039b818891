"""Requests and their headers: never a cookie, a referrer or an added query."""

import base64
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import unquote

import httpx

from aggregator import __version__
from aggregator.fetch.addresses import origin
from aggregator.fetch.statuses import KEEP_METHOD, REDIRECTS, form_fault, status_fault
from aggregator.model import Fault, Validators
from aggregator.sources.settings import Polling

ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml,"
    " application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.9, text/html;q=0.5, */*;q=0.1"
)
CODINGS = "gzip, deflate, br, zstd"

Lines = list[tuple[bytes, bytes]]

# Called with the previous and the next host; returns how long to wait for a slot at the next one, across all
# pollers. Called again after the wait.
ChangeHost = Callable[[str, str], Awaitable[timedelta]]


@dataclass(frozen=True, slots=True)
class RequestSpec:
    """A request to an address and to the targets of its redirects."""

    site_url: str
    polling: Polling
    validators: Validators
    own: Mapping[str, str]  # the admin's headers for this source
    form: bytes | None = None  # to hand in, instead of asking for a document
    change_host: ChangeHost | None = None

    @property
    def method(self) -> str:
        """`GET` for a document, `POST` for a form."""
        return "GET" if self.form is None else "POST"

    @property
    def follows(self) -> Collection[int]:
        """The redirects to follow; others would turn a form into a question (RFC 9110, section 15.4)."""
        return REDIRECTS if self.form is None else KEEP_METHOD

    @property
    def limit(self) -> float:
        """How long it may take, in seconds."""
        return self.polling.timeout.total_seconds()

    def fault(self, status: int, content_range: str | None) -> Fault | None:
        """Return what is wrong with the status that ends it."""
        if self.form is None:
            return status_fault(status, is_conditional=bool(self.validators), content_range=content_range)
        return form_fault(status)

    def headers(self, first: httpx.URL, url: httpx.URL) -> Lines:
        """Return the headers of the request to this hop.

        What the admin set wins over what we say. It goes to the origin that it was set for and no other: a
        redirect must not carry a password away.
        """
        said = {
            "Host": url.netloc.decode("ascii"),
            "User-Agent": self._user_agent(),
            "Accept": ACCEPT,
            "Accept-Encoding": CODINGS,
            **self._conditions(),
            **self._content_type(),
            "Connection": "close",  # the next request here is minutes away; a server should not wait for it
        }
        if origin(url) == origin(first):
            said = _merged(said, _credentials(first), self.own)
        return [(_encoded(name), _encoded(value)) for name, value in said.items()]

    def _user_agent(self) -> str:
        about = "; ".join(filter(None, (f"+{self.site_url}", self.polling.contact)))
        return f"aggregator/{__version__} ({about})"

    def _conditions(self) -> dict[str, str]:
        """Send both validators if both were given (RFC 9110, section 13.1.3)."""
        conditions = {
            "If-None-Match": self.validators.etag,
            "If-Modified-Since": self.validators.last_modified,
        }
        return {name: value for name, value in conditions.items() if value is not None}

    def _content_type(self) -> dict[str, str]:
        return {} if self.form is None else {"Content-Type": "application/x-www-form-urlencoded"}


def _merged(*layers: Mapping[str, str]) -> dict[str, str]:
    """Merge headers, later ones first; names are case-insensitive."""
    merged: dict[str, tuple[str, str]] = {}
    for layer in layers:
        merged |= {name.lower(): (name, value) for name, value in layer.items()}
    return dict(merged.values())


def _credentials(url: httpx.URL) -> dict[str, str]:
    """Return the Authorization header for the user and password of an address (RFC 7617)."""
    if not url.userinfo:
        return {}
    token = base64.b64encode(unquote(url.userinfo.decode("ascii")).encode())
    return {"Authorization": f"Basic {token.decode('ascii')}"}


def _encoded(value: str) -> bytes:
    """Return a value's original bytes: received headers are decoded as latin-1, only an admin's may have other characters."""
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode()
