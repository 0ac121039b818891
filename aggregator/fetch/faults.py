"""What can go wrong in an exchange, in words for the admin."""

from aggregator.model import Fault, FaultKind


class Failure(Exception):  # noqa: N818 - no error of ours: a fault of theirs on its way to the answer
    """Ends an exchange with a fault. Never leaves this package."""

    def __init__(self, kind: FaultKind, sentence: str) -> None:
        super().__init__(sentence)
        self.fault = Fault(kind, sentence)


def in_bytes(count: int) -> str:
    """Say a number of bytes as people do: `10 MB`, `1.5 kB`, `20 bytes`."""
    for unit, size in (("MB", 1_000_000), ("kB", 1_000)):
        if count >= size:
            return f"{round(count / size, 1):g} {unit}"
    return "1 byte" if count == 1 else f"{count} bytes"
