"""Sentences for what goes wrong at publishers, and for what they could do better: with what the admin can do about it."""

from collections.abc import Callable, Mapping

from aggregator.model import DocumentWarning, Fault, FaultCode, WarningCode
from aggregator.quantities import size_in_words

_COOKIE = "it may insist on a cookie, which a poller never sends"
_CHECK = "check the address of the feed"
_BLAME = "the publisher's document is to blame, it is tried again"
_FAULTS = {
    FaultCode.NO_SUCH_NAME: "no server answers to the name {host} (DNS)",
    FaultCode.NAME_SERVERS_SILENT: "no name server told where {host} is (DNS); it may be ours that is down, or theirs",
    FaultCode.LOOK_UP_FAILED: "looking up the name {host} failed (DNS): {reason}",
    FaultCode.LOOK_UP_TOO_LATE: "looking up the name {host} took longer than {seconds} (DNS)",
    FaultCode.REFUSED: "{host} refuses connections: no server runs at this port",
    FaultCode.NOT_ACCEPTED: "{host} does not accept connections",
    FaultCode.NO_ROUTE: "no route to {host} from this network",
    FaultCode.NO_CONNECTION: "no connection to {host}: {reason}",
    FaultCode.CONNECTION_TOO_LATE: "{host} took no connection within {seconds}",
    FaultCode.PROXY_FAILED: "the proxy did not connect to {host}: {reason}",
    FaultCode.NO_TLS: "{host} speaks no TLS at this port; is the feed at http:// instead?",
    FaultCode.TLS_FAILED: "TLS with {host} failed: {reason}",
    FaultCode.TLS_BROKE_OFF: "{host} hung up in the TLS handshake",
    FaultCode.TLS_TOO_LATE: "the TLS handshake with {host} was not done within {seconds}",
    FaultCode.CERTIFICATE_EXPIRED: "TLS certificate expired{date}",
    FaultCode.CERTIFICATE_NOT_YET_VALID: "TLS certificate is not valid yet; is the clock of this machine right?",
    FaultCode.CERTIFICATE_OF_ANOTHER: "TLS certificate is for another name than {host}",
    FaultCode.CERTIFICATE_SELF_SIGNED: "TLS certificate is self-signed: nobody vouches for it; if you do, add it to"
    " SSL_CERT_FILE",
    FaultCode.CERTIFICATE_UNKNOWN_ISSUER: "TLS certificate is signed by an authority that this machine does not know,"
    " or its chain is incomplete; if you trust the authority, add it to SSL_CERT_FILE",
    FaultCode.CERTIFICATE_REFUSED: "TLS certificate is not accepted: {reason}",
    FaultCode.ANSWER_TOO_LATE: "{host} took the request but did not answer within {seconds}",
    FaultCode.BODY_TOO_LATE: "the answer was not complete within {seconds}; {received} had come",
    FaultCode.TURN_TOO_LATE: "a redirect waited longer than {seconds} for its turn at {host}",
    FaultCode.HOST_WANTS_NONE: "redirects to {host}, which wants no requests at the moment",
    FaultCode.NO_ANSWER: "{host} hung up without an answer",
    FaultCode.NO_HTTP: "{host} does not answer in HTTP: {reason}",
    FaultCode.RESET: "the connection was reset in the middle of the answer, after {received}",
    FaultCode.BROKE_OFF: "the answer broke off after {received}{announced}",
    FaultCode.FRAMED_WRONGLY: "the answer is framed wrongly after {received}: {reason}",
    FaultCode.CODED_DATA_BROKE_OFF: "the answer broke off: its `{coding}` data has no end",
    FaultCode.TOO_LARGE: "the answer is larger than {most} after decompression; if it is a feed all the same, raise"
    " `max_bytes` for this source",
    FaultCode.CODED_WRONGLY: "the answer is not what its `{coding}` says: {reason}",
    FaultCode.CODING_UNKNOWN: "the answer is coded as `{coding}`, which we did not offer",
    FaultCode.CODED_TOO_OFTEN: "the answer is coded {times} times over: `{coding}`",
    FaultCode.REDIRECT_NOWHERE: "HTTP {status} does not say where it redirects to",
    FaultCode.REDIRECT_TO_ITSELF: f"{{address}} redirects to itself; {_COOKIE}",
    FaultCode.REDIRECT_CIRCLE: "redirects in a circle, by way of {address}",
    FaultCode.REDIRECT_CIRCLE_WITH_COOKIES: f"redirects in a circle, by way of {{address}}; {_COOKIE}",
    FaultCode.TOO_MANY_REDIRECTS: "redirects more than {times} times",
    FaultCode.TOO_MANY_REDIRECTS_WITH_COOKIES: f"redirects more than {{times}} times; {_COOKIE}",
    FaultCode.REDIRECT_TOO_LONG: "redirects to an address of more than {characters} characters",
    FaultCode.REDIRECT_TO_NO_ADDRESS: "redirects to '{address}', which is no address",
    FaultCode.REDIRECT_OFF_THE_WEB: "redirects to '{address}', which is no http or https address",
    FaultCode.NO_ADDRESS: "'{address}' is no address: {reason}",
    FaultCode.NO_WEB_ADDRESS: "'{address}' is no http or https address",
    FaultCode.PRIVATE_NETWORK: "{host} is in a private network, not on the public internet; if that is meant, set"
    " `allow_private_networks = true` for this source",
    FaultCode.LEADS_TO_PRIVATE_NETWORK: "{host} leads to {address}, which is in a private network, not on the public"
    " internet; if that is meant, set `allow_private_networks = true` for this source",
    FaultCode.HEADERS_UNWRITABLE: "one of this source's `headers` cannot be written in HTTP: a line break in it, or a"
    " space in its name",
    FaultCode.HTTP_STATUS: "HTTP {status}: {meaning}",
    FaultCode.FORM_REJECTED: "HTTP {status}: the server rejected the request",
    FaultCode.PAGE: "this is a web page, not a feed; find the feed's own address",
    FaultCode.PAGE_WITH_FEED: "this is a web page, not a feed; it names a feed, use that{address}",
    FaultCode.EMPTY: f"the document is empty; {_CHECK}",
    FaultCode.NO_DOCUMENT: "no document came",
    FaultCode.LOOKS_LIKE_FILE: f"this is no feed: it looks like {{format}}; {_CHECK}",
    FaultCode.LOOKS_LIKE_XML: f"this is no feed: it looks like XML that begins with <{{element}}>; {_CHECK}",
    FaultCode.LOOKS_LIKE_TEXT: f"this is no feed: it looks like plain text that begins with “{{text}}”; {_CHECK}",
    FaultCode.JSON_BROKEN: f"the document begins like JSON, but is broken; {_CHECK}",
    FaultCode.JSON_WITHOUT_ITEMS: f"the document is JSON, but no JSON Feed: it has no items; {_CHECK}",
    FaultCode.READING_TOO_LATE: f"reading the document took longer than {{seconds}}; {_BLAME}",
    FaultCode.READING_TOO_LARGE: f"reading the document needed more than {{mebibytes}} MiB of memory; {_BLAME}",
    FaultCode.READING_DIED: f"reading the document made its process die; {_BLAME}",
    FaultCode.READING_CROWDED: f"reading the document takes long, and too many others that do are waiting; {_BLAME}",
}

