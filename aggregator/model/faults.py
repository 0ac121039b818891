"""Faults of publishers: a code by which the program decides, and the values that its sentence needs."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self


class FaultKind(StrEnum):
    """The kind of a fault, as far as the program decides by it."""

    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    TIMEOUT = "timeout"
    INTERRUPTED = "interrupted"  # the answer broke off or its framing is wrong
    TOO_LARGE = "too large"
    CODING = "coding"  # a content coding that was not offered or does not decode
    REDIRECT = "redirect"  # loops, too many, nowhere
    BLOCKED = "blocked"  # an address in a private network, or not http(s)
    STATUS = "status"  # an HTTP status without a feed
    PAGE = "page"  # the document is an HTML page
    UNREADABLE = "unreadable"  # the document is not a readable feed
    PARSER = "parser"  # reading the document took too long or too much memory

    @property
    def is_unreachable(self) -> bool:
        """Whether no server was reached at all: then our own network may be down."""
        return self in (FaultKind.DNS, FaultKind.CONNECT)


class FaultCode(StrEnum):
    """The codes of faults, each of one kind; the comments name the details that a code has."""

    kind: FaultKind

    def __new__(cls, value: str, kind: FaultKind) -> Self:
        """Make a member with its value and its kind."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.kind = kind
        return member

    NO_SUCH_NAME = "no such name", FaultKind.DNS  # host
    NAME_SERVERS_SILENT = "name servers silent", FaultKind.DNS  # host
    LOOK_UP_FAILED = "look-up failed", FaultKind.DNS  # host, reason
    LOOK_UP_TOO_LATE = "look-up too late", FaultKind.DNS  # host, seconds
    REFUSED = "refused", FaultKind.CONNECT  # host
    NOT_ACCEPTED = "not accepted", FaultKind.CONNECT  # host
    NO_ROUTE = "no route", FaultKind.CONNECT  # host
    NO_CONNECTION = "no connection", FaultKind.CONNECT  # host, reason
    CONNECTION_TOO_LATE = "connection too late", FaultKind.CONNECT  # host, seconds
    PROXY_FAILED = "proxy failed", FaultKind.CONNECT  # host, reason
    NO_TLS = "no TLS", FaultKind.TLS  # host
    TLS_FAILED = "TLS failed", FaultKind.TLS  # host, reason
    TLS_BROKE_OFF = "TLS broke off", FaultKind.TLS  # host
    TLS_TOO_LATE = "TLS too late", FaultKind.TLS  # host, seconds
    CERTIFICATE_EXPIRED = "certificate expired", FaultKind.TLS  # date, if it is known
    CERTIFICATE_NOT_YET_VALID = "certificate not yet valid", FaultKind.TLS
    CERTIFICATE_OF_ANOTHER = "certificate of another", FaultKind.TLS  # host
    CERTIFICATE_SELF_SIGNED = "certificate self-signed", FaultKind.TLS
    CERTIFICATE_UNKNOWN_ISSUER = "certificate of unknown issuer", FaultKind.TLS
    CERTIFICATE_REFUSED = "certificate refused", FaultKind.TLS  # reason
    ANSWER_TOO_LATE = "answer too late", FaultKind.TIMEOUT  # host, seconds
    BODY_TOO_LATE = "body too late", FaultKind.TIMEOUT  # received, seconds
    TURN_TOO_LATE = "turn too late", FaultKind.TIMEOUT  # host, seconds
    HOST_WANTS_NONE = "host wants none", FaultKind.TIMEOUT  # host
    NO_ANSWER = "no answer", FaultKind.INTERRUPTED  # host
    NO_HTTP = "no HTTP", FaultKind.INTERRUPTED  # host, reason
    RESET = "reset", FaultKind.INTERRUPTED  # received
    BROKE_OFF = "broke off", FaultKind.INTERRUPTED  # received, and announced if it was
    FRAMED_WRONGLY = "framed wrongly", FaultKind.INTERRUPTED  # received, reason
    CODED_DATA_BROKE_OFF = "coded data broke off", FaultKind.INTERRUPTED  # coding
    TOO_LARGE = "too large", FaultKind.TOO_LARGE  # most
    CODED_WRONGLY = "coded wrongly", FaultKind.CODING  # coding, reason
    CODING_UNKNOWN = "coding unknown", FaultKind.CODING  # coding
    CODED_TOO_OFTEN = "coded too often", FaultKind.CODING  # coding, times
    REDIRECT_NOWHERE = "redirect nowhere", FaultKind.REDIRECT  # status
    REDIRECT_TO_ITSELF = "redirect to itself", FaultKind.REDIRECT  # address
    REDIRECT_CIRCLE = "redirect circle", FaultKind.REDIRECT  # address
    REDIRECT_CIRCLE_WITH_COOKIES = "redirect circle with cookies", FaultKind.REDIRECT  # address
    TOO_MANY_REDIRECTS = "too many redirects", FaultKind.REDIRECT  # times
    TOO_MANY_REDIRECTS_WITH_COOKIES = "too many redirects with cookies", FaultKind.REDIRECT  # times
    REDIRECT_TOO_LONG = "redirect too long", FaultKind.REDIRECT  # characters
    REDIRECT_TO_NO_ADDRESS = "redirect to no address", FaultKind.REDIRECT  # address
    REDIRECT_OFF_THE_WEB = "redirect off the web", FaultKind.BLOCKED  # address
    NO_ADDRESS = "no address", FaultKind.BLOCKED  # address, reason
    NO_WEB_ADDRESS = "no web address", FaultKind.BLOCKED  # address
    PRIVATE_NETWORK = "private network", FaultKind.BLOCKED  # host
    LEADS_TO_PRIVATE_NETWORK = "leads to private network", FaultKind.BLOCKED  # host, address
    HEADERS_UNWRITABLE = "headers unwritable", FaultKind.BLOCKED
    HTTP_STATUS = "HTTP status", FaultKind.STATUS  # status
    FORM_REJECTED = "form rejected", FaultKind.STATUS  # status
    PAGE = "page", FaultKind.PAGE
    PAGE_WITH_FEED = "page with feed", FaultKind.PAGE  # address of the feed, if it is one
    EMPTY = "empty", FaultKind.UNREADABLE
    NO_DOCUMENT = "no document", FaultKind.UNREADABLE
    LOOKS_LIKE_FILE = "looks like file", FaultKind.UNREADABLE  # format
    LOOKS_LIKE_XML = "looks like XML", FaultKind.UNREADABLE  # element
    LOOKS_LIKE_TEXT = "looks like text", FaultKind.UNREADABLE  # text
    JSON_BROKEN = "JSON broken", FaultKind.UNREADABLE
    JSON_WITHOUT_ITEMS = "JSON without items", FaultKind.UNREADABLE
    READING_TOO_LATE = "reading too late", FaultKind.PARSER  # seconds
    READING_TOO_LARGE = "reading too large", FaultKind.PARSER  # mebibytes
    READING_DIED = "reading died", FaultKind.PARSER
    READING_CROWDED = "reading crowded", FaultKind.PARSER


