"""Sentences for what goes wrong at publishers, and for what they could do better: with what the admin can do about it."""

from collections.abc import Callable, Mapping

from aggregator.model import DocumentWarning, Fault, FaultCode, WarningCode
from aggregator.quantities import size_in_words
from aggregator.translations import N_
from aggregator.translations import gettext as _

# What several sentences say at their end.
_SHARED = {
    "cookie": N_("it may insist on a cookie, which a poller never sends"),
    "advice": N_("check the address of the feed"),
    "blame": N_("the publisher's document is to blame, it is tried again"),
}
_FAULTS = {
    FaultCode.NO_SUCH_NAME: N_("no server answers to the name {host} (DNS)"),
    FaultCode.NAME_SERVERS_SILENT: N_(
        "no name server told where {host} is (DNS); it may be ours that is down, or theirs"
    ),
    FaultCode.LOOK_UP_FAILED: N_("looking up the name {host} failed (DNS): {reason}"),
    FaultCode.LOOK_UP_TOO_LATE: N_("looking up the name {host} took longer than {seconds} (DNS)"),
    FaultCode.REFUSED: N_("{host} refuses connections: no server runs at this port"),
    FaultCode.NOT_ACCEPTED: N_("{host} does not accept connections"),
    FaultCode.NO_ROUTE: N_("no route to {host} from this network"),
    FaultCode.NO_CONNECTION: N_("no connection to {host}: {reason}"),
    FaultCode.CONNECTION_TOO_LATE: N_("{host} took no connection within {seconds}"),
    FaultCode.PROXY_FAILED: N_("the proxy did not connect to {host}: {reason}"),
    FaultCode.NO_TLS: N_("{host} speaks no TLS at this port; is the feed at http:// instead?"),
    FaultCode.TLS_FAILED: N_("TLS with {host} failed: {reason}"),
    FaultCode.TLS_BROKE_OFF: N_("{host} hung up in the TLS handshake"),
    FaultCode.TLS_TOO_LATE: N_("the TLS handshake with {host} was not done within {seconds}"),
    FaultCode.CERTIFICATE_EXPIRED: N_("TLS certificate expired{date}"),
    FaultCode.CERTIFICATE_NOT_YET_VALID: N_(
        "TLS certificate is not valid yet; is the clock of this machine right?"
    ),
    FaultCode.CERTIFICATE_OF_ANOTHER: N_("TLS certificate is for another name than {host}"),
    FaultCode.CERTIFICATE_SELF_SIGNED: N_(
        "TLS certificate is self-signed: nobody vouches for it; if you do, add it to SSL_CERT_FILE"
    ),
    FaultCode.CERTIFICATE_UNKNOWN_ISSUER: N_(
        "TLS certificate is signed by an authority that this machine does not know,"
        " or its chain is incomplete; if you trust the authority, add it to SSL_CERT_FILE"
    ),
    FaultCode.CERTIFICATE_REFUSED: N_("TLS certificate is not accepted: {reason}"),
    FaultCode.ANSWER_TOO_LATE: N_("{host} took the request but did not answer within {seconds}"),
    FaultCode.BODY_TOO_LATE: N_("the answer was not complete within {seconds}; {received} had come"),
    FaultCode.TURN_TOO_LATE: N_("a redirect waited longer than {seconds} for its turn at {host}"),
    FaultCode.HOST_WANTS_NONE: N_("redirects to {host}, which wants no requests at the moment"),
    FaultCode.NO_ANSWER: N_("{host} hung up without an answer"),
    FaultCode.NO_HTTP: N_("{host} does not answer in HTTP: {reason}"),
    FaultCode.RESET: N_("the connection was reset in the middle of the answer, after {received}"),
    FaultCode.BROKE_OFF: N_("the answer broke off after {received}{announced}"),
    FaultCode.FRAMED_WRONGLY: N_("the answer is framed wrongly after {received}: {reason}"),
    FaultCode.CODED_DATA_BROKE_OFF: N_("the answer broke off: its `{coding}` data has no end"),
    FaultCode.TOO_LARGE: N_(
        "the answer is larger than {most} after decompression; if it is a feed all the same, raise"
        " `max_bytes` for this source"
    ),
    FaultCode.CODED_WRONGLY: N_("the answer is not what its `{coding}` says: {reason}"),
    FaultCode.CODING_UNKNOWN: N_("the answer is coded as `{coding}`, which we did not offer"),
    FaultCode.CODED_TOO_OFTEN: N_("the answer is coded {times} times over: `{coding}`"),
    FaultCode.REDIRECT_NOWHERE: N_("HTTP {status} does not say where it redirects to"),
    FaultCode.REDIRECT_TO_ITSELF: N_("{address} redirects to itself; {cookie}"),
    FaultCode.REDIRECT_CIRCLE: N_("redirects in a circle, by way of {address}"),
    FaultCode.REDIRECT_CIRCLE_WITH_COOKIES: N_("redirects in a circle, by way of {address}; {cookie}"),
    FaultCode.TOO_MANY_REDIRECTS: N_("redirects more than {times} times"),
    FaultCode.TOO_MANY_REDIRECTS_WITH_COOKIES: N_("redirects more than {times} times; {cookie}"),
    FaultCode.REDIRECT_TOO_LONG: N_("redirects to an address of more than {characters} characters"),
    FaultCode.REDIRECT_TO_NO_ADDRESS: N_("redirects to '{address}', which is no address"),
    FaultCode.REDIRECT_OFF_THE_WEB: N_("redirects to '{address}', which is no http or https address"),
    FaultCode.NO_ADDRESS: N_("'{address}' is no address: {reason}"),
    FaultCode.NO_WEB_ADDRESS: N_("'{address}' is no http or https address"),
    FaultCode.PRIVATE_NETWORK: N_(
        "{host} is in a private network, not on the public internet; if that is meant, set"
        " `allow_private_networks = true` for this source"
    ),
    FaultCode.LEADS_TO_PRIVATE_NETWORK: N_(
        "{host} leads to {address}, which is in a private network, not on the public"
        " internet; if that is meant, set `allow_private_networks = true` for this source"
    ),
    FaultCode.HEADERS_UNWRITABLE: N_(
        "one of this source's `headers` cannot be written in HTTP: a line break in it, or a space in its name"
    ),
    FaultCode.HTTP_STATUS: N_("HTTP {status}: {meaning}"),
    FaultCode.FORM_REJECTED: N_("HTTP {status}: the server rejected the request"),
    FaultCode.PAGE: N_("this is a web page, not a feed; find the feed's own address"),
    FaultCode.PAGE_WITH_FEED: N_("this is a web page, not a feed; it names a feed, use that{address}"),
    FaultCode.EMPTY: N_("the document is empty; {advice}"),
    FaultCode.NO_DOCUMENT: N_("no document came"),
    FaultCode.LOOKS_LIKE_FILE: N_("this is no feed: it looks like {format}; {advice}"),
    FaultCode.LOOKS_LIKE_XML: N_("this is no feed: it looks like XML that begins with <{element}>; {advice}"),
    FaultCode.LOOKS_LIKE_TEXT: N_(
        "this is no feed: it looks like plain text that begins with “{text}”; {advice}"
    ),
    FaultCode.JSON_BROKEN: N_("the document begins like JSON, but is broken; {advice}"),
    FaultCode.JSON_WITHOUT_ITEMS: N_("the document is JSON, but no JSON Feed: it has no items; {advice}"),
    FaultCode.READING_TOO_LATE: N_("reading the document took longer than {seconds}; {blame}"),
    FaultCode.READING_TOO_LARGE: N_(
        "reading the document needed more than {mebibytes} MiB of memory; {blame}"
    ),
    FaultCode.READING_DIED: N_("reading the document made its process die; {blame}"),
    FaultCode.READING_CROWDED: N_(
        "reading the document takes long, and too many others that do are waiting; {blame}"
    ),
}

