from pathlib import Path

import pytest

from aggregator.static_site.folder import LIST, BusyError, Folder, FolderError


def write(folder: Path, *names: str, body: bytes = b"x", force: bool = False) -> Folder:
    with Folder(folder, force=force) as opened:
        for name in names:
            opened.write(name, body)
        opened.finish("state")
    return opened


def test_a_folder_is_made_with_its_parents(tmp_path: Path) -> None:
    write(tmp_path / "a" / "b", "index.html")

    assert (tmp_path / "a" / "b" / "index.html").read_bytes() == b"x"


def test_a_folder_that_holds_anything_else_is_refused_and_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("mine")

    with pytest.raises(FolderError, match="no build wrote"):
        Folder(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_with_force_other_files_stay_beside_ours(tmp_path: Path) -> None:
    (tmp_path / "CNAME").write_text("mine")
    write(tmp_path, "index.html", force=True)
    write(tmp_path, "about.html")

    assert {path.name for path in tmp_path.iterdir() if path.name[0] != "."} == {"CNAME", "about.html"}


def test_two_builds_at_once_the_second_says_so_and_ends(tmp_path: Path) -> None:
    with Folder(tmp_path), pytest.raises(BusyError, match="another build"):
        Folder(tmp_path)


def test_an_equal_file_is_not_touched(tmp_path: Path) -> None:
    write(tmp_path, "index.html")
    before = (tmp_path / "index.html").stat()

    done = write(tmp_path, "index.html")

    assert (done.written, done.unchanged) == (0, 1)
    assert (tmp_path / "index.html").stat().st_ino == before.st_ino


def test_a_build_that_breaks_off_leaves_whole_files_and_is_taken_up_by_the_next(tmp_path: Path) -> None:
    write(tmp_path, "index.html", "old.html")
    with Folder(tmp_path) as folder:
        folder.begin(["index.html", "new.html"])
        folder.write("index.html", b"new")  # and no more: it was killed here

    assert (tmp_path / "old.html").exists()
    assert "old.html" in (tmp_path / LIST).read_text()
    assert not [
        path
        for path in tmp_path.iterdir()
        if path.name.startswith(".aggregator-") and path.suffix not in {".json", ".lock"}
    ]
    assert write(tmp_path, "index.html").removed == 1
    assert not (tmp_path / "old.html").exists()


def test_a_first_build_that_breaks_off_is_taken_up_by_the_next(tmp_path: Path) -> None:
    with Folder(tmp_path) as folder:
        folder.begin(["index.html", "about.html"])
        folder.write("index.html", b"x")

    assert write(tmp_path, "index.html", "about.html").unchanged == 1


def test_a_list_that_cannot_be_read_is_a_sentence(tmp_path: Path) -> None:
    write(tmp_path, "index.html")
    (tmp_path / LIST).write_text("{")

    with pytest.raises(FolderError, match="cannot be read"):
        Folder(tmp_path)


def test_a_name_is_decoded_as_a_server_does(tmp_path: Path) -> None:
    write(tmp_path, "tags/c%2B%2B/index.html")

    assert (tmp_path / "tags" / "c++" / "index.html").exists()


def test_files_can_be_read_by_a_web_server_of_another_user(tmp_path: Path) -> None:
    write(tmp_path, "index.html")

    assert (tmp_path / "index.html").stat().st_mode & 0o777 == 0o644
