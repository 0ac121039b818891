import logging

import pytest

from aggregator.cli.poll_report import log_outcome
from aggregator.model import Fault, FaultCode, Feed, Outcome, Reason, ReasonCode, Result, SaveSummary, State
from tests.lifecycle.examples import ADDRESS, AT, state

UNREACHABLE = Fault(FaultCode.NOT_ACCEPTED, {"host": "a.test"})


@pytest.mark.parametrize(("code", "lines"), [(ReasonCode.NETWORK_DOWN, 0), (ReasonCode.BACKOFF, 1)])
def test_while_our_network_is_down_no_source_has_a_line_of_its_own(
    caplog: pytest.LogCaptureFixture, code: ReasonCode, lines: int
) -> None:
    caplog.set_level(logging.INFO, "aggregator")
    after = state(state=State.FAILING, fault=UNREACHABLE, why=(Reason(code, count=1, text="nobody answers"),))

    log_outcome(Outcome(Feed(1, "a", ADDRESS, state()), AT, Result.FAILED, after), SaveSummary())

    assert len(caplog.records) == lines
