import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.model import SourceRef
from aggregator.outputs.exports import opml
from aggregator.sources.edit import NewSource
from aggregator.sources.imports import ImportFault, Note
from aggregator.sources.imports.opml import read_opml


def document(
    body: str, *, head: str = '<?xml version="1.0" encoding="UTF-8"?>', end: str = "</body></opml>"
) -> bytes:
    return f'{head}<opml version="2.0"><head><title>x</title></head><body>{body}{end}'.encode()


@pytest.mark.parametrize(
    ("body", "sources"),
    [
        (
            '<outline text="A" title="A blog" type="rss" xmlUrl="https://a.example/feed" htmlUrl="https://a.example/"/>',
            [NewSource("https://a.example/feed", "A blog")],
        ),
        # OPML 1.0 has no title; some exporters have no type and their own idea of capitals.
        ('<outline text="A" xmlurl="https://a.example/"/>', [NewSource("https://a.example/", "A")]),
        ('<OUTLINE TEXT="A" XMLURL="https://a.example/"/>', [NewSource("https://a.example/", "A")]),
        ('<outline xmlUrl="https://a.example/"/>', [NewSource("https://a.example/")]),
        # Folders, in folders; a feed after them is in none.
        (
            """\
<outline text="Cloud"><outline text="AWS"><outline text="A" xmlUrl="https://a.example/"/></outline>
<outline text="B" xmlUrl="https://b.example/"/></outline><outline text="C" xmlUrl="https://c.example/"/>""",
            [
                NewSource("https://a.example/", "A", ("cloud", "aws")),
                NewSource("https://b.example/", "B", ("cloud",)),
                NewSource("https://c.example/", "C"),
            ],
        ),
        # What stands below a feed is not in a folder of its name.
        (
            '<outline text="A" xmlUrl="https://a.example/"><outline text="B" xmlUrl="https://b.example/"/></outline>',
            [NewSource("https://a.example/", "A"), NewSource("https://b.example/", "B")],
        ),
        (
            '<outline text="A" xmlUrl="https://a.example/" category="lambda, ci/cd,/Cloud/AWS"/>',
            [NewSource("https://a.example/", "A", ("lambda", "ci/cd", "cloud", "aws"))],
        ),
        # The same feed in two folders is one source.
        (
            """\
<outline text="X"><outline text="A" xmlUrl="https://a.example/"/></outline>
<outline text="Y"><outline text="B" xmlUrl="HTTPS://A.EXAMPLE"/></outline>""",
            [NewSource("https://a.example/", "A", ("x", "y"))],
        ),
        # `url` in the place of `xmlUrl`.
        ('<outline type="rss" text="A" url="https://a.example/"/>', [NewSource("https://a.example/", "A")]),
        # Unescaped, as half of all exporters write it.
        ('<outline text="A&B&nbsp;C" xmlUrl="https://a.example/?x=1&y=2"/>', [NewSource("https://a.example/?x=1&y=2", "A&B C")]),
        ('<outline text="A &amp; B &#8212; &lt;" xmlUrl="https://a.example/"/>', [NewSource("https://a.example/", "A & B — <")]),
        ('<outline text="A\x0b\x00" xmlUrl="https://a.example/"/>', [NewSource("https://a.example/", "A")]),
        ("", []),
    ],
)  # fmt: skip
def test_the_feeds_of_a_document_are_read(body: str, sources: list[NewSource]) -> None:
    found = read_opml(document(body))

    assert list(found.sources) == sources
    assert not found.notes


@pytest.mark.parametrize(
    ("body", "sources", "note"),
    [
        (
            '<outline text="A" xmlUrl="feed://a.example/"/>',
            [NewSource("http://a.example/", "A")],
            "feed://a.example/ was taken as http://a.example/",
        ),
        (
            '<outline text="A" xmlUrl="feed:https://a.example/"/>',
            [NewSource("https://a.example/", "A")],
            "feed:https://a.example/ was taken as https://a.example/",
        ),
        (
            '<outline text="A" xmlUrl="https://a.example/"/><outline text="B" xmlUrl="HTTPS://A.EXAMPLE"/>',
            [NewSource("https://a.example/", "A")],
            "HTTPS://A.EXAMPLE is listed on line 2 already",
        ),
        (  # FreshRSS takes pages apart itself
            '<outline text="A" type="HTML+XPath" xmlUrl="https://a.example/"/>',
            [],
            "A: outlines of type html+xpath are no feeds",
        ),
        (
            '<outline text="A" type="include" url="https://a.example/x.opml"/>',
            [],
            "https://a.example/x.opml is another list; fetch it and import it by itself",
        ),
    ],
)
def test_what_was_not_taken_as_it_is_written_is_told_by_line(
    body: str, sources: list[NewSource], note: str
) -> None:
    found = read_opml(document("\n" + body))

    assert list(found.sources) == sources
    assert found.notes == (Note(2, note),)


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8-sig", "UTF-8"),
        ("utf-16", "UTF-16"),
        ("latin-1", "ISO-8859-1"),
        ("cp1252", "windows-1252"),
        ("shift_jis", "Shift_JIS"),
        ("utf-8", "no-such-coding"),
    ],
)
def test_any_coding_that_a_document_declares_is_read(encoding: str, declared: str) -> None:
    title = "表" if encoding == "shift_jis" else "Café"
    data = document(f'<outline text="{title}" xmlUrl="https://a.example/"/>').decode()

    found = read_opml(data.replace("UTF-8", declared).encode(encoding))

    assert [source.title for source in found.sources] == [title]


