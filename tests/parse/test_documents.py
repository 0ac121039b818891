"""What kind of document a body is, and in which encoding."""

import pytest

from aggregator import explain
from aggregator.model import DocumentWarning, FaultKind, WarningCode
from aggregator.parse import parse

RSS = "<rss version='2.0'><channel><title>Příliš</title><item><title>a</title></item></channel></rss>"
PAGE = b"""<!doctype html><html><head><title>Shop</title>
<link rel="alternate" type="application/rss+xml" href="/feed.xml"><link rel=stylesheet href=x.css>
<link rel="alternate" type="application/feed+json" href="https://x.example/feed.json">
<link rel="alternate" hreflang="de" href="/de"></head><body><item>x</item></body></html>"""


def title(body: bytes, content_type: str | None = None) -> str:
    found = parse(body, content_type=content_type).title
    return found.value if found else ""


@pytest.mark.parametrize("before", [b"", b"\n \t", b"\xef\xbb\xbf", b"\x00\n"])
def test_space_before_a_document_does_no_harm(before: bytes) -> None:
    document = parse(before + b"<?xml version='1.0'?>" + RSS.encode(), content_type="text/html")

    assert (document.format, len(document.posts), document.warnings) == ("rss2", 1, ())


def test_a_page_is_a_fault_and_names_its_feeds() -> None:
    document = parse(PAGE, content_type="text/html")

    assert document.fault
    assert document.fault.kind is FaultKind.PAGE
    assert (document.feeds, document.posts) == (("/feed.xml", "https://x.example/feed.json"), ())


def test_a_feed_in_the_frame_of_a_page_is_a_feed() -> None:
    document = parse(
        f"<!DOCTYPE html><html><head></head><body>{RSS}</body></html>".encode(), content_type=None
    )

    assert (document.format, len(document.posts), document.fault) == ("rss2", 1, None)


@pytest.mark.parametrize(
    "body", [b"", b"  \n", b"hello", b"{}", b"[1]", b"{broken", b"<svg/>", b"\x89PNG\r\n\x1a\n\x00", b"<"]
)
def test_what_nobody_can_read_is_a_fault_with_a_sentence(body: bytes) -> None:
    document = parse(body, content_type=None)

    assert document.fault
    assert document.fault.kind is FaultKind.UNREADABLE
    assert "check the address" in explain.fault(document.fault)


@pytest.mark.parametrize(
    ("declaration", "encoding", "content_type"),
    [
        ("<?xml version='1.0' encoding='iso-8859-1'?>", "utf-8", "text/xml; charset=iso-8859-1"),  # lies twice
        ("<?xml version='1.0' encoding='us-ascii'?>", "utf-8", None),
        ("<?xml version='1.0' encoding='utf-16'?>", "utf-8", None),  # 239-utf16-decl-on-utf8-sample.xml
        ("", "utf-8", "text/xml; charset=windows-1252"),
        ("<?xml version='1.0' encoding='iso-8859-2'?>", "iso-8859-2", "text/xml; charset=utf-8"),
        ("<?xml version='1.0' encoding='iso-8859-2'?>", "iso-8859-2", None),
        ("<?xml version='1.0' encoding='utf-16'?>", "utf-16", None),
    ],
)  # fmt: skip
def test_the_encoding_is_found_whatever_is_said_about_it(
    declaration: str, encoding: str, content_type: str | None
) -> None:
    assert title(f"{declaration}{RSS}".encode(encoding), content_type) == "Příliš"


def test_one_bad_byte_does_not_turn_a_document_into_another_encoding() -> None:
    # As in 217-invalid-utf8-linuxsoft.xml, whose excerpts are cut within characters.
    body = RSS.replace("a</title>", f"{'žluťoučký kůň ' * 30}kte\u0159</title>").encode()
    document = parse(body.replace(b"\x99</title>", b"</title>"), content_type=None)

    assert document.title
    assert document.title.value == "Příliš"
    assert document.posts[0].title
    assert document.posts[0].title.value.endswith("kůň kte")
    assert document.warnings == (DocumentWarning(WarningCode.BAD_BYTES),)


def test_a_publisher_learns_that_the_declaration_is_wrong() -> None:
    document = parse(f"<?xml version='1.0' encoding='iso-8859-1'?>{RSS}".encode(), content_type=None)

    assert document.warnings == (DocumentWarning(WarningCode.WRITTEN_IN_UTF8, "iso-8859-1"),)


@pytest.mark.parametrize(
    ("body", "quoted"),
    [
        ("\x1b]0;title\x07\x1b[31mALL GOOD", r"\x1b]0;title\x07\x1b[31mALL GOOD"),
        ("\x9b31mALL GOOD", r"\x9b31mALL GOOD"),
        ("\u202edoog \u2067lla", r"\u202edoog \u2067lla"),
        ("a\x00\x08b\u2028c", r"a\x08b c"),
    ],
)
def test_control_characters_of_a_document_are_quoted_as_what_they_are(body: str, quoted: str) -> None:
    fault = parse(body.encode(), content_type="text/plain").fault

    assert fault
    assert quoted in explain.fault(fault)
    assert explain.fault(fault).isprintable()
