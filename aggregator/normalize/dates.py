"""Parses dates of every dialect: right or absent, and independent of the current date.

feedparser and dateutil fill in missing parts from today or arbitrarily; here such a date counts as absent.
"""

# ruff: noqa: RUF001 - months in other alphabets, and a sign that is no hyphen

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from dateutil import parser

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)  # before the web there were no posts
LATEST = datetime(2100, 1, 1, tzinfo=UTC)  # the exact day does not matter; later dates are mistakes
_LONGEST = 100  # characters

# Hours east of Greenwich of the names that have one meaning, and of RFC 822's own (section 5.1), which win if
# others use them too. Not here, so that a date with them is absent: IST (India, Israel, Ireland), AST (the Atlantic,
# Arabia), ET, CT, MT and PT (with and without summer time) and all unknown ones. RFC 2822, section 4.3
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

# English, and what publishers write in dates of RFC 822 in French, German, Spanish, Catalan, Italian, Portuguese, Romanian,
# Dutch, Swedish, Danish, Norwegian, Indonesian, Russian, Ukrainian, Polish, Czech, Turkish, Greek, Hungarian, Arabic and
# Hebrew. Not here: `lip`, `srp`, `lis` and `listopada`, which are other months in Croatian than in Polish and Czech.
_MONTHS = (
    (
        "jan january januar januari jän jänner janv janvier ene enero gen gener gennaio janeiro ian ianuarie янв января січ січня"
        " sty stycznia led ledna oca ocak ιαν január يناير ינו ינואר"
    ),
    (
        "feb february februar februari févr février fevrier febrero febrer febbraio fev fevereiro februarie фев февраля лют лютого"
        " lut lutego úno února şub şubat φεβ február februári فبراير פבר פברואר"
    ),
    (
        "mar march mär märz mrz mars mart marzo març março marco martie мар марта бер березня marca bře března μάρ μαρ μάρτ μαρτ"
        " μάώ μαώ március maart mrt maret مارس מרץ"
    ),
    (
        "apr april avr avril abr abril aprile aprilie апр апреля кві квітня kwi kwietnia dub dubna nis nisan απρ április أبريل"
        " ابريل אפר אפריל"
    ),
    "may mai maj mei mayo maig maio maggio mag май мая тра травня maja kvě května mayıs μάι μαΐ μαϊ μαι május mei مايو מאי",
    (
        "jun june juni juin junio juny giugno giu junho iun iunie июн июня чер червня cze czerwca čvn června haz haziran ιούν ιουν"
        " ιον június يونيو יונ יוני"
    ),
    (
        "jul july juli juil juillet julio juliol luglio lug julho iul iulie июл июля лип липня lipca čvc července tem temmuz ιούλ"
        " ιουλ ιολ július يوليو יול יולי"
    ),
    (
        "aug august août aout ago agosto agost augusti agu agustus авг августа сер серпня sie sierpnia srpna ağu ağustos αύγ αυγ"
        " augusztus augustus أغسطس אוג אוגוסט"
    ),
    (
        "sep sept september septembre septiembre set setembre settembre setembro septembrie сен сент сентября вер вересня wrz"
        " września zář září eyl eylül σεπ σεπτ szeptember سبتمبر ספט ספטמבר"
    ),
    (
        "oct october okt oktober octobre octubre ott ottobre out outubro octombrie окт октября жов жовтня paź października říj"
        " října eki ekim οκτ október أكتوبر אוק אוקטובר"
    ),
    (
        "nov november novembre noviembre novembro noiembrie ноя нояб ноября листопада listopadu kas kasım νοέ νοε νοέμ نوفمبر נוב"
        " נובמבר"
    ),
    (
        "dec december dez dezember déc décembre decembre dic diciembre dicembre des desembre desember dezembro decembrie дек"
        " декабря гру грудня gru grudnia pro prosince ara aralık δεκ ديسمبر דצמ דצמבר"
    ),
)
_MONTH = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}