# Control characters of terminals, and those that change the direction of text.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def legible(words: str) -> str:
    r"""Return a quotation with each control character escaped, as in `\x1b`.

    They are shown on terminals, in logs and on pages, where such a character would act instead of being seen.
    """
    return _UNSEEN.sub(lambda sign: ascii(sign[0])[1:-1], words)


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of a publisher; `explain.fault` words it."""

    code: FaultCode
    details: Mapping[str, str | int | float] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        """Escape control characters in quotations from publishers."""
        clean = {
            name: legible(value) if isinstance(value, str) else value for name, value in self.details.items()
        }
        object.__setattr__(self, "details", clean)

    @property
    def kind(self) -> FaultKind:
        """The kind of the fault, as far as the program decides by it."""
        return self.code.kind


class WarningCode(StrEnum):
    """The codes of warnings about a document; the comments name the detail that a code has."""

    NOT_WELL_FORMED = "not well-formed"  # detail: the reason
    NO_VERSION = "no version"
    ODD_ITEMS = "odd items"
    ITEMS_WITHOUT_ID = "items without id"
    WRITTEN_IN_UTF8 = "written in UTF-8"  # detail: the label
    BAD_BYTES = "bad bytes"
    NOT_AS_LABELLED = "not as labelled"  # detail: the label
    PARTLY_AS_LABELLED = "partly as labelled"  # detail: the label
    TOLD = "told"  # detail: a sentence, as an earlier version stored it


@dataclass(frozen=True, slots=True)
class DocumentWarning:
    """A warning about a document, for its publisher; `explain.warning` words it."""

    code: WarningCode
    detail: str = ""

    def __post_init__(self) -> None:
        """Escape control characters in quotations from publishers."""
        object.__setattr__(self, "detail", legible(self.detail))
