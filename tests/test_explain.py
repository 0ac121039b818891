"""Every code has a sentence, and no sentence has a gap left in it."""

from datetime import UTC, datetime, timedelta

import pytest

from aggregator import explain
from aggregator.model import (
    DocumentWarning,
    DoubtKind,
    Fault,
    FaultCode,
    FilteredBy,
    FilterRule,
    HoldEvidence,
    HoldSign,
    Reason,
    ReasonCode,
    ValidatorDoubt,
    WarningCode,
)

DETAILS = {"span": timedelta(days=2), "rate": 3.0, "count": 2, "text": "example.org"}


@pytest.mark.parametrize("code", ReasonCode)
def test_every_reason_for_a_next_poll_has_a_sentence(code: ReasonCode) -> None:
    said = explain.next_poll((Reason(code, **DETAILS),), "slug")  # type: ignore[arg-type]  # of mixed types

    assert said
    assert "{" not in said
    assert "None" not in said


def test_several_reasons_are_joined() -> None:
    pace, bound = (
        Reason(ReasonCode.POSTS, rate=1.0),
        Reason(ReasonCode.MIN_INTERVAL, span=timedelta(minutes=15)),
    )

    assert explain.next_poll((pace, bound), "slug") == (
        "posts about once a day; polled every 15 minutes at most (min_interval)"
    )


@pytest.mark.parametrize("code", FaultCode)
def test_every_fault_has_a_sentence(code: FaultCode) -> None:
    details: dict[str, str | float] = {
        "host": "blog.example", "reason": "it says so", "seconds": 2.5, "date": "2026-03-01", "received": 2000,
        "announced": 4000, "coding": "gzip", "most": 10_000_000, "times": 5, "status": 404, "characters": 8000,
        "address": "https://blog.example/feed", "format": "pdf", "element": "svg", "text": "Hello", "mebibytes": 500,
    }  # fmt: skip
    said = explain.fault(Fault(code, details))

    assert said
    assert "{" not in said
    assert "None" not in said
    assert said[-1] not in ":; "


@pytest.mark.parametrize(
    "code", [FaultCode.CERTIFICATE_EXPIRED, FaultCode.BROKE_OFF, FaultCode.PAGE_WITH_FEED]
)
def test_what_is_not_known_of_a_fault_is_left_out(code: FaultCode) -> None:
    assert explain.fault(Fault(code, {"received": 2000} if code is FaultCode.BROKE_OFF else {})).isprintable()


@pytest.mark.parametrize("code", WarningCode)
def test_every_warning_has_a_sentence(code: WarningCode) -> None:
    said = explain.warning(DocumentWarning(code, "it says so\x1b"))

    assert said.isprintable()
    assert "{" not in said


def test_what_a_fault_quotes_is_legible() -> None:
    found = Fault(FaultCode.LOOKS_LIKE_TEXT, {"text": "\x1b[31mALL GOOD\u202e"})

    assert explain.fault(found).isprintable()


@pytest.mark.parametrize("kind", DoubtKind)
def test_every_doubt_about_validators_has_a_sentence(kind: DoubtKind) -> None:
    found = ValidatorDoubt(kind, modified=datetime(2041, 1, 1, tzinfo=UTC), silence=timedelta(days=8))

    assert explain.doubt(found).startswith("its validators mislead: ")


@pytest.mark.parametrize("sign", HoldSign)
def test_every_sign_of_another_site_has_a_sentence(sign: HoldSign) -> None:
    said = explain.hold((HoldEvidence(sign, now="casino.example", before="ponds.example"),), "ponds")

    assert "casino.example" in said
    assert "`aggregator sources release ponds`" in said


@pytest.mark.parametrize("rule", FilterRule)
def test_every_filter_has_a_sentence_with_its_patterns(rule: FilterRule) -> None:
    assert "`a`, `b`" in explain.filtered(FilteredBy(rule, ("a", "b")))
