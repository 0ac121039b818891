# ruff: noqa: RUF001 - months in other alphabets
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.normalize.dates import EARLIEST, parse_date


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Mon, 02 Mar 2026 10:00:00 GMT", "2026-03-02T10:00:00"),
        ("Fri, 02 Mar 2026 10:00:00 GMT", "2026-03-02T10:00:00"),  # the wrong name of the day
        ("02 Mar 26 10:00 EST", "2026-03-02T15:00:00"),
        ("Mon, 2 March 2026 10:00:00 +0530", "2026-03-02T04:30:00"),
        ("Mon, 02 Mar 2026 10:00:00 CST", "2026-03-02T16:00:00"),  # RFC 822's, not China's
        ("Mon, 02 Mar 2026 10:00:00 A", "2026-03-02T10:00:00"),
        ("mar., 24 févr. 2015 00:00:00 GMT", "2015-02-24T00:00:00"),  # 221-french-dates-distrijob.xml
        ("Seg, 24 Set 2018 19:42:40 -0300", "2018-09-24T22:42:40"),  # 222-unversioned-rss-uol.xml
        ("07.02.2025", "2025-02-07T00:00:00"),  # 184-muhasebetr-iso8859-9.xml
        ("13/04/2026", "2026-04-13T00:00:00"),
        ("04/04/2026", "2026-04-04T00:00:00"),
        ("2. März 2026", "2026-03-02T00:00:00"),
        ("Montag, 2. März 2026 um 10:00 Uhr", "2026-03-02T10:00:00"),
        ("2 de marzo de 2026", "2026-03-02T00:00:00"),
        ("1er mars 2026 à 10h30", "2026-03-01T10:30:00"),
        ("Mon, 02 Mar 2026 10.00.00 GMT", "2026-03-02T10:00:00"),
        ("Mon,02 Mar 2026 10:00:00 GMT", "2026-03-02T10:00:00"),
        ("2026-W10-1", "2026-03-02T00:00:00"),
        ("<time>2026-03-02T10:00:00Z</time>", "2026-03-02T10:00:00"),
        ("2026-03-02T10:00:00Z", "2026-03-02T10:00:00"),
        ("2026-03-02T10:00:00.123+01:00", "2026-03-02T09:00:00.123"),
        ("2026-03-02 10:00:00", "2026-03-02T10:00:00"),  # a local time counts as UTC
        ("2026-03-02", "2026-03-02T00:00:00"),
        ("20260302", "2026-03-02T00:00:00"),
        ("2016/6/29", "2016-06-29T00:00:00"),
        ("March 2, 2026 10:00 PST", "2026-03-02T18:00:00"),
        ("1700000000", "2023-11-14T22:13:20"),
        ("2004년 05월 28일 01:31:15", "2004-05-27T16:31:15"),
        ("2026년 3월 1일 오후 3:05", "2026-03-01T06:05:00"),
        ("2026年3月1日 10:00", "2026-03-01T10:00:00"),
        ("2004-augusztus-13T9:15-05:00", "2004-08-13T14:15:00"),
        ("Κυρ, 01 Μάρ 2026 10:00:00 +0200", "2026-03-01T08:00:00"),
        ("вс, 01 мар 2026 10:00:00 +0300", "2026-03-01T07:00:00"),
        ("Sun Mar 01 2026 10:00:00 GMT+0100 (Mitteleuropäische Normalzeit)", "2026-03-01T09:00:00"),
        ("Sun Mar 01 10:00:00 CET 2026", "2026-03-01T09:00:00"),
        ("Sun Mar  1 10:00:00 GMT-5 2026", "2026-03-01T15:00:00"),
        ("ne, 01 bře 2026 10:00:00 +0100", "2026-03-01T09:00:00"),
        ("1 marca 2026 09:00", "2026-03-01T09:00:00"),
        ("zo, 3 mei 2026 10:00:00 +0200", "2026-05-03T08:00:00"),
        ("sön, 03 maj 2026 10:00:00 +0200", "2026-05-03T08:00:00"),
        ("Çar, 04 Şub 2026 12:00:00 +0300", "2026-02-04T09:00:00"),
        ("нд, 01 лют 2026 11:00:00 +0200", "2026-02-01T09:00:00"),
        ("א', 01 מרץ 2026 11:00:00 +0200", "2026-03-01T09:00:00"),
        ("الأحد، 01 مارس 2026 12:00:00 +0300", "2026-03-01T09:00:00"),
        ("Sun, 01 Mar 2569 16:00:00 +0700", "2026-03-01T09:00:00"),  # Thailand's calendar
        ("1ag, 01 Mar 2026 09:00:00 GMT", "2026-03-01T09:00:00"),
        ("Sun, 01 Mar 2026 10:00:00 GMT + 1", "2026-03-01T09:00:00"),
        ("2026-03-01T10:00:00+01:00[Europe/Paris]", "2026-03-01T09:00:00"),
        ("2026-03-01T10:00:00[Europe/Paris]", "2026-03-01T09:00:00"),
        ("Sun, 01 Mar 2026 10:00:00 Europe/Paris", "2026-03-01T09:00:00"),
        ("Sun, 01 Mar 2026 09:00:00 Etc/GMT", "2026-03-01T09:00:00"),
        ("2026-03-01T09:00:00+00:00Z", "2026-03-01T09:00:00"),
        ("1772355600.0", "2026-03-01T09:00:00"),
    ],
)
def test_a_date_is_right(written: str, meant: str) -> None:
    assert parse_date(written) == datetime.fromisoformat(meant).replace(tzinfo=UTC)