_FORMATS = {
    "gzip": "compressed data (gzip)",
    "zip": "a ZIP archive",
    "pdf": "a PDF document",
    "image": "an image",
}

# What a status means for somebody who wants a feed.
_STATUSES = {
    304: "the server says that nothing changed, but nobody asked that",
    206: "the server sends a part, but nobody asked for one",
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
_CLASSES = {
    1: "the server wants to speak another protocol than HTTP/1.1",
    2: "the server answers without the document",
    3: "the server points elsewhere without saying where",
    4: "the publisher's server refuses the request",
    5: "the publisher's server has trouble",
}
_NO_CLASS = "the server answers with a number that HTTP does not know"

# How details are written; others as they are.
_WRITTEN: Mapping[str, Callable[[object], str]] = {
    "seconds": lambda seconds: f"{seconds:g} s",
    "received": lambda size: size_in_words(int(str(size))),
    "most": lambda size: size_in_words(int(str(size))),
    "announced": lambda size: f" of the {size_in_words(int(str(size)))} announced",
    "date": lambda date: f" on {date}",
    "format": lambda name: _FORMATS[str(name)],
}
_OPTIONAL = ("date", "announced", "address")  # details that may be missing


_WARNINGS = {
    WarningCode.NOT_WELL_FORMED: "is not well-formed XML, some of it may be missing: {detail}",
    WarningCode.NO_VERSION: "names no version of JSON Feed",
    WarningCode.ODD_ITEMS: "has items that are no objects",
    WarningCode.ITEMS_WITHOUT_ID: "has items without an id",
    WarningCode.WRITTEN_IN_UTF8: "says that it is written in {detail}, and is written in UTF-8",
    WarningCode.BAD_BYTES: "is UTF-8 with bytes in it that are none; they are left out",
    WarningCode.NOT_AS_LABELLED: "says that it is written in {detail}, and is not",
    WarningCode.PARTLY_AS_LABELLED: "says that it is written in {detail}, and is not in all its parts",
    WarningCode.TOLD: "{detail}",
}


def warning(found: DocumentWarning) -> str:
    """Say what a document could do better."""
    return _WARNINGS[found.code].format(detail=found.detail)


def fault(found: Fault) -> str:
    """Say what went wrong at a publisher's."""
    if "told" in found.details:  # by an earlier version, which stored sentences
        return str(found.details["told"])
    details = dict.fromkeys(_OPTIONAL, "") | {name: _detail(found, name) for name in found.details}
    return _FAULTS[found.code].format(meaning=_meaning(found), **details)


def _detail(found: Fault, name: str) -> str:
    value = found.details[name]
    if found.code is FaultCode.PAGE_WITH_FEED:
        return f": {value}"
    return _WRITTEN[name](value) if name in _WRITTEN else str(value)


def _meaning(found: Fault) -> str:
    status = int(found.details.get("status", 0))
    return _STATUSES.get(status) or _CLASSES.get(status // 100, _NO_CLASS)
