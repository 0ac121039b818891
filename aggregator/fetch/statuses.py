"""HTTP statuses: which redirect, and what the others mean for somebody who wants a feed."""

import re
from http import HTTPStatus

from aggregator.model import Fault, FaultKind

PERMANENT = {HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.PERMANENT_REDIRECT}
KEEP_METHOD = {HTTPStatus.TEMPORARY_REDIRECT, HTTPStatus.PERMANENT_REDIRECT}
REDIRECTS = PERMANENT | KEEP_METHOD | {HTTPStatus.FOUND, HTTPStatus.SEE_OTHER}

SENTENCES = {
    400: "the publisher's server does not understand the request",
    401: "the publisher wants a password; give one by `headers` of this source",
    402: "the publisher wants to be paid",
    403: "the publisher refuses us; ask them what they want pollers to do",
    404: "the publisher has no feed at this address",
    405: "the publisher's server refuses to be asked for this address",
    406: "the publisher has no feed in a format that we read",
    407: "the proxy wants a password; give one in the proxy's address",
    410: "the publisher says that this feed is gone for good",
    421: "the publisher's server does not serve this host",
    429: "the publisher wants to be asked less often",
    451: "the publisher must not serve this feed, for legal reasons",
    500: "the publisher's server has trouble",
    502: "the publisher's server gets no answer from the server behind it",
    503: "the publisher's server is not available right now",
    504: "the publisher's server got no answer in time from the server behind it",
}
CLASSES = {
    1: "the server wants to speak another protocol than HTTP/1.1",
    2: "the server answers without the document",
    3: "the server points elsewhere without saying where",
    4: "the publisher's server refuses the request",
    5: "the publisher's server has trouble",
}


_EMPTY = {HTTPStatus.NO_CONTENT, HTTPStatus.RESET_CONTENT}
_WHOLE = re.compile(r"bytes +0-(\d{1,15})/(\d{1,15})", re.ASCII | re.IGNORECASE)


def has_document(status: int, content_range: str | None) -> bool:
    """Whether an answer to GET carries the whole document.

    A 203 is a 200 that passed a proxy (RFC 9110, section 15.3.4), a 206 may hold all of it (15.3.7); servers answer
    with other successes, too.
    """
    if status == HTTPStatus.PARTIAL_CONTENT:
        whole = _WHOLE.fullmatch((content_range or "").strip())
        return whole is not None and int(whole[1]) + 1 == int(whole[2])
    return HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES and status not in _EMPTY


def status_fault(status: int, *, is_conditional: bool, content_range: str | None = None) -> Fault | None:
    """Return what is wrong with a status that ends an exchange; None for a document, and for 304 if we asked for it."""
    if has_document(status, content_range) or (status == HTTPStatus.NOT_MODIFIED and is_conditional):
        return None
    return Fault(FaultKind.STATUS, f"HTTP {status}: {_meaning(status)}")


def form_fault(status: int) -> Fault | None:
    """Return what is wrong with the answer to a form; None for any success."""
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return None
    return Fault(FaultKind.STATUS, f"HTTP {status}: the server rejected the request")


def _meaning(status: int) -> str:
    if status == HTTPStatus.NOT_MODIFIED:
        return "the server says that nothing changed, but nobody asked that"
    if status == HTTPStatus.PARTIAL_CONTENT:
        return "the server sends a part, but nobody asked for one"
    unknown = "the server answers with a number that HTTP does not know"
    return SENTENCES.get(status) or CLASSES.get(status // 100, unknown)
