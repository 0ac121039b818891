"""Durations as in the sources file: `90s`, `30m`, `1h30m`, `365d`."""

import re
from datetime import timedelta

UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}

# A timedelta cannot hold ten digits of days; six are 2,700 years.
WRITTEN = re.compile(r"(?=\d)(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,8})s)?", re.ASCII)


def parse_duration(text: str) -> timedelta:
    """Parse a duration of days, hours, minutes and seconds, in this order, each at most once.

    Raises ValueError, with a sentence for the admin.
    """
    match = WRITTEN.fullmatch(text.strip())
    if not match:
        raise ValueError(f'`{text}` is no duration; write one like "90s", "30m", "1h", "1h30m" or "7d"')
    return timedelta(
        **{unit: int(count or 0) for unit, count in zip(UNITS.values(), match.groups(), strict=True)}
    )


def format_duration(span: timedelta) -> str:
    """Format a duration of whole seconds; the inverse of `parse_duration`."""
    seconds = int(span.total_seconds())
    counts = {"d": seconds // 86400, "h": seconds // 3600 % 24, "m": seconds // 60 % 60, "s": seconds % 60}
    return "".join(f"{count}{unit}" for unit, count in counts.items() if count) or "0s"
