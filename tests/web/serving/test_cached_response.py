import gzip
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import brotli
import pytest
import zstandard
from sqlalchemy import Engine, event
from werkzeug.http import parse_date

from aggregator.outputs import FORMATS
from aggregator.store import set_file_state
from aggregator.web.serving.cached_response import _coding_of, coding_of
from tests.support.site import Site, an_entry

FEEDS = [f"/feed.{form.name}" for form in FORMATS]
PUBLIC = ["/", *FEEDS, "/sources", "/sources.opml"]
ALL = [*PUBLIC, "/about", "/healthz", "/metrics", "/nothing-here", "/?source=nobody", "/feed.atom?before=x"]

each_feed = pytest.mark.parametrize("path", FEEDS)
each_public = pytest.mark.parametrize("path", PUBLIC)
each_answer = pytest.mark.parametrize("path", ALL)


@each_answer
def test_every_answer_has_a_tag_and_says_how_long_it_holds(site: Site, path: str) -> None:
    answer = site.client.get(path)

    assert answer.headers["ETag"]
    assert answer.headers["Cache-Control"]
    assert "Accept-Encoding" in answer.headers["Vary"]


@each_public
def test_who_has_the_document_is_not_sent_it_again(site: Site, path: str) -> None:
    site.publish_many(3)
    first = site.client.get(path)
    by_tag = site.client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    by_date = site.client.get(path, headers={"If-Modified-Since": first.headers["Last-Modified"]})

    for answer in (by_tag, by_date):
        assert answer.status_code == 304
        assert answer.data == b""
        assert answer.headers["ETag"] == first.headers["ETag"]
        assert answer.headers["Cache-Control"] == first.headers["Cache-Control"]
        assert answer.headers["Vary"] == first.headers["Vary"]


@each_feed
def test_a_tag_counts_for_more_than_a_date(site: Site, path: str) -> None:
    """RFC 9110, section 13.2.2: with both, the date is not looked at."""
    first = site.client.get(path)
    headers = {"If-None-Match": '"another"', "If-Modified-Since": first.headers["Last-Modified"]}

    assert site.client.get(path, headers=headers).status_code == 200


@each_feed
def test_validators_change_exactly_when_the_document_does(site: Site, path: str) -> None:
    site.publish(an_entry(1))
    before = site.client.get(path)
    site.clock.advance(days=3)
    later = site.client.get(path)
    site.publish(an_entry(2))
    after = site.client.get(path)

    assert (later.headers["ETag"], later.headers["Last-Modified"]) == (
        before.headers["ETag"],
        before.headers["Last-Modified"],
    )
    assert after.headers["ETag"] != before.headers["ETag"]
    assert parse_date(after.headers["Last-Modified"]) == site.clock.now()


@each_feed
def test_news_elsewhere_leave_a_view_s_validators_alone(site: Site, path: str) -> None:
    site.publish(an_entry(1))
    before = site.client.get(f"{path}?source=aws")
    site.clock.advance(hours=3)
    site.publish(an_entry(2), slug="news")
    after = site.client.get(f"{path}?source=aws")

    for name in ("ETag", "Last-Modified"):
        assert after.headers[name] == before.headers[name]


@each_feed
def test_a_new_title_of_the_site_is_live_and_moves_the_validators(site: Site, path: str) -> None:
    before = site.client.get(path)
    site.clock.advance(hours=1)
    site.settings = site.settings.model_copy(
        update={"site": site.settings.site.model_copy(update={"title": "Renamed"})}
    )
    headers = {"If-Modified-Since": before.headers["Last-Modified"]}
    after = site.client.get(path, headers=headers)

    assert "Renamed" in after.text
    assert after.headers["ETag"] != before.headers["ETag"]


def test_the_page_changes_with_the_ages_that_it_says(site: Site) -> None:
    site.publish(an_entry(1, published=site.clock.now() - timedelta(minutes=1)))
    first = site.client.get("/")
    site.clock.advance(seconds=20)
    soon = site.client.get("/", headers={"If-None-Match": first.headers["ETag"]})
    site.clock.advance(days=2)
    later = site.client.get("/", headers={"If-None-Match": first.headers["ETag"]})

    assert soon.status_code == 304
    assert later.status_code == 200


