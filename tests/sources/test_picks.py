"""An editor's picks of a week: read with the lines of what is wrong."""

from pathlib import Path

import pytest

from aggregator.model import Week
from aggregator.sources import SourcesFault
from aggregator.sources.picks import load_picks

WEEK = Week(2026, 47)


def written(folder: Path, text: str) -> Path:
    (folder / "picks").mkdir()
    (folder / "picks" / "2026-W47.toml").write_text(text, "utf-8")
    return folder / "sources.toml"


def test_a_week_without_a_file_has_no_picks(tmp_path: Path) -> None:
    assert load_picks(tmp_path / "sources.toml", WEEK).picks.pick == ()


def test_picks_are_read_with_their_lines(tmp_path: Path) -> None:
    text = 'drop = [\n  "https://a.test/1",\n  "https://a.test/2",\n]\n\n[[pick]]\nlink = "https://b.test/1"\n\n[[pick]]\nlink = "https://b.test/2"\nsection = "Read\\nthis"\n'
    file = load_picks(written(tmp_path, text), WEEK)

    assert (file.pick_lines, file.drop_lines) == ((6, 9), (2, 3))
    assert file.picks.pick[1].section == "Read this"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("pick = 1", ":1: `pick` must be written as [[pick]]"),
        ("[[pick]]\nwords = 'x'", ":1: a [[pick]] needs a `link`"),
        ("[[pick]]\nlink = 'b.test'", ":2: `link` in [[pick]]: must begin with https:// or http://"),
        ("[[pick]]\nlink = 'https://b.test/'\nwrods = 'x'", ":3: unknown key `wrods`; the keys are link,"),
        ("drop = ['x']", ":1: item 1 of `drop` in the picks: must begin with"),
        ("[[picks]]\nlink = 'x'", ":1: unknown key `picks`; the keys are drop and [[pick]]"),
        ("drop = [", ":1: not valid TOML at the end of the file"),
        ("pick = ['x']", ":1: `pick` must be written as [[pick]]"),
    ],
)
def test_what_is_wrong_is_named_by_file_and_line(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(SourcesFault) as caught:
        load_picks(written(tmp_path, text), WEEK)

    assert f"picks/2026-W47.toml{fault}" in str(caught.value)
