"""Every code has a sentence, and no sentence has a gap left in it."""

from datetime import UTC, datetime, timedelta

import pytest

from aggregator import explain
from aggregator.model import (
    DoubtKind,
    FilteredBy,
    FilterRule,
    HoldEvidence,
    HoldSign,
    Reason,
    ReasonCode,
    ValidatorDoubt,
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
