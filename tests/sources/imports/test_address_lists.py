import time

import pytest

from aggregator.sources.edit import NewSource
from aggregator.sources.imports import ImportFault, Note, read_list

A = NewSource("https://a.example/feed")


@pytest.mark.parametrize(
    ("line", "source"),
    [
        ("https://a.example/feed", A),
        ("  https://a.example/feed\t", A),
        ("<https://a.example/feed>", A),
        ("https://a.example/feed Jane's blog", NewSource(A.url, "Jane's blog")),
        ("https://a.example/feed  # Jane", NewSource(A.url, "Jane")),
        ("https://a.example/feed\tJane", NewSource(A.url, "Jane")),
        # As Newsboat has it.
        (
            'https://a.example/feed "cloud" "my tag" "~Jane\'s"',
            NewSource(A.url, "Jane's", ("cloud", "my tag")),
        ),
    ],
)
def test_a_line_is_an_address_and_what_stands_behind_it(line: str, source: NewSource) -> None:
    found = read_list(f"# Mine.\n\n{line}\n; end\n".encode(), "feeds.txt")

    assert found.sources == (source,)
    assert not found.notes


def test_what_is_odd_is_told_by_line() -> None:
    text = (
        "https://a.example/feed\nb.example/feed\n\nfeed://c.example/rss\nhttps://A.example/feed#x\nnonsense\n"
    )

    found = read_list(text.encode("utf-16"), "feeds.txt")

    assert [source.url for source in found.sources] == [
        A.url,
        "https://b.example/feed",
        "http://c.example/rss",
    ]
    assert found.notes == (
        Note(2, "b.example/feed was taken as https://b.example/feed"),
        Note(4, "feed://c.example/rss was taken as http://c.example/rss"),
        Note(5, "https://A.example/feed#x is listed on line 1 already"),
        Note(6, "`url` in this line: must begin with https:// or http://; perhaps https://nonsense"),
    )


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("comma", [",", ";", "\t"])
def test_a_table_is_read_by_the_names_of_its_columns(comma: str, newline: str) -> None:
    rows = [
        ["Title", "Feed URL", "Category", "Added"],
        ['"A, the blog"', "https://a.example/feed", "x|y", "2020"],
        ["", "", "", ""],
        ["B", "https://b.example/feed", "", ""],
    ]
    text = "\ufeff" + newline.join(comma.join(row) for row in rows)

    found = read_list(text.encode(), "feeds.csv")

    assert found.sources == (
        NewSource(A.url, "A, the blog", ("x", "y")),
        NewSource("https://b.example/feed", "B"),
    )
    assert found.notes == (Note(1, "the column `Added` has no counterpart"),)


def test_a_table_without_names_is_read_too_and_its_lines_are_counted_through_cells_of_several() -> None:
    text = 'https://a.example/feed,"A\nblog"\n\nnonsense x,B\n'

    found = read_list(text.encode())

    assert found.sources == (NewSource(A.url, "A blog"),)
    assert [note.line for note in found.notes] == [4]


@pytest.mark.parametrize("data", [b"", b"\n\n", b"%PDF-1.4\0", b"nothing here\n", b"{}", b"a,b\nc,d\n"])
@pytest.mark.parametrize("name", ["", "x.txt", "x.csv", "x.ini"])
def test_a_file_without_feeds_is_refused_with_what_can_be_read(data: bytes, name: str) -> None:
    with pytest.raises(ImportFault, match="can be read"):
        read_list(data, name)


def test_a_long_list_costs_little() -> None:
    text = "".join(f"https://host{number}.example/feed Blog {number}\n" for number in range(36_000))

    began = time.process_time()
    assert len(read_list(text.encode(), "feeds.txt").sources) == 36_000
    assert time.process_time() - began < 20
