import pytest

from aggregator.fetch.faults import Failure, in_bytes
from aggregator.model import Fault, FaultKind


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1_000, "1 kB"),
        (1_540, "1.5 kB"),
        (10_000_000, "10 MB"),
        (10_485_760, "10.5 MB"),
    ],
)
def test_bytes_are_said_as_people_do(count: int, words: str) -> None:
    assert in_bytes(count) == words


def test_a_failure_carries_its_fault() -> None:
    assert Failure(FaultKind.DNS, "no name").fault == Fault(FaultKind.DNS, "no name")