_FORMATS = {
    "gzip": N_("compressed data (gzip)"),
    "zip": N_("a ZIP archive"),
    "pdf": N_("a PDF document"),
    "image": N_("an image"),
}

# What a status means for somebody who wants a feed.
_STATUSES = {
    304: N_("the server says that nothing changed, but nobody asked that"),
    206: N_("the server sends a part, but nobody asked for one"),
    400: N_("the publisher's server does not understand the request"),
    401: N_("the publisher wants a password; give one by `headers` of this source"),
    402: N_("the publisher wants to be paid"),
    403: N_("the publisher refuses us; ask them what they want pollers to do"),
    404: N_("the publisher has no feed at this address"),
    405: N_("the publisher's server refuses to be asked for this address"),
    406: N_("the publisher has no feed in a format that we read"),
    407: N_("the proxy wants a password; give one in the proxy's address"),
    410: N_("the publisher says that this feed is gone for good"),
    421: N_("the publisher's server does not serve this host"),
    429: N_("the publisher wants to be asked less often"),
    451: N_("the publisher must not serve this feed, for legal reasons"),
    500: N_("the publisher's server has trouble"),
    502: N_("the publisher's server gets no answer from the server behind it"),
    503: N_("the publisher's server is not available right now"),
    504: N_("the publisher's server got no answer in time from the server behind it"),
}
_CLASSES = {
    1: N_("the server wants to speak another protocol than HTTP/1.1"),
    2: N_("the server answers without the document"),
    3: N_("the server points elsewhere without saying where"),
    4: N_("the publisher's server refuses the request"),
    5: N_("the publisher's server has trouble"),
}
_NO_CLASS = N_("the server answers with a number that HTTP does not know")

