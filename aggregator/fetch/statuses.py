"""HTTP statuses: which are redirects, and what the others mean for a feed."""

import re
from http import HTTPStatus

from aggregator.model import Fault, FaultCode

PERMANENT = {HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.PERMANENT_REDIRECT}
KEEP_METHOD = {HTTPStatus.TEMPORARY_REDIRECT, HTTPStatus.PERMANENT_REDIRECT}
# A 300 that names an address prefers it (RFC 9110, section 15.4.1).
REDIRECTS = PERMANENT | KEEP_METHOD | {HTTPStatus.FOUND, HTTPStatus.SEE_OTHER, HTTPStatus.MULTIPLE_CHOICES}

_EMPTY = {HTTPStatus.NO_CONTENT, HTTPStatus.RESET_CONTENT}
_WHOLE = re.compile(r"bytes[ =]+0-(\d{1,15})/(\d{1,15})", re.ASCII | re.IGNORECASE)


def has_document(status: int, content_range: str | None) -> bool:
    """Whether a response to GET has the whole document.

    A 203 is a 200 that passed a proxy (RFC 9110, section 15.3.4), a 206 may hold all of it (15.3.7); servers
    use other success statuses, too.
    """
    if status == HTTPStatus.PARTIAL_CONTENT:
        whole = _WHOLE.fullmatch((content_range or "").strip())
        return whole is not None and int(whole[1]) + 1 == int(whole[2])
    return HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES and status not in _EMPTY


def status_fault(status: int, *, is_conditional: bool, content_range: str | None = None) -> Fault | None:
    """Return what is wrong with a status that ends an exchange; None for a document, and for 304 if we asked for it."""
    if has_document(status, content_range) or (status == HTTPStatus.NOT_MODIFIED and is_conditional):
        return None
    return Fault(FaultCode.HTTP_STATUS, {"status": status})


def form_fault(status: int) -> Fault | None:
    """Return what is wrong with the response to a form; None for any success."""
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return None
    return Fault(FaultCode.FORM_REJECTED, {"status": status})