@each_answer
def test_a_head_tells_what_a_get_would(site: Site, path: str) -> None:
    got, head = site.client.get(path), site.client.head(path)

    assert head.data == b""
    assert head.status_code == got.status_code
    if path != "/metrics":  # which says how much memory is in use
        assert head.headers["Content-Length"] == got.headers["Content-Length"]
        assert head.headers["ETag"] == got.headers["ETag"]


@each_public
@pytest.mark.parametrize(
    ("coding", "decode"),
    [
        ("gzip", gzip.decompress),
        ("br", brotli.decompress),
        ("zstd", lambda body: zstandard.ZstdDecompressor().decompress(body)),
    ],
)
def test_what_is_asked_for_compressed_is_and_says_the_same(
    site: Site, path: str, coding: str, decode: Callable[[bytes], bytes]
) -> None:
    site.publish_many(20)
    plain = site.client.get(path)
    coded = site.client.get(path, headers={"Accept-Encoding": coding})

    assert coded.headers["Content-Encoding"] == coding
    assert int(coded.headers["Content-Length"]) == len(coded.data) < len(plain.data)
    assert decode(coded.data) == plain.data
    assert "Content-Encoding" not in plain.headers
    assert coded.headers["ETag"] == plain.headers["ETag"]
    assert coded.headers["ETag"].startswith("W/")


@pytest.mark.parametrize(
    ("header", "coding"),
    [
        ("", "identity"),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("deflate", "identity"),
        ("identity", "identity"),
        ("gzip;q=0", "identity"),
        ("gzip;q=1.0, br;q=0.2", "gzip"),
        ("*", "br"),
        ("br;q=0, *", "zstd"),
        ("nonsense;;q=x,,", "identity"),
    ],
)
def test_the_coding_is_the_one_that_the_reader_likes_best(header: str, coding: str) -> None:
    assert coding_of(header) == coding


def test_feeds_may_be_kept_a_minute_and_pages_are_asked_for_each_time(site: Site) -> None:
    assert (
        site.client.get("/feed.atom").headers["Cache-Control"] == "public, max-age=60, stale-if-error=86400"
    )
    assert site.client.get("/").headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("path", ["/", *FEEDS])
def test_a_kept_document_costs_no_statement_of_sqlite_s_tables(site: Site, path: str) -> None:
    site.publish_many(3)
    site.client.get(path)

    with statements() as asked:
        site.client.get(f"{path}?utm_source=somebody")

    assert not asked


@pytest.mark.parametrize("path", FEEDS)
def test_a_document_is_made_with_as_many_questions_whatever_it_holds(site: Site, path: str) -> None:
    site.publish(an_entry(1))
    with statements() as few:
        site.client.get(path)
    site.publish_many(20, first=2)
    with statements() as many:
        site.client.get(path)

    assert len(few) == len(many)


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect what is asked of any database meanwhile, but for the borders of transactions."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK")):
            found.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@pytest.mark.parametrize("path", ["/sources", "/sources/aws"])
def test_a_poll_that_failed_shows_within_seconds(site: Site, path: str) -> None:
    """A failed poll moves nothing in the timeline; the page about the polls must show it all the same."""
    before = site.client.get(path)
    site.fail("news" if path == "/sources" else "aws")
    site.clock.advance(seconds=2)
    after = site.client.get(path, headers={"If-None-Match": before.headers["ETag"]})

    assert "failing" not in before.get_data(as_text=True)
    assert "failing" in after.get_data(as_text=True)


def test_a_fault_of_the_sources_file_shows_within_seconds(site: Site) -> None:
    before = site.client.get("/sources")
    set_file_state(site.database, "sources.toml", ("sources.toml:3: unknown key",))
    site.clock.advance(seconds=2)
    after = site.client.get("/sources", headers={"If-Modified-Since": before.headers["Last-Modified"]})

    assert after.status_code == 200
    assert "sources.toml:3: unknown key" in after.get_data(as_text=True)


def test_seconds_that_change_no_word_of_the_sources_change_no_validator(site: Site) -> None:
    site.clock.advance(hours=1)
    before = site.client.get("/sources")
    site.clock.advance(seconds=6)

    again = site.client.get("/sources", headers={"If-None-Match": before.headers["ETag"]})

    assert again.status_code == 304


def test_a_header_of_a_length_that_nobody_honest_sends_has_no_coding_and_is_not_kept() -> None:
    kept = _coding_of.cache_info().currsize

    assert coding_of("gzip, " + "x" * 200) == "identity"
    assert _coding_of.cache_info().currsize == kept