# RFC 822 as in RSS: the name of the day is ignored, it is wrong too often.
_RFC_822 = re.compile(
    r"(?:[^\s,،]{1,15}[,،]\s*|[^\W\d_]+\.?\s*)?(\d{1,2})(?:\.|er|º)?[\s-]+(?:de\s+)?([^\W\d_]{3,10})\.?,?[\s-]+(?:de\s+)?(\d{4}|\d\d)"
    r"(?:,?\s+(?:(?:um|at|à|às|a las|alle)\s+)?(\d\d?)[:.h](\d\d)(?:[:.](\d\d))?(?:\.\d+)?(?:\s*Uhr)?"
    r"\s*(?:([a-z]{1,5})|([+-])(\d{1,2})(?::?(\d\d))?)?)?",
    re.IGNORECASE,
)
# The same in another order: as JavaScript and C print dates, and as written in America and Hungary.
_MONTH_FIRST = re.compile(
    r"(?:[^\W\d_]+\.?,?\s+)?(?P<month>[^\W\d_]{3,10})\.?\s+(?P<day>\d{1,2}),?\s+"
    r"(?:(?P<year>\d{4}),?(?P<time>\s.*)?|(?P<before>\d\d?:\d\d.*)\s(?P<last>\d{4}))"
)
_YEAR_FIRST = re.compile(
    r"(?P<year>\d{4})[-. ]+(?P<month>[^\W\d_]{3,10})[-. ]+(?P<day>\d{1,2})\.?(?:[T ](?P<time>.*))?"
)
_EAST_ASIAN = re.compile(
    r"(?P<year>\d{4})(?:년|年|-)\s*(?P<month>\d\d?)(?:월|月|-)\s*(?P<day>\d\d?)(?:일|日)?\s*(?P<half>오전|오후|上午|下午|午前|午後)?"
    r"\s*(?:(?P<hour>\d\d?):(?P<minute>\d\d)(?::(?P<second>\d\d))?)?"
)
_PARTS = ("year", "month", "day", "minute", "second")
_AFTERNOON = ("오후", "下午", "午後")
_KOREA = timezone(timedelta(hours=9))
_TAG = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)  # of a <time>, say
_COMMENT = re.compile(r"\s*\([^()]*\)$")  # the name of the zone, in the system's language
# Hours ahead of Greenwich, or behind it: dateutil reads the sign as POSIX does, the other way around.
_FROM_GREENWICH = re.compile(
    r"(?<![a-z])(?:GMT|UTC?)\s?([+-])\s?(\d{1,2})(?::?(\d\d))?(?![\d:])", re.IGNORECASE
)
# A zone of the IANA's database, alone or behind an offset, as Java prints it; `Z` behind an offset, as templates add it.
_PLACE = re.compile(r"\s?\[?((?:[A-Z][A-Za-z]+/)+[A-Z][A-Za-z_+-]{2,20})\]?$")
_OFFSET_AND_Z = re.compile(r"(?<=[+-]\d\d:\d\d)Z$")
_OFFSET = re.compile(r"\d\d\s?(?:Z|[+-]\d\d:?\d\d)$")
_NAMED_OFFSET = re.compile(
    r"(:\d\d(?:\s?[ap]m)?)\s?[a-z]{2,5}\s?(?=[+-]\d\d:?\d\d)", re.IGNORECASE
)  # CET+0100
_YEAR = 12  # months
_BUDDHIST = 543  # years that Thailand's calendar is ahead
_NUMERIC = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d\d)(?!\d)")
_DEFAULTS = (datetime(2000, 1, 1), datetime(2003, 2, 3))  # noqa: DTZ001 - the zone is what is looked for


def parse_date(written: str | None) -> datetime | None:
    """Return the moment in UTC, None if it is missing, incomplete, ambiguous or absurd.

    A local time without a zone counts as UTC.
    """
    text = " ".join(_TAG.sub(" ", (written or "")[: _LONGEST + 1]).split())
    if not text or len(text) > _LONGEST:
        return None
    text = _COMMENT.sub("", text.replace("\u2212", "-"))
    text = _FROM_GREENWICH.sub(_offset_alone, _NAMED_OFFSET.sub(r"\1 ", _OFFSET_AND_Z.sub("", text)))
    place = _PLACE.search(text)
    text = _PLACE.sub("", text)
    for dialect in (_number, _iso, _rfc_822, _reordered, _east_asian, _other):
        try:
            if found := dialect(text):
                moment = _in_utc(found, None if _OFFSET.search(text) else place)
                return moment if EARLIEST <= moment < LATEST else None
        except (ValueError, OverflowError, TypeError, AttributeError, LookupError, OSError):
            continue  # dateutil and zoneinfo raise all of these for what is none
    return None


