"""The phase of an exchange, on which the meaning of a timeout or a broken connection depends."""

from enum import Enum

from aggregator.model import FaultCode


class Phase(Enum):
    """What is being waited for, and the fault if it takes too long."""

    LOOK_UP = FaultCode.LOOK_UP_TOO_LATE
    CONNECT = FaultCode.CONNECTION_TOO_LATE
    TLS = FaultCode.TLS_TOO_LATE
    ANSWER = FaultCode.ANSWER_TOO_LATE
    BODY = FaultCode.BODY_TOO_LATE
    TURN = FaultCode.TURN_TOO_LATE
