import os
from pathlib import Path

import pytest

from aggregator.sources import SourcesFault, SourcesFile, watch
from tests.support.theme import DRAWING, write_theme

ONE = '[[source]]\nurl = "https://one.example/"\n'
TWO = ONE + '[[source]]\nurl = "https://two.example/"\n'
FAULTY = TWO + "[site]\ntitel = 1\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "sources.toml"
    path.write_text(ONE)
    return path


def test_a_faulty_file_does_not_start(path: Path) -> None:
    path.write_text(FAULTY)

    with pytest.raises(SourcesFault):
        SourcesFile(path)


def test_an_untouched_file_is_not_news(path: Path) -> None:
    file = SourcesFile(path)

    assert not file.refresh()
    assert [source.slug for source in file.settings.sources] == ["one-example"]


def test_a_changed_file_counts(path: Path) -> None:
    file = SourcesFile(path)
    path.write_text(TWO)

    assert file.refresh()
    assert [source.slug for source in file.settings.sources] == ["one-example", "two-example"]
    assert not file.refresh()


def test_a_file_that_an_editor_put_in_its_place_counts_even_with_the_same_time_and_size(path: Path) -> None:
    file = SourcesFile(path)
    other = path.with_suffix(".swp")
    other.write_text(ONE.replace("one", "six"))
    os.utime(other, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
    other.replace(path)

    assert file.refresh()
    assert file.settings.sources[0].slug == "six-example"


def test_the_last_good_settings_stay_while_the_file_is_faulty(path: Path) -> None:
    file = SourcesFile(path)
    good = file.settings
    path.write_text(FAULTY)

    assert file.refresh()
    assert file.settings is good
    assert "; ".join(file.faults) == f"{path}:6: unknown key `titel` in [site]; did you mean `title`?"
    assert not file.refresh()  # said once

    path.write_text(TWO)
    assert file.refresh()
    assert not file.faults
    assert len(file.settings.sources) == 2


def test_a_file_that_is_gone_is_a_fault_until_it_is_back(path: Path) -> None:
    file = SourcesFile(path)
    path.unlink()

    assert file.refresh()
    assert "there is no such file" in file.faults[0]
    assert not file.refresh()

    path.write_text(ONE)
    assert file.refresh()
    assert not file.faults


def test_a_file_that_was_only_saved_again_is_not_news(path: Path) -> None:
    file = SourcesFile(path)
    os.utime(path, (1, 1))

    assert not file.refresh()


def test_who_polls_nobody_needs_no_secrets(path: Path) -> None:
    path.write_text(ONE + 'headers = { Authorization = "${NO_SUCH_TOKEN}" }\n')

    with pytest.raises(SourcesFault, match="NO_SUCH_TOKEN is not set"):
        SourcesFile(path)
    assert SourcesFile(path, environ=None).settings.sources


def test_a_comment_is_not_news(path: Path) -> None:
    file = SourcesFile(path)
    path.write_text("# a comment\n" + ONE)

    assert not file.refresh()


def test_a_file_that_an_editor_cuts_before_it_writes_it_is_not_believed(path: Path) -> None:
    file = SourcesFile(path)
    before = file.settings
    text = path.read_text()
    for part in ("", "\ufeff", "# My feeds.\n", "[site]\n"):
        path.write_text(part)
        assert not file.refresh()
        assert file.settings is before

    path.write_text(text + '[[source]]\nurl = "https://more.example/"\n')
    assert file.refresh()
    assert len(file.settings.sources) == len(before.sources) + 1


def test_a_file_that_stays_empty_counts(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "SETTLES", 0.0)
    file = SourcesFile(path)
    path.write_text("")

    assert file.refresh()
    assert file.settings.sources == ()


def test_a_folder_in_the_place_of_the_file_is_a_fault(path: Path) -> None:
    file = SourcesFile(path)
    path.unlink()
    path.mkdir()

    assert file.refresh()
    assert "is a folder" in file.faults[0]


# --- the theme ----------------------------------------------------------------------------------------------------

THEMED = '[site]\ntheme = "look"\n'


def test_a_theme_with_a_fault_does_not_start(path: Path) -> None:
    path.write_text(THEMED)

    with pytest.raises(SourcesFault, match=f"{path.parent}/look: cannot be read as the folder of a theme"):
        SourcesFile(path)


def test_a_face_without_a_theme_is_a_fault(path: Path) -> None:
    path.write_text('[[source]]\nurl = "https://a.example/feed"\nslug = "jane"\nface = "faces/jane.png"\n')

    with pytest.raises(SourcesFault, match="the source `jane` has a `face`, and "):
        SourcesFile(path)


def test_a_changed_theme_counts_and_a_broken_one_leaves_the_last_look_beside_a_new_list(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "LONGEST_WITHOUT_LOOK", 0.0)
    theme = write_theme(path.parent / "look", {"style.css": "p {}"})
    path.write_text(THEMED)
    sources = SourcesFile(path)
    assert not sources.refresh()

    write_theme(theme, {"style.css": "a { color: red }"})
    assert sources.refresh()
    assert sources.settings.look.assets["style.css"] == b"a { color: red }"

    good = sources.settings.look
    write_theme(theme, {"style.css": "@import 'x'"})
    path.write_text(THEMED + '[[source]]\nurl = "https://a.example/feed"\n')
    assert sources.refresh()
    assert sources.settings.look == good
    assert [source.slug for source in sources.settings.sources] == ["a-example"]
    (fault,) = sources.faults
    assert fault.startswith(f"{theme}/style.css:1: ")

    write_theme(theme, {"style.css": ""})
    assert sources.refresh()
    assert sources.faults == ()
    assert sources.settings.look != good


def test_another_theme_counts_at_once(path: Path) -> None:
    write_theme(path.parent / "look", {"style.css": "p {}"})
    write_theme(path.parent / "night", {"logo.svg": DRAWING})
    path.write_text(THEMED)
    sources = SourcesFile(path)

    path.write_text(THEMED.replace("look", "night"))

    assert sources.refresh()
    assert sources.settings.look.assets.keys() == {"logo.svg"}