# How details are written; others as they are.
_WRITTEN: Mapping[str, Callable[[object], str]] = {
    "seconds": lambda seconds: f"{seconds:g} s",
    "received": lambda size: size_in_words(int(str(size))),
    "most": lambda size: size_in_words(int(str(size))),
    "announced": lambda size: _(" of the {size} announced", size=size_in_words(int(str(size)))),
    "date": lambda date: _(" on {date}", date=date),
    "format": lambda name: _(_FORMATS[str(name)]),
}
_OPTIONAL = ("date", "announced", "address")  # details that may be missing


_WARNINGS = {
    WarningCode.NOT_WELL_FORMED: N_("is not well-formed XML, some of it may be missing: {detail}"),
    WarningCode.NO_VERSION: N_("names no version of JSON Feed"),
    WarningCode.ODD_ITEMS: N_("has items that are no objects"),
    WarningCode.ITEMS_WITHOUT_ID: N_("has items without an id"),
    WarningCode.WRITTEN_IN_UTF8: N_("says that it is written in {detail}, and is written in UTF-8"),
    WarningCode.BAD_BYTES: N_("is UTF-8 with bytes in it that are none; they are left out"),
    WarningCode.NOT_AS_LABELLED: N_("says that it is written in {detail}, and is not"),
    WarningCode.PARTLY_AS_LABELLED: N_("says that it is written in {detail}, and is not in all its parts"),
    WarningCode.TOLD: "{detail}",
}


def warning(found: DocumentWarning) -> str:
    """Say what a document could do better."""
    return _(_WARNINGS[found.code], detail=found.detail)


def fault(found: Fault) -> str:
    """Say what went wrong at a publisher's."""
    if "told" in found.details:  # by an earlier version, which stored sentences
        return str(found.details["told"])
    details = dict.fromkeys(_OPTIONAL, "") | {name: _detail(found, name) for name in found.details}
    shared = {name: _(words) for name, words in _SHARED.items()}
    return _(_FAULTS[found.code], meaning=_meaning(found), **shared, **details)


def _detail(found: Fault, name: str) -> str:
    value = found.details[name]
    if found.code is FaultCode.PAGE_WITH_FEED:
        return f": {value}"
    return _WRITTEN[name](value) if name in _WRITTEN else str(value)


def _meaning(found: Fault) -> str:
    status = int(found.details.get("status", 0))
    return _(_STATUSES.get(status) or _CLASSES.get(status // 100, _NO_CLASS))
