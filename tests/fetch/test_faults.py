from aggregator.fetch.faults import Failure
from aggregator.model import Fault, FaultCode


def test_a_failure_carries_its_fault() -> None:
    assert Failure(FaultCode.NO_ROUTE, host="a").fault == Fault(FaultCode.NO_ROUTE, {"host": "a"})
