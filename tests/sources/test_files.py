"""The folder of further files beside the sources file."""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.sources import SourcesFault, SourcesFile, edit, load, watch
from aggregator.sources.edit import EditError, NewSource


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "sources.toml"
    path.write_text('[site]\ntitle = "Feeds"\n[[source]]\nurl = "https://main.example/feed"\n')
    (tmp_path / "sources.d").mkdir()
    return path


def source(url: str, more: str = "") -> str:
    return f'[[source]]\nurl = "{url}"\n{more}'


def write(path: Path, name: str, text: str) -> Path:
    file = path.parent / "sources.d" / name
    file.write_text(text)
    return file


def slugs(path: Path) -> list[str]:
    return [source.slug for source in load(path, environ=None).sources]


def faults(path: Path) -> list[str]:
    with pytest.raises(SourcesFault) as caught:
        load(path)
    return [fault.removeprefix(f"{path.parent}/") for fault in caught.value.faults]


def test_a_file_with_one_source_gives_it_its_name_and_comes_after_the_main_file(path: Path) -> None:
    write(path, "zoe.toml", source("https://zoe.example/feed", 'title = "Zoe writes"\n'))
    write(path, "Jane Doe.toml", source("https://jane.example/feed"))

    assert slugs(path) == ["main-example", "jane-doe", "zoe"]


def test_a_file_with_several_sources_names_none_of_them(path: Path) -> None:
    write(
        path,
        "two.toml",
        source("https://a.example/feed") + source("https://b.example/feed", 'slug = "bee"\n'),
    )

    assert slugs(path) == ["main-example", "a-example", "bee"]


def test_a_written_slug_counts_before_the_name_of_a_file(path: Path) -> None:
    write(path, "a.toml", source("https://a.example/cats/feed"))
    write(path, "b.toml", source("https://b.example/feed", 'slug = "a"\n'))

    assert slugs(path) == ["main-example", "a-cats", "a"]


def test_settings_of_the_main_file_hold_for_all(path: Path) -> None:
    path.write_text('[polling]\ninterval = "3h"\n')
    write(path, "a.toml", source("https://a.example/feed"))

    (only,) = load(path).sources
    assert only.polling.interval.total_seconds() == 3 * 3600


@pytest.mark.parametrize("name", [".hidden.toml", "notes.txt", "backup.toml~", ".#a.toml"])
def test_what_editors_and_people_leave_there_is_not_read(path: Path, name: str) -> None:
    write(path, name, "no toml at all")

    assert slugs(path) == ["main-example"]


def test_faults_of_all_files_are_told_by_file_and_line(path: Path) -> None:
    path.write_text(path.read_text() + "[site2]\n")
    write(path, "a.toml", '# Mine.\n[[source]]\nurl = "gopher://a.example/"\n')
    write(path, "b.toml", source("https://b.example/feed") + '[polling]\ninterval = "1h"\n')
    write(path, "c.toml", source("https://main.example/feed#x", 'tagz = ["a"]\n'))
    write(path, "d.toml", "\n[[source]\n")
    write(path, "e.toml", "sauce = 1\n")
    write(path, "f.toml", source("https://f.example/") + source("https://f.example/"))

    assert faults(path) == [
        "sources.toml:5: unknown section `site2`; did you mean [site]?",
        "sources.d/a.toml:3: `url` in [[source]]: must begin with https:// or http://",
        f"sources.d/b.toml:3: a file in this folder holds [[source]] tables only; move [polling] to {path}",
        (
            "sources.d/c.toml:2: another [[source]] has the url `https://main.example/feed`, in "
            f"{path}; remove one of them"
        ),
        "sources.d/c.toml:3: unknown key `tagz` in [[source]]; did you mean `tags`?",
        "sources.d/d.toml:2: not valid TOML in column 9: expected ']]' at the end of an array declaration",
        "sources.d/e.toml:1: unknown section `sauce`; did you mean [[source]]?",
        "sources.d/f.toml:4: another [[source]] has the url `https://f.example/`; remove one of them",
    ]


def test_files_that_cannot_be_read_are_faults(path: Path) -> None:
    write(path, "a.toml", "").write_bytes(b"\n# \xff\n")
    (path.parent / "sources.d" / "b.toml").mkdir()
    (path.parent / "sources.d" / "c.toml").symlink_to("nowhere")

    assert [fault.partition(": ")[0] for fault in faults(path)] == [
        "sources.d/a.toml:2",
        "sources.d/b.toml",
        "sources.d/c.toml",
    ]


def test_a_file_in_the_place_of_the_folder_is_a_fault(path: Path) -> None:
    (path.parent / "sources.d").rmdir()
    (path.parent / "sources.d").write_text("")

    assert faults(path) == ["sources.d: is no folder; files with further sources would be in it; rename it"]


# --- live ---------------------------------------------------------------------------------------------------


@pytest.fixture
def file(path: Path, monkeypatch: pytest.MonkeyPatch) -> SourcesFile:
    monkeypatch.setattr(watch, "LONGEST_WITHOUT_LOOK", 0.0)
    monkeypatch.setattr(watch, "SETTLES", 0.0)
    return SourcesFile(path)


