"""The rules of `[policy]`: a function each.

Pure: the facts may come from one answer of the publisher (`check --online`) or from the store (`review`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from aggregator.model import Finding, FindingCode
from aggregator.sources.durations import format_duration
from aggregator.sources.settings import Policy

WEEK = timedelta(days=7)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts that a policy is applied to."""

    url: str  # as the admin wrote it
    dates: Sequence[datetime] = ()  # when its posts are dated, in any order
    reaches_back: bool = True  # whether there are no older posts than these, as far as is known
    undated: int = 0  # entries without a date
    language: str | None = None  # of most of its posts
    kept: tuple[int, int] | None = (
        None  # how many entries `include` keeps, of how many; None if there is none
    )


def unmet(policy: Policy, facts: Facts, now: datetime) -> tuple[Finding, ...]:
    """Return each rule that a source does not meet. Unknown facts meet every rule."""
    return tuple(finding for rule in RULES if (finding := rule(policy, facts, now)))


def _https(policy: Policy, facts: Facts, _: datetime) -> Finding | None:
    if policy.https and urlsplit(facts.url).scheme.lower() != "https":
        return Finding(FindingCode.HTTPS)
    return None


def _active_within(policy: Policy, facts: Facts, now: datetime) -> Finding | None:
    if policy.active_within is None or not facts.dates:
        return None
    silence = now - max(facts.dates)
    if silence <= policy.active_within:
        return None
    return Finding(FindingCode.ACTIVE_WITHIN, span=silence, wanted=format_duration(policy.active_within))


def _max_per_week(policy: Policy, facts: Facts, now: datetime) -> Finding | None:
    if policy.max_per_week is None:
        return None
    count = posts_of_a_week(facts, now)
    if count <= policy.max_per_week:
        return None
    return Finding(FindingCode.MAX_PER_WEEK, count=count, wanted=str(policy.max_per_week))


def posts_of_a_week(facts: Facts, now: datetime) -> int:
    """Return the posts of the last seven days; if the document does not reach back so far, as many as its rate comes to."""
    recent = [date for date in facts.dates if now - WEEK < date <= now]
    if facts.reaches_back or not recent or min(facts.dates) <= now - WEEK:
        return len(recent)
    # Counted over at least a day: newly installed software publishes all its old posts within a minute.
    return round(len(recent) * (WEEK / max(now - min(recent), DAY)))


def _languages(policy: Policy, facts: Facts, _: datetime) -> Finding | None:
    if not policy.languages or facts.language is None:
        return None
    if _primary(facts.language) in map(_primary, policy.languages):
        return None
    return Finding(FindingCode.LANGUAGES, text=facts.language, wanted=", ".join(policy.languages))


def _primary(tag: str) -> str:
    """Return the language of a tag without its region and script, as `pt` of `pt-BR`."""
    return tag.partition("-")[0].lower()


def _dates(policy: Policy, facts: Facts, _: datetime) -> Finding | None:
    if not policy.dates or not facts.undated:
        return None
    return Finding(FindingCode.DATES, count=facts.undated, total=facts.undated + len(facts.dates))


def _on_topic(policy: Policy, facts: Facts, _: datetime) -> Finding | None:
    if policy.on_topic is None or facts.kept is None:
        return None
    kept, total = facts.kept
    if not total or kept / total >= policy.on_topic:
        return None
    return Finding(FindingCode.ON_TOPIC, count=kept, total=total, wanted=f"{policy.on_topic:.0%}")


RULES = (_https, _active_within, _max_per_week, _languages, _dates, _on_topic)
