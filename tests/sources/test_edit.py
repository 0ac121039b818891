import errno
import os
import resource
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.errors import SourceNotFound
from aggregator.sources import SourcesFault, edit, load
from aggregator.sources.edit import EditError, NewSource

FILE = """\
# My feeds.
[site]
title = "Feeds"   # short

# --- clouds ---

# The first.
[[source]]
url    = "https://one.example/feed"   # odd spacing stays
tags = [
  "a",  # a comment in a list
]
[source.headers]
Authorization = "Bearer ${TOKEN}"

# About the second.
[[source]]
url = 'https://two.example/feed'
slug = "two"
# Nothing below.
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "sources.toml"
    path.write_text(FILE)
    return path


def test_a_new_source_stands_at_the_end_and_nothing_else_changes(path: Path) -> None:
    settings = edit.add(path, [NewSource("https://three.example/feed", 'Say "hi"', ("x", "y"), "three")])

    assert path.read_text() == FILE + (
        '\n[[source]]\nurl = "https://three.example/feed"\nslug = "three"\n'
        'title = "Say \\"hi\\""\ntags = ["x", "y"]\n'
    )
    assert settings == load(path, environ=None)
    assert settings.sources[-1].title == 'Say "hi"'


def test_a_new_source_gets_a_slug_that_is_free_and_written_down(path: Path) -> None:
    settings = edit.add(
        path, [NewSource("https://two.example/a"), NewSource("https://three.example/b", "Two")]
    )

    assert [source.slug for source in settings.sources] == ["one-example", "two", "two-example", "two-b"]
    assert 'slug = "two-b"' in path.read_text()


def test_a_removed_source_takes_its_own_lines_with_it_and_no_comment_around_it(path: Path) -> None:
    edit.remove(path, "one-example")

    assert (
        path.read_text()
        == """\
# My feeds.
[site]
title = "Feeds"   # short

# --- clouds ---

# The first.

# About the second.
[[source]]
url = 'https://two.example/feed'
slug = "two"
# Nothing below.
"""
    )


def test_the_last_source_can_be_removed(path: Path) -> None:
    edit.remove(path, "one-example")
    edit.remove(path, "two")

    assert load(path).sources == ()
    assert path.read_text().endswith("# About the second.\n# Nothing below.\n")


@pytest.mark.parametrize("url", ["https://two.example/feed", "HTTPS://Two.example:443/feed#x"])
def test_an_address_that_is_listed_is_not_listed_again(path: Path, url: str) -> None:
    with pytest.raises(EditError, match="is already listed, as `two`"):
        edit.add(path, [NewSource(url)])
    assert path.read_text() == FILE


def test_an_edit_that_would_make_the_file_faulty_is_not_made(path: Path) -> None:
    with pytest.raises(
        EditError, match=r"was not changed, since it would then be faulty:\n.*must begin with http"
    ):
        edit.add(path, [NewSource("gopher://three.example/")])
    assert path.read_text() == FILE


def test_a_faulty_file_is_not_edited(path: Path) -> None:
    path.write_text(FILE + "[sight]\n")

    with pytest.raises(SourcesFault, match="unknown section"):
        edit.add(path, [NewSource("https://three.example/")])


def test_a_slug_that_nobody_has_cannot_be_removed(path: Path) -> None:
    with pytest.raises(SourceNotFound, match="no source `three`"):
        edit.remove(path, "three")


@pytest.mark.parametrize(
    "text",
    [
        'source = [{ url = "https://one.example/", slug = "one" }]\n',  # no lines of its own
        # The table of headers belongs to the source above it, however far.
        '[[source]]\nurl = "https://one.example/"\nslug = "one"\n[site]\ntitle = "x"\n[source.headers]\nA = "x"\n',
    ],
)
def test_a_source_that_is_written_in_an_odd_way_is_left_to_its_writer(tmp_path: Path, text: str) -> None:
    path = tmp_path / "sources.toml"
    path.write_text(text)

    with pytest.raises(EditError, match="edit the file by hand"):
        edit.remove(path, "one")
    assert path.read_text() == text


def test_a_list_that_is_written_as_a_value_cannot_be_added_to(tmp_path: Path) -> None:
    path = tmp_path / "sources.toml"
    path.write_text("source = []\n")

    with pytest.raises(EditError, match="would then be faulty"):
        edit.add(path, [NewSource("https://one.example/")])


def test_a_link_stays_a_link_and_the_file_keeps_its_mode(tmp_path: Path, path: Path) -> None:
    path.chmod(0o640)
    link = tmp_path / "link.toml"
    link.symlink_to(path)

    edit.add(link, [NewSource("https://three.example/")])

    assert link.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o640
    assert len(load(path, environ=None).sources) == 3
    assert sorted(file.name for file in tmp_path.iterdir()) == ["link.toml", "sources.toml"]


def test_nothing_is_left_behind_where_the_file_cannot_be_replaced(tmp_path: Path, path: Path) -> None:
    """A folder in the place of the file is what even root cannot replace by a file."""
    before = sorted(tmp_path.iterdir())
    path.unlink()
    path.mkdir()

    with pytest.raises(OSError, match="directory"):
        edit.write(path, "[site]\n")
    assert sorted(tmp_path.iterdir()) == before


BITS = st.sampled_from(
    [
        "# a comment\n",
        "\n",
        "  \n",
        "[site]\ntitle = 'x'\n",
        '[[source]]\nurl = "https://a.example/"\n',
        '[[source]] # b\nurl = """https://b.example/"""\ntags = [\n"x", # y\n]\n[source.headers]\nA = "b" # c\n',
        '[[source]]\nslug = "c"\nurl = "https://c.example/"\n# after\n',
    ]
)
TITLES = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(
    bits=st.lists(BITS, unique=True, max_size=6),
    newline=st.sampled_from(["\n", "\r\n"]),
    is_bare=st.booleans(),
    mark=st.sampled_from([b"", b"\xef\xbb\xbf"]),
    titles=st.lists(TITLES, min_size=1, max_size=3),
)
@settings(deadline=None)  # dozens of writes to a disk
def test_to_add_and_then_to_remove_changes_no_byte(
    tmp_path_factory: pytest.TempPathFactory,
    *,
    bits: list[str],
    newline: str,
    is_bare: bool,
    mark: bytes,
    titles: list[str],
) -> None:
    path = tmp_path_factory.getbasetemp() / "round-trip.toml"
    text = "".join(bits).replace("\n", newline)
    before = mark + (text.removesuffix(newline) if is_bare else text).encode()
    path.write_bytes(before)

    new = [
        NewSource(f"https://new.example/{number}", title, (title,) if title.strip() else ())
        for number, title in enumerate(titles)
    ]
    listed = edit.add(path, new).sources
    for source in reversed(listed[-len(new) :]):
        edit.remove(path, source.slug)

    assert path.read_bytes() == before


