"""An XML feed's hints on how often to poll it."""

import re
from datetime import UTC, datetime, timedelta

from aggregator.model import Hints

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_PERIODS = {"hourly": 1 / 24, "daily": 1, "weekly": 7, "monthly": 30, "yearly": 365}  # days
_HOURS = re.compile(rb"<hour>\s*(\d{1,2})\s*</hour>", re.IGNORECASE)
_DAY = re.compile(rb"<day>\s*([A-Za-z]+)\s*</day>", re.IGNORECASE)
_MIDNIGHT = 24  # RSS 0.91 counts the hours from 1 to 24, RSS 2.0 from 0 to 23
_LONGEST_TTL = 60 * 24 * 365  # minutes


def hints(body: bytes, feed: dict[str, object]) -> Hints:
    """Return the hints of a feed; `feed` is feedparser's, which keeps only the last hour and day that are skipped."""
    return Hints(
        ttl=_ttl(feed.get("ttl")),
        skip_hours=_skip_hours(_element(body, b"skipHours")),
        skip_days=_skip_days(_element(body, b"skipDays")),
        update_period=_update_period(feed),
        update_base=_update_base(feed.get("sy_updatebase")),
    )


def _element(body: bytes, name: bytes) -> bytes:
    lower, name = body.lower(), name.lower()
    start = lower.find(b"<" + name + b">")
    end = lower.find(b"</" + name + b">", start)
    return body[start:end] if 0 <= start < end else b""


def _skip_hours(element: bytes) -> tuple[int, ...]:
    hours = (int(hour) for hour in _HOURS.findall(element))
    return tuple(sorted({hour % _MIDNIGHT for hour in hours if hour <= _MIDNIGHT}))


def _skip_days(element: bytes) -> tuple[int, ...]:
    names = (name.decode().lower() for name in _DAY.findall(element))
    return tuple(sorted({_DAYS.index(name) for name in names if name in _DAYS}))


def _ttl(value: object) -> timedelta | None:
    if not isinstance(value, str) or not re.fullmatch(r"\d{1,9}", value.strip()):
        return None
    minutes = min(int(value), _LONGEST_TTL)
    return timedelta(minutes=minutes) if minutes else None


def _update_period(feed: dict[str, object]) -> timedelta | None:
    period, frequency = feed.get("sy_updateperiod"), feed.get("sy_updatefrequency", "1")
    days = _PERIODS.get(str(period).strip().lower()) if period else None
    times = int(str(frequency)) if re.fullmatch(r"\s*[1-9]\d{0,3}\s*", str(frequency)) else 1
    return timedelta(days=days) / times if days else None


def _update_base(value: object) -> datetime | None:
    try:
        base = datetime.fromisoformat(str(value).strip())
        return base.astimezone(UTC) if base.tzinfo else base.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
