"""How far an exchange has come: what a timeout or a broken connection means depends on it."""

from enum import Enum

from aggregator.model import FaultCode


class Phase(Enum):
    """What we wait for; with what it is if that takes too long."""

    LOOK_UP = FaultCode.LOOK_UP_TOO_LATE
    CONNECT = FaultCode.CONNECTION_TOO_LATE
    TLS = FaultCode.TLS_TOO_LATE
    ANSWER = FaultCode.ANSWER_TOO_LATE
    BODY = FaultCode.BODY_TOO_LATE
    TURN = FaultCode.TURN_TOO_LATE