@pytest.mark.parametrize("place", ["Europe/Nowhere", "America/Argentina", "Europe/../Paris"])
def test_a_date_at_a_place_that_is_none_is_absent(place: str) -> None:
    assert parse_date(f"Sun, 01 Mar 2026 10:00:00 {place}") is None


@pytest.mark.parametrize("month", ["lis", "listopada", "lip", "srp"])
def test_a_month_that_is_another_one_next_door_is_absent(month: str) -> None:
    assert parse_date(f"01 {month} 2026 10:00:00 +0100") is None


@pytest.mark.parametrize(
    "zone", ["GMT+1", "GMT+01", "GMT+0100", "GMT+01:00", "UTC+1", "UTC +1", "UT+1", "+1", "+0100", "CET+0100"]
)
@pytest.mark.parametrize(
    "moment",
    ["Sun, 01 Mar 2026 10:00:00 {}", "Sun Mar 01 2026 10:00:00 {}", "2026-03-01 10:00:00 {}", "March 1, 2026 10:00 AM {}", "01.03.2026 10:00:00 {}"],
)  # fmt: skip
def test_a_sign_means_ahead_of_greenwich(moment: str, zone: str) -> None:
    assert parse_date(moment.format(zone)) == datetime(2026, 3, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [None, "", "yesterday", "2016", "March 2016", "Monday", "10:00", "03/04/2026", "03-04-2026", "26/03/02", "1969-12-31", "0001-01-01",
     "9999-12-31T23:59:59Z", "32 Mar 2026 10:00 GMT", "N/A", "1", "x" * 1000, "Mon, 02 Mar 2026 10:00:00 IST", "March 2, 2026 10:00 IST",
     "02 Mar 2026 10:00 ET", "02 Mar 2026 10:00 XYZT", "Mon, 01 Jan 0001 00:00:00 +0000"],
)  # fmt: skip
def test_or_absent(written: str | None) -> None:
    assert parse_date(written) is None


@given(
    st.text(max_size=60)
    | st.from_regex(r"[0-9]{1,4}[-/. ][0-9A-Za-z]{1,4}[-/. ][0-9:TZ+ ]{1,20}", fullmatch=True)
)
def test_whatever_is_written_nothing_is_raised(written: str) -> None:
    found = parse_date(written)

    assert found is None or (found >= EARLIEST and found.tzinfo is UTC)
