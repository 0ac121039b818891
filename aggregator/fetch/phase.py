"""How far an exchange has come: what a timeout or a broken connection means depends on it."""

from enum import Enum

from aggregator.model import FaultKind


class Phase(Enum):
    """What we wait for; with the kind of a fault in it, and what to say where it takes too long."""

    LOOK_UP = (FaultKind.DNS, "looking up the name {host} took longer than {limit} (DNS)")
    CONNECT = (FaultKind.CONNECT, "{host} took no connection within {limit}")
    TLS = (FaultKind.TLS, "the TLS handshake with {host} was not done within {limit}")
    ANSWER = (FaultKind.TIMEOUT, "{host} took the request but did not answer within {limit}")
    BODY = (FaultKind.TIMEOUT, "the answer was not complete within {limit}; {received} had come")
    TURN = (FaultKind.TIMEOUT, "a redirect waited longer than {limit} for its turn at {host}")

    def __init__(self, kind: FaultKind, too_late: str) -> None:
        self.kind = kind
        self.too_late = too_late
