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

# Hours east of Greenwich of the names that have one meaning, and of RFC 822's own (section 5.1), which win where
# others use them too. Not here, so that a date with them is absent: IST (India, Israel, Ireland), AST (the Atlantic,
# Arabia), ET, CT, MT and PT (with and without summer time) and whatever else nobody knows. RFC 2822, section 4.3
# would read those as UTC, which may be half a day off, and in the future; the first sight of a polled feed is nearer.
_HOURS = {
    0: "Z UT UTC GMT WET",
    1: "CET MET MEZ BST WEST",
    2: "CEST MEST MESZ EET SAST",
    3: "EEST MSK",
    8: "SGT HKT AWST",
    9: "JST KST",
    9.5: "ACST",
    10: "AEST",
    10.5: "ACDT",
    11: "AEDT",
    12: "NZST",
    13: "NZDT",
    -3: "BRT",
    -4: "EDT",
    -5: "EST CDT",
    -6: "CST MDT",
    -7: "MST PDT",
    -8: "PST AKDT",
    -9: "AKST",
    -10: "HST",
}
_SECONDS = {name: int(hours * 3600) for hours, names in _HOURS.items() for name in names.split()}

# English, and what French, German, Spanish, Italian and Portuguese publishers write in dates of RFC 822.
_MONTHS = (
    "jan january januar jän jänner janv janvier ene enero gen gennaio janeiro",
    "feb february februar févr février fevrier febrero febbraio fev fevereiro",
    "mar march mär märz mrz mars marzo março marco",
    "apr april avr avril abr abril aprile",
    "may mai mayo maggio mag maio",
    "jun june juni juin junio giugno giu junho",
    "jul july juli juil juillet julio luglio lug julho",
    "aug august août aout ago agosto",
    "sep sept september septembre septiembre set settembre setembro",
    "oct october okt oktober octobre octubre ott ottobre out outubro",
    "nov november novembre noviembre novembro",
    "dec december dez dezember déc décembre decembre dic diciembre dicembre dezembro",
)
_MONTH = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}

# RFC 822 as RSS has it: the name of the day is not believed, it is wrong too often.
_RFC_822 = re.compile(
    r"(?:[^\W\d_]+\.?,?\s+)?(\d{1,2})[\s-]+([^\W\d_]{3,10})\.?,?[\s-]+(\d{4}|\d\d)(?:,?\s+(\d\d?):(\d\d)(?::(\d\d))?(?:\.\d+)?"
    r"\s*(?:([a-z]{1,5})|(?:GMT|UTC)?([+-])(\d\d):?(\d\d))?(?:\s*\([^)]*\))?)?",
    re.IGNORECASE,
)
_YEAR = 12  # months
_NUMERIC = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d\d)(?!\d)")
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
    month = _MONTH.get(match[2].lower()) if match else None
    if not match or not month:
        return None
    year = int(match[3])
    if len(match[3]) == 2:  # noqa: PLR2004 - two digits
        year += 2000 if year < 50 else 1900  # noqa: PLR2004 - RFC 2822, section 4.3
    hour, minute, second = (int(match[group] or 0) for group in (4, 5, 6))
    zone = timezone(timedelta(seconds=_offset(match)))
    day = datetime(year, month, int(match[1]), tzinfo=zone)
    return day + timedelta(hours=min(hour, 24), minutes=min(minute, 59), seconds=min(second, 59))


def _offset(match: re.Match[str]) -> int:
    if match[8]:
        seconds = int(match[9]) * 3600 + int(match[10]) * 60
        return -seconds if match[8] == "-" else seconds
    return _zone_named(match[7])


def _zone_named(name: str | None) -> int:
    """Return a zone's seconds; raises KeyError for one whose meaning is not known."""
    if not name or len(name) == 1:
        return 0  # the letters of the military were used with both signs (RFC 2822, section 4.3)
    return _SECONDS[name.upper()]


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
    # Where days are written with dots, the day stands first; America has slashes.
    is_dotted = re.match(r"\d{1,2}\.\d{1,2}\.", text) is not None
    one, other = (
        parser.parse(text, default=default, dayfirst=is_dotted, tzinfos=_zone) for default in _DEFAULTS
    )
    return one if one.date() == other.date() else None


def _is_ambiguous(text: str) -> bool:
    """Tell 03/04/2020, which is another day in America than elsewhere, and 03/04/05, which may be any."""
    numeric = _NUMERIC.match(text)
    if not numeric or numeric[2] == ".":
        return False
    same = numeric[1] == numeric[3]
    return len(numeric[4]) == 2 or (not same and max(int(numeric[1]), int(numeric[3])) <= _YEAR)  # noqa: PLR2004 - digits of a year


def _zone(name: str | None, offset: int | None) -> int:
    return offset if offset is not None else _zone_named(name)