def _in_utc(found: datetime, place: re.Match[str] | None) -> datetime:
    """Return a moment in UTC; raises KeyError for a place that the time zone database does not know."""
    zone: tzinfo = ZoneInfo(place[1]) if place else found.tzinfo or UTC
    return found.replace(tzinfo=zone).astimezone(UTC)


def _offset_alone(match: re.Match[str]) -> str:
    return f" {match[1]}{match[2]:0>2}:{match[3] or '00'}"


def _number(text: str) -> datetime | None:
    """Seconds or milliseconds since 1970, as some programs write them."""
    if re.fullmatch(r"\d{10}", text.partition(".")[0]):
        return datetime.fromtimestamp(float(text), UTC)
    return datetime.fromtimestamp(int(text) / 1000, UTC) if re.fullmatch(r"\d{13}", text) else None


def _iso(text: str) -> datetime | None:
    if not re.match(r"\d{4}-?(?:\d\d-?\d\d|W\d\d-?\d)(?:[T ]|$)", text):
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
    elif year >= LATEST.year:
        year -= _BUDDHIST
    hour, minute, second = (int(match[group] or 0) for group in (4, 5, 6))
    zone = timezone(timedelta(seconds=_offset(match)))
    day = datetime(year, month, int(match[1]), tzinfo=zone)
    return day + timedelta(hours=min(hour, 24), minutes=min(minute, 59), seconds=min(second, 59))


def _offset(match: re.Match[str]) -> int:
    if match[8]:
        seconds = int(match[9]) * 3600 + int(match[10] or 0) * 60
        return -seconds if match[8] == "-" else seconds
    return _zone_named(match[7])


def _zone_named(name: str | None) -> int:
    """Return a zone's seconds; raises KeyError for one whose meaning is not known."""
    if not name or len(name) == 1:
        return 0  # military letters were used with both signs (RFC 2822, section 4.3)
    return _SECONDS[name.upper()]


def _reordered(text: str) -> datetime | None:
    """Parse RFC 822 dates with another order of parts."""
    if match := _MONTH_FIRST.fullmatch(text):
        time, year = match["time"] or match["before"] or "", match["year"] or match["last"]
    elif match := _YEAR_FIRST.fullmatch(text):
        time, year = match["time"] or "", match["year"]
    else:
        return None
    return _rfc_822(f"{match['day']} {match['month']} {year} {time}".strip())


def _east_asian(text: str) -> datetime | None:
    """Korean, Chinese and Japanese; Korean is written in one time zone."""
    match = None if text.isascii() else _EAST_ASIAN.fullmatch(text)
    if not match:
        return None
    hour = int(match["hour"] or 0)
    if match["half"]:
        hour = hour % 12 + 12 * (match["half"] in _AFTERNOON)
    zone = _KOREA if re.search(r"[년오]", text) else UTC
    year, month, day, minute, second = (int(match[part] or 0) for part in _PARTS)
    return datetime(year, month, day, hour, minute, second, tzinfo=zone)


def _other(text: str) -> datetime | None:
    """Any date that dateutil can read, if it has year, month and day in an unambiguous order."""
    if re.fullmatch(r"[\d\s.:]+", text) and not re.search(r"\d{4}", text):
        return None
    if _is_ambiguous(text):
        return None
    # In dates with dots the day is first; American dates have slashes.
    is_dotted = re.match(r"\d{1,2}\.\d{1,2}\.", text) is not None
    one, other = (
        parser.parse(text, default=default, dayfirst=is_dotted, tzinfos=_zone) for default in _DEFAULTS
    )
    return one if one.date() == other.date() else None


def _is_ambiguous(text: str) -> bool:
    """Whether a date is ambiguous: 03/04/2020 is another day in America than elsewhere, 03/04/05 may be any."""
    numeric = _NUMERIC.match(text)
    if not numeric or numeric[2] == ".":
        return False
    same = numeric[1] == numeric[3]
    return len(numeric[4]) == 2 or (not same and max(int(numeric[1]), int(numeric[3])) <= _YEAR)  # noqa: PLR2004 - digits of a year


def _zone(name: str | None, offset: int | None) -> int:
    return offset if offset is not None else _zone_named(name)
