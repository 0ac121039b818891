"""Dates of every dialect: right, or absent, and the same on every day of the year.

feedparser and dateutil fill what is missing from today or from nowhere; here such a date counts as none.
"""

import calendar
import re
from datetime import UTC, datetime, timedelta, timezone

from dateutil import parser
from feedparser.datetimes import greek, hungarian, korean

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)  # before the web there were no posts
LATEST = datetime(2100, 1, 1, tzinfo=UTC)  # the day does not matter here; later ones are nobody's plan
_LONGEST = 100  # characters

# Hours east of Greenwich: RFC 822's own, and those that publishers write. IST is India's: Ireland and Israel
# write it seldom, and hardly in feeds. Where a name is not here, the date stands as UTC.
_ZONES = {
    "UT": 0, "UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7,
    "MDT": -6, "PST": -8, "PDT": -7, "ET": -5, "CT": -6, "MT": -7, "PT": -8, "AKST": -9, "AKDT": -8, "HST": -10,
    "AST": -4, "ADT": -3, "NST": -3.5, "NDT": -2.5, "BRT": -3, "BST": 1, "WEST": 1, "CET": 1, "MET": 1,
    "CEST": 2, "MEST": 2, "MESZ": 2, "MEZ": 1, "EET": 2, "EEST": 3, "SAST": 2, "MSK": 3, "IST": 5.5, "SGT": 8, "HKT": 8,
    "AWST": 8, "JST": 9, "KST": 9, "ACST": 9.5, "ACDT": 10.5, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13,
}  # fmt: skip
_SECONDS = {name: int(hours * 3600) for name, hours in _ZONES.items()}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

# RFC 822 as RSS has it: the name of the day is not believed, it is wrong too often.
_RFC_822 = re.compile(
    r"(?:[^\W\d_]+\.?,?\s+)?(\d{1,2})[\s-]+([a-z]{3})[a-z]*\.?,?[\s-]+(\d{4}|\d\d)(?:,?\s+(\d\d?):(\d\d)(?::(\d\d))?(?:\.\d+)?"
    r"\s*(?:([a-z]{1,5})|(?:GMT|UTC)?([+-])(\d\d):?(\d\d))?(?:\s*\([^)]*\))?)?",
    re.IGNORECASE,
)
_YEAR = 12  # months
_SLASHED = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.]\d{2,4}\b")
_DEFAULTS = (datetime(2000, 1, 1), datetime(2003, 2, 3))  # noqa: DTZ001 - the zone is what is looked for


def parse_date(written: str | None) -> datetime | None:
    """Return the moment in UTC, None where it is missing, incomplete, ambiguous or absurd.

    A local time without a zone counts as UTC.
    """
    text = " ".join((written or "").split())
    if not text or len(text) > _LONGEST:
        return None
    for dialect in (_number, _iso, _rfc_822, _foreign, _other):
        try:
            if found := dialect(text):
                moment = (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
                return moment if EARLIEST <= moment < LATEST else None
        except (ValueError, OverflowError, TypeError, AttributeError, IndexError, KeyError):
            continue  # dateutil and feedparser raise all of these for what is no date
    return None


def _number(text: str) -> datetime | None:
    """Seconds or milliseconds since 1970, as some programs leave them."""
    if re.fullmatch(r"\d{10}", text):
        return datetime.fromtimestamp(int(text), UTC)
    return datetime.fromtimestamp(int(text) / 1000, UTC) if re.fullmatch(r"\d{13}", text) else None


def _iso(text: str) -> datetime | None:
    if not re.match(r"\d{4}-?\d\d-?\d\d(?:[T ]|$)", text):
        return None
    return datetime.fromisoformat(re.sub(r":60(?=$|[.Z+-])", ":59", text))


def _rfc_822(text: str) -> datetime | None:
    match = _RFC_822.fullmatch(text)
    if not match or match[2].lower() not in _MONTHS:
        return None
    year = int(match[3])
    if len(match[3]) == 2:  # noqa: PLR2004 - two digits
        year += 2000 if year < 50 else 1900  # noqa: PLR2004 - RFC 2822, section 4.3
    hour, minute, second = (int(match[group] or 0) for group in (4, 5, 6))
    zone = timezone(timedelta(seconds=_offset(match)))
    day = datetime(year, _MONTHS.index(match[2].lower()) + 1, int(match[1]), tzinfo=zone)
    return day + timedelta(hours=min(hour, 24), minutes=min(minute, 59), seconds=min(second, 59))


def _offset(match: re.Match[str]) -> int:
    if match[8]:
        seconds = int(match[9]) * 3600 + int(match[10]) * 60
        return -seconds if match[8] == "-" else seconds
    return _SECONDS.get((match[7] or "").upper(), 0)


def _foreign(text: str) -> datetime | None:
    """Korean, Greek and Hungarian, as feedparser knows them."""
    if text.isascii():
        return None
    dialects = (
        korean._parse_date_onblog, korean._parse_date_nate, greek._parse_date_greek, hungarian._parse_date_hungarian,  # noqa: SLF001 - feedparser has no public name for them
    )  # fmt: skip
    found = next((parts for dialect in dialects if (parts := dialect(text))), None)
    return datetime.fromtimestamp(calendar.timegm(found), UTC) if found else None


def _other(text: str) -> datetime | None:
    """Whatever dateutil can read, if it says year, month and day, and in an order that is not a guess."""
    if re.fullmatch(r"[\d\s.:]+", text) and not re.search(r"\d{4}", text):
        return None
    if _is_ambiguous(text):
        return None
    one, other = (parser.parse(text, default=default, tzinfos=_zone) for default in _DEFAULTS)
    return one if one.date() == other.date() else None


def _is_ambiguous(text: str) -> bool:
    """Tell 03/04/2020, which is another day in America than elsewhere."""
    slashed = _SLASHED.search(text)
    return slashed is not None and slashed[1] != slashed[2] and max(int(slashed[1]), int(slashed[2])) <= _YEAR


def _zone(name: str | None, offset: int | None) -> int:
    return offset if offset is not None else _SECONDS.get((name or "").upper(), 0)
