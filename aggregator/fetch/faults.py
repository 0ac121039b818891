"""The exception for faults within an exchange."""

from aggregator.model import Fault, FaultCode


class Failure(Exception):  # noqa: N818 - not an error of this program: a publisher's fault, which ends up in the answer
    """Ends an exchange with a fault. Never leaves this package."""

    def __init__(self, code: FaultCode, **details: str | float) -> None:
        super().__init__(code.value)
        self.fault = Fault(code, details)