# --- slugs that follow by default, and stay ---------------------------------------------------------------

NEIGHBOURS = """\
[[source]]
url = "https://a.example/feed"

# The second of this host.
[[source]]
  url = "https://a.example/other/feed"  # indented
  tags = ["x"]
"""


def slugs(path: Path) -> list[str]:
    return [source.slug for source in load(path, environ=None).sources]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_the_neighbour_of_a_removed_source_keeps_its_slug(tmp_path: Path, newline: str) -> None:
    path = tmp_path / "sources.toml"
    path.write_bytes(NEIGHBOURS.replace("\n", newline).encode())
    assert slugs(path) == ["a-example", "a-example-other"]

    edit.remove(path, "a-example")

    assert path.read_bytes().decode().splitlines() == [
        "",
        "# The second of this host.",
        "[[source]]",
        '  url = "https://a.example/other/feed"  # indented',
        '  slug = "a-example-other"',
        '  tags = ["x"]',
    ]
    assert path.read_bytes().count(b"\r") == (6 if newline == "\r\n" else 0)


def test_a_renamed_source_has_its_slug_written_down_and_its_neighbour_keeps_its_own(tmp_path: Path) -> None:
    path = tmp_path / "sources.toml"
    path.write_text(NEIGHBOURS)

    edit.rename(path, "a-example", "first")

    assert slugs(path) == ["first", "a-example-other"]
    assert path.read_text() == (
        NEIGHBOURS.replace('a.example/feed"\n', 'a.example/feed"\nslug = "first"\n').replace(
            "# indented\n", '# indented\n  slug = "a-example-other"\n'
        )
    )


def test_a_slug_is_renamed_in_its_line(path: Path) -> None:
    path.write_text(FILE.replace('slug = "two"', "\"slug\" =  'two'   # short"))

    edit.rename(path, "two", "second")

    assert path.read_text() == FILE.replace('slug = "two"', '"slug" =  "second"   # short')


def test_a_slug_is_written_below_an_address_at_the_end_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "sources.toml"
    path.write_text('[[source]]\nurl = "https://a.example/feed"')

    edit.rename(path, "a-example", "first")

    assert path.read_text() == '[[source]]\nurl = "https://a.example/feed"\nslug = "first"'


@pytest.mark.parametrize("new", ["two", "one-example"])
def test_the_slug_of_another_source_cannot_be_taken_not_even_a_default_one(path: Path, new: str) -> None:
    old = "one-example" if new == "two" else "two"

    with pytest.raises(EditError, match=f"another \\[\\[source\\]\\] has the slug `{new}`"):
        edit.rename(path, old, new)
    with pytest.raises(EditError, match=f"another \\[\\[source\\]\\] has the slug `{new}`"):
        edit.add(path, [NewSource("https://three.example/", slug=new)])

    assert path.read_text() == FILE


@pytest.mark.parametrize(("old", "new"), [("nobody", "x"), ("two", "No Slug"), ("two", "")])
def test_what_cannot_be_renamed_is_left(path: Path, old: str, new: str) -> None:
    with pytest.raises((EditError, SourceNotFound)):
        edit.rename(path, old, new)

    assert path.read_text() == FILE