def test_a_file_that_is_added_changed_or_removed_counts(path: Path, file: SourcesFile) -> None:
    added = write(path, "a.toml", source("https://a.example/feed"))
    assert file.refresh()
    assert file.settings.sources[-1].slug == "a"

    added.write_text(source("https://a.example/other"))
    assert file.refresh()
    assert file.settings.sources[-1].url == "https://a.example/other"

    added.unlink()
    assert file.refresh()
    assert [source.slug for source in file.settings.sources] == ["main-example"]
    assert not file.refresh()


def test_a_faulty_file_in_the_folder_leaves_the_last_good_list_in_force(
    path: Path, file: SourcesFile
) -> None:
    write(path, "a.toml", source("nonsense"))

    assert file.refresh()
    assert file.faults[0].startswith(f"{path.parent}/sources.d/a.toml:2: ")
    assert [source.slug for source in file.settings.sources] == ["main-example"]


def test_a_list_of_thousands_of_files_is_not_looked_at_with_every_request(path: Path) -> None:
    for number in range(2000):
        write(path, f"{number}.toml", source(f"https://{number}.example/feed"))
    file = SourcesFile(path)
    write(path, "0.toml", source("https://zero.example/feed"))

    began = os.times().user
    for _ in range(10_000):
        file.refresh()
    assert os.times().user - began < 5


# --- edited ---------------------------------------------------------------------------------------------------


def test_a_source_can_be_added_as_a_file_of_its_own(path: Path) -> None:
    (path.parent / "sources.d").rmdir()

    edit.add(path, [NewSource("https://jane.example/feed", "Jane")], "jane-doe")

    file = path.parent / "sources.d" / "jane-doe.toml"
    assert file.read_text() == (
        '[[source]]\nurl = "https://jane.example/feed"\nslug = "jane-doe"\ntitle = "Jane"\n'
    )
    assert slugs(path) == ["main-example", "jane-doe"]
    assert file.stat().st_mode & 0o777 == 0o666 & ~umask()


def umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_a_second_source_in_a_file_leaves_the_first_its_name(path: Path) -> None:
    write(path, "jane.toml", source("https://jane.example/feed"))

    edit.add(path, [NewSource("https://jane.example/photos", "Photos")], "jane.toml")

    assert slugs(path) == ["main-example", "jane", "photos"]
    edit.remove(path, "photos")
    assert slugs(path) == ["main-example", "jane"]


@pytest.mark.parametrize("name", ["../jane", "a/b", ".jane", ".toml", "a\nb"])
def test_a_name_that_is_none_for_a_file_in_the_folder_is_refused(path: Path, name: str) -> None:
    with pytest.raises(EditError, match="is no name for a file in"):
        edit.add(path, [NewSource("https://jane.example/feed")], name)


def test_a_source_is_removed_where_it_is_and_its_file_with_its_last_word(path: Path) -> None:
    before = path.read_text()
    alone = write(path, "a.toml", source("https://a.example/feed"))
    told = write(path, "b.toml", "# About Bob.\n" + source("https://b.example/feed"))

    edit.remove(path, "a")
    edit.remove(path, "b")

    assert not alone.exists()
    assert told.read_text() == "# About Bob.\n"
    assert path.read_text() == before


def test_a_source_is_renamed_where_it_is(path: Path) -> None:
    file = write(path, "a.toml", source("https://a.example/feed", "# c\n"))

    edit.rename(path, "a", "anna")

    assert file.read_text() == '[[source]]\nurl = "https://a.example/feed"\nslug = "anna"\n# c\n'


def test_a_slug_of_another_file_cannot_be_taken(path: Path) -> None:
    write(path, "a.toml", source("https://a.example/feed"))

    with pytest.raises(EditError, match=r"another .* has the slug `a`"):
        edit.rename(path, "main-example", "a")
    with pytest.raises(EditError, match="is already listed, as `a`"):
        edit.add(path, [NewSource("https://a.example/feed")])


@given(
    st.dictionaries(st.sampled_from(["", "a", "b", "c"]), st.integers(1, 3), min_size=1),
    st.data(),
)
@settings(deadline=None)
def test_no_edit_changes_the_slug_of_a_neighbour_in_another_file(
    tmp_path_factory: pytest.TempPathFactory, counts: dict[str, int], data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("edit") / "sources.toml"
    (path.parent / "sources.d").mkdir()
    path.write_text("")
    for name, count in counts.items():
        file = path.parent / "sources.d" / f"{name}.toml" if name else path
        file.write_text("".join(source(f"https://a.example/{name}{number}") for number in range(count)))
    before = slugs(path)
    chosen = data.draw(st.integers(0, len(before) - 1))

    edit.rename(path, before[chosen], "renamed")
    assert slugs(path) == [*before[:chosen], "renamed", *before[chosen + 1 :]]

    edit.add(
        path, [NewSource("https://new.example/", slug="new")], data.draw(st.sampled_from(["", "a", "0"]))
    )
    edit.remove(path, "renamed")
    assert [slug for slug in slugs(path) if slug != "new"] == [*before[:chosen], *before[chosen + 1 :]]