def test_what_cannot_be_polled_is_left_out_and_told() -> None:
    found = read_opml(
        document(
            '<outline text="A" xmlUrl="gopher://a.example/"/><outline text="B" xmlUrl="https://b.example/"/>'
        )
    )

    assert [source.title for source in found.sources] == ["B"]
    assert found.notes == (Note(1, "A: `url` in its outline: must begin with https:// or http://"),)


def test_a_document_that_breaks_off_is_read_as_far_as_it_goes() -> None:
    found = read_opml(
        document('\n<outline text="A" xmlUrl="https://a.example/"/>\n<outline text="B" xml', end="")
    )

    assert [source.title for source in found.sources] == ["A"]
    assert found.notes == (Note(3, "is not well-formed XML; check that no feed is missing"),)


@pytest.mark.parametrize("data", [b"", b"\x00\xff", b"<html><body/></html>", b"{}", b"<rss><channel/></rss>"])
def test_what_is_no_opml_is_refused(data: bytes) -> None:
    with pytest.raises(ImportFault, match="this is no OPML document"):
        read_opml(data)


def test_entities_of_a_documents_own_are_refused() -> None:
    bomb = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(9))
    head = f'<?xml version="1.0"?><!DOCTYPE opml [<!ENTITY e0 "ha">{bomb}]>'

    with pytest.raises(ImportFault, match="declares XML entities"):
        read_opml(document('<outline text="&e9;" xmlUrl="https://a.example/"/>', head=head))


def test_a_file_of_the_machine_is_never_read() -> None:
    head = '<?xml version="1.0"?><!DOCTYPE opml SYSTEM "file:///etc/passwd">'

    assert read_opml(document('<outline text="A" xmlUrl="https://a.example/"/>', head=head)).sources


@given(st.binary(max_size=200) | st.text(max_size=200).map(document))
def test_no_document_at_all_breaks_it(data: bytes) -> None:
    with contextlib.suppress(ImportFault):
        assert len(read_opml(data).sources) <= 1


WORDS = st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=20)


@given(
    st.lists(
        st.tuples(st.integers(0, 10**6), WORDS, st.lists(WORDS.map(str.casefold), max_size=3, unique=True)),
        unique_by=lambda row: row[0],
        max_size=5,
    )
)
def test_what_is_exported_is_imported_again(rows: list[tuple[int, str, list[str]]]) -> None:
    sources = [
        NewSource(
            f"https://a.example/{number}",
            title,
            tuple(tag.replace(",", "").lstrip("/") or "x" for tag in tags),
        )
        for number, title, tags in rows
    ]
    outlines = [opml.Outline(SourceRef("s", source.title, source.url), source.tags) for source in sources]

    found = read_opml(opml.render("x", outlines))

    assert [(source.url, source.title) for source in found.sources] == [
        (source.url, source.title) for source in sources
    ]
    assert [source.tags for source in found.sources] == [tuple(dict.fromkeys(s.tags)) for s in sources]


# --- as exporters really write it ---------------------------------------------------------------------------


def test_a_feed_in_several_folders_has_all_of_them_as_tags() -> None:
    feed = '<outline text="A" xmlUrl="https://a.example/"/>'
    both = f'{feed}<outline text="Cloud">{feed}</outline><outline text="Data">{feed}</outline>'

    assert read_opml(document(both)).sources == (NewSource("https://a.example/", "A", ("cloud", "data")),)


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("utf-16", "utf-8"),
        ("utf-8", "utf-16-le"),
        ("utf-8", "utf-16-be"),
        ("us-ascii", "utf-8"),
        ("utf-32", "utf-8"),
    ],
)
def test_a_wrong_encoding_in_the_declaration_loses_no_letter(said: str, written: str) -> None:
    text = document(
        '<outline text="café" xmlUrl="https://a.example/"/>', head=f'<?xml version="1.0" encoding="{said}"?>'
    )

    assert read_opml(text.decode().encode(written)).sources[0].title == "café"


@pytest.mark.parametrize(
    "slip", ["count=0", 'a="1" a="2"', "checked", 'title="less < more"', "bad=&", 'note="no end']
)
def test_a_slip_of_markup_costs_no_other_outline(slip: str) -> None:
    feeds = "".join(
        f'<outline type="rss" text="{name}" xmlUrl="https://{name}.example/" {slip}/>' for name in "abc"
    )
    folder = f'<outline text="Cloud">{feeds}</outline><outline text="D" xmlUrl="https://d.example/"/>'

    found = read_opml(document(folder))

    assert [(source.url, source.tags) for source in found.sources] == [
        ("https://a.example/", ("cloud",)),
        ("https://b.example/", ("cloud",)),
        ("https://c.example/", ("cloud",)),
        ("https://d.example/", ()),
    ]


def test_a_list_means_by_its_label_what_browsers_read() -> None:
    outline = '<outline text="caf\xe9 \u201cfine\u201d" xmlUrl="https://a.example/f"/>'
    for declaration in ("", ' encoding="iso-8859-1"', ' encoding="utf-8"'):
        document = f'<?xml version="1.0"{declaration}?><opml><body>{outline}</body></opml>'.encode("cp1252")

        assert [source.title for source in read_opml(document).sources] == ["caf\xe9 \u201cfine\u201d"]
