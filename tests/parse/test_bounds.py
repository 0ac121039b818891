"""Documents that were made to keep a reader busy are read in a time that grows with their length, or in part."""

from collections.abc import Callable

import pytest

from aggregator.model import WarningCode
from aggregator.normalize.limits import AUTHORS, ENCLOSURES, TAGS
from aggregator.parse import parse
from aggregator.parse.bounds import LOOSE_SIGNS, POSTS
from aggregator.reading.read import read
from tests.support.growth import grows_with_length

BEGIN = (
    "<rss version='2.0' xmlns:dc='http://purl.org/dc/elements/1.1/'"
    " xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel><title>News</title>"
)
END = "</channel></rss>"
MARKS = "\u0301\u0316"


def item(inside: str) -> str:
    return f"{BEGIN}<item>{inside}</item>{END}"


def atom(inside: str) -> str:
    """Return a document whose only entry has this text of XHTML."""
    text = f"<content type='xhtml'>{inside}</content>"
    return f"<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>a</title>{text}</entry></feed>"


def many(written: str) -> Callable[[int], str]:
    return lambda times: item("".join(written.format(n) for n in range(times)))


def broken(written: str) -> Callable[[int], str]:
    """Return a document that ends within an item's title."""
    return lambda times: f"{BEGIN}<item><title>{written * times}"


DOCUMENTS: dict[str, Callable[[int], str]] = {
    "ampersands": broken("&"),
    "less-than signs": broken("<"),
    "declarations": broken("<!"),
    "comments": broken("<!--"),
    "sections": broken("<![CDATA["),
    "references": broken("&#1"),
    "tags": broken("<a>"),
    "tags without an end": broken("<a x='"),
    "ends of tags": broken("</a"),
    "short tags": broken("<b/"),
    "items that are not closed": broken("</title><item><title>"),
    "elements in elements": lambda times: item("<x>" * times + "</x>" * times),
    "attributes": lambda times: item("").replace("<item>", "<item" + "".join(map(" a{}='1'".format, range(times))) + ">"),
    "white space before the root": lambda times: "<?xml version='1.0'?>" + "\n" * times + item("<title>a</title>"),
    "entities that are not closed": lambda times: "<?xml version='1.0'?>\n<!DOCTYPE a [" + "\n<!ENTITY" * times + item(""),
    "a declaration without an end": lambda times: "<?xml encoding='é" + "encoding='" * times + item(""),
    "a name like an address": lambda times: item(f"<author>{'a' * times}</author>"),
    "categories": many("<category>c{}</category>"),
    "authors": many("<dc:creator>a{}</dc:creator>"),
    "contents": many("<content:encoded>c{}</content:encoded>"),
    "enclosures": many("<enclosure url='https://f.example/{}'/>"),
    "items with dates that nobody can read": lambda times: (
        BEGIN + "".join(f"<item><guid>{n}</guid><pubDate>some day {n}</pubDate></item>" for n in range(times // 5)) + END
    ),
    "marks on each title": lambda times: (
        BEGIN + f"<item><title>a{MARKS * (times // 50)}</title></item>" * 50 + END
    ),
    "endings": lambda times: item(f"<description>word {'[…] ' * times}</description>"),
    "phrases at the end": lambda times: item(f"<description>word {'Lire les commentaires ' * times}</description>"),
    "a page with elements in elements": lambda times: "<!doctype html><title>a</title>" + "<div>" * 5 * times,
    "a page with feeds": lambda times: (
        "<!doctype html>" + "".join(f"<link rel=alternate type='text/xml' href='/{n}'>" for n in range(times))
    ),
    "namespaces": many("<n{0}:a xmlns:n{0}='http://n.example/{0}'/>"),
    "bases in bases": lambda times: atom("<div xml:base='a/'>" * times + "</div>" * times),
    "a long base": lambda times: (
        f"<feed xmlns='http://www.w3.org/2005/Atom' xml:base='/{'a/' * times}'>"
        + "<entry><title>a</title><link href='b'/></entry>" * (times // 50) + "</feed>"
    ),
    "buttons": lambda times: item(f"<description>{'share x' * times}!</description>"),
}  # fmt: skip


@pytest.mark.parametrize("written", DOCUMENTS.values(), ids=DOCUMENTS)
def test_a_document_is_read_in_a_time_that_grows_with_its_length(written: Callable[[int], str]) -> None:
    def run(length: int) -> None:
        read(written(length).encode(), content_type=None, address="https://a.example/feed")

    assert grows_with_length(run, 4_000)


def test_lists_of_one_post_have_an_end() -> None:
    listed = (
        "<category>c{0}</category>",
        "<dc:creator>a{0}</dc:creator>",
        "<enclosure url='https://f.example/{0}'/>",
    )
    document = item("<title>a</title>" + "".join(each.format(n) for each in listed for n in range(3_000)))

    (entry,) = read(document.encode(), content_type=None, address="https://a.example/feed").entries

    assert (len(entry.tags), len(entry.authors), len(entry.enclosures)) == (TAGS, AUTHORS, ENCLOSURES)
    assert (entry.tags[0], entry.authors[0]) == ("c0", "a0")


@pytest.mark.parametrize("step", [1, -1], ids=["oldest first", "newest first"])
def test_of_too_many_posts_the_newest_are_read_at_whichever_end_they_are(step: int) -> None:
    years = [2020] * POSTS + [2021] * 10
    posts = [
        f"<item><guid>{n}</guid><pubDate>{year}-01-01T00:00:00Z</pubDate></item>"
        for n, year in enumerate(years)
    ]
    xml = BEGIN + "".join(posts[::step]) + END
    items = [f'{{"id": "{n}", "date_published": "{year}-01-01T00:00:00Z"}}' for n, year in enumerate(years)]
    json = f'{{"version": "https://jsonfeed.org/version/1", "items": [{",".join(items[::step])}]}}'

    for document in (xml, json):
        found = parse(document.encode(), content_type=None).posts

        assert len(found) == POSTS
        assert sum((post.published or "").startswith("2021") for post in found) == 10


@pytest.mark.parametrize(("sign", "most"), LOOSE_SIGNS.items())
def test_of_a_large_broken_document_the_beginning_is_read(sign: bytes, most: int) -> None:
    first = "<item><title>first</title></item>"
    document = (
        f"{BEGIN}{first}<item><title>a &{sign.decode() * most}</title></item><item><title>last</title></item>"
    )

    found = parse(document.encode(), content_type=None)

    assert [post.title.value for post in found.posts if post.title][:1] == ["first"]
    assert "last" not in [post.title.value for post in found.posts if post.title]
    assert found.warnings[0].code is WarningCode.NOT_WELL_FORMED
