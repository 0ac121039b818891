"""What can go wrong in an exchange, in words for the admin."""

from http import HTTPStatus

from aggregator.model import Fault, FaultKind


class Failure(Exception):  # noqa: N818 - no error of ours: a fault of theirs on its way to the answer
    """Ends an exchange with a fault. Never leaves this package."""

    def __init__(self, kind: FaultKind, sentence: str) -> None:
        super().__init__(sentence)
        self.fault = Fault(kind, sentence)


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
    504: "the publisher's server waited in vain for the server behind it",
}
CLASSES = {
    1: "the server wants to speak another protocol than HTTP/1.1",
    2: "the server answers without the document",
    3: "the server points elsewhere without saying where",
    4: "the publisher's server refuses the request",
    5: "the publisher's server has trouble",
}


def status_fault(status: int, *, is_conditional: bool) -> Fault | None:
    """Return what is wrong with a status that ends an exchange; None for 200, and for 304 where we asked for it."""
    if status == HTTPStatus.OK or (status == HTTPStatus.NOT_MODIFIED and is_conditional):
        return None
    return Fault(FaultKind.STATUS, f"HTTP {status}: {_meaning(status)}")


def _meaning(status: int) -> str:
    if status == HTTPStatus.NOT_MODIFIED:
        return "the server says that nothing changed, but nobody asked that"
    if status == HTTPStatus.PARTIAL_CONTENT:
        return "the server sends a part, but nobody asked for one"
    unknown = "the server answers with a number that HTTP does not know"
    return SENTENCES.get(status) or CLASSES.get(status // 100, unknown)


def in_bytes(count: int) -> str:
    """Say a number of bytes as people do: `10 MB`, `512 kB`, `20 bytes`."""
    for unit, size in (("MB", 1_000_000), ("kB", 1_000)):
        if count >= size:
            return f"{round(count / size, 1):g} {unit}"
    return f"{count} bytes"