@pytest.mark.parametrize(
    "text",
    [
        'source = [{ url = "https://a.example/feed" }]\n',
        '[[source]]\nurl = "https://a.example/feed"\n"sl\\u0075g" = "a-example"\n',
    ],
)
def test_a_source_that_is_written_in_an_odd_way_is_renamed_by_hand(tmp_path: Path, text: str) -> None:
    path = tmp_path / "sources.toml"
    path.write_text(text)

    with pytest.raises(EditError, match="by hand"):
        edit.rename(path, "a-example", "first")


@given(
    st.lists(
        st.tuples(st.sampled_from(["a", "b"]), st.sampled_from(["", "x", "y"]), st.sampled_from(["", "s", "b-example"])),
        min_size=2, max_size=5, unique_by=(lambda row: row[:2], lambda row: row[2] or row),
    ),
    st.data(),
)  # fmt: skip
@settings(deadline=None)
def test_no_edit_changes_the_slug_of_a_neighbour(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str]], data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("edit") / "sources.toml"
    path.write_text(
        "".join(
            f'[[source]]\nurl = "https://{host}.example/{folder}"\n' + (f'slug = "{slug}"\n' if slug else "")
            for host, folder, slug in rows
        )
    )
    before = slugs(path)
    chosen = data.draw(st.integers(0, len(rows) - 1))

    edit.rename(path, before[chosen], "renamed")
    assert slugs(path) == [*before[:chosen], "renamed", *before[chosen + 1 :]]

    edit.remove(path, "renamed")
    assert slugs(path) == [*before[:chosen], *before[chosen + 1 :]]


def test_a_file_that_cannot_be_replaced_is_written_in_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "sources.toml"
    path.write_text("")
    inode = path.stat().st_ino

    def busy(self: Path, target: Path) -> Path:  # as `rename` answers for a file that is a mount
        raise OSError(errno.EBUSY, "Device or resource busy", str(self), None, str(target))

    monkeypatch.setattr(Path, "replace", busy)

    edit.add(path, [NewSource("https://a.example/feed", "", (), "a")])

    assert "https://a.example/feed" in path.read_text()
    assert path.stat().st_ino == inode
    assert [file.name for file in tmp_path.iterdir()] == ["sources.toml"]


@pytest.fixture
def locked_folder() -> Iterator[Path]:
    """A folder that nobody may write to, and a user who is not above that."""
    folder = Path(tempfile.mkdtemp())
    (folder / "sources.toml").write_text("# mine\n")
    (folder / "sources.toml").chmod(0o666)
    folder.chmod(0o555)
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    yield folder
    os.seteuid(user)
    folder.chmod(0o755)
    shutil.rmtree(folder)


def test_a_file_in_a_folder_that_cannot_be_written_to_is_written_in_place(locked_folder: Path) -> None:
    path = locked_folder / "sources.toml"

    edit.add(path, [NewSource("https://a.example/feed", "", (), "a")])
    edit.add(path, [NewSource("https://b.example/feed", "", (), "b")])
    edit.remove(path, "a")

    assert slugs(path) == ["b"]
    assert path.read_text().startswith("# mine\n")


def test_a_file_that_cannot_be_written_to_at_all_is_told_in_a_sentence(locked_folder: Path) -> None:
    path = locked_folder / "sources.toml"
    user = os.geteuid()
    os.seteuid(os.getuid())
    path.chmod(0o444)
    os.seteuid(user)

    with pytest.raises(EditError, match="Permission denied; let the user that runs this write to it"):
        edit.add(path, [NewSource("https://a.example/feed", "", (), "a")])

    assert path.read_text() == "# mine\n"


def test_a_disk_that_is_full_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "sources.toml"
    path.write_text("")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (10, limits[1]))  # as a full disk: no file may grow
        with pytest.raises(EditError, match="was not changed: File too large"):
            edit.add(path, [NewSource("https://a.example/feed", "", (), "a")])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)

    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("sources.toml", "")]


# --- addresses --------------------------------------------------------------------------------------------


def test_a_source_gets_another_address_in_its_line_and_keeps_its_slug(path: Path) -> None:
    settings = edit.move(path, {"one-example": "https://new.example/?a=b&c", "two": "https://2.example/"})

    assert path.read_text() == FILE.replace(
        '"https://one.example/feed"   # odd spacing stays',
        '"https://new.example/?a=b&c"   # odd spacing stays\nslug = "one-example"',
    ).replace("'https://two.example/feed'", '"https://2.example/"')
    assert [source.slug for source in settings.sources] == ["one-example", "two"]


def test_an_address_that_another_source_has_cannot_be_taken(path: Path) -> None:
    with pytest.raises(EditError, match="already listed, as `two`"):
        edit.move(path, {"one-example": "https://two.example/feed"})
    assert path.read_text() == FILE
