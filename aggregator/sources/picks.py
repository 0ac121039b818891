"""An editor's picks for one week, from `picks/2026-W47.toml` beside the sources file; only drafts go by them."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError
from pydantic_core import ErrorDetails

from aggregator.model import Week
from aggregator.sources.files import SourcesFault, read_text
from aggregator.sources.load import TomlFault, read_toml
from aggregator.sources.messages import value_sentence
from aggregator.sources.settings import Address, Line, Rules
from aggregator.sources.toml_positions import find_positions

MOST = 500


class Pick(Rules):
    """`[[pick]]`: one post. In a section of its own or, without one, at the top of where it is anyway."""

    link: Address
    section: Line = ""
    title: Line = ""  # "" is that of the post; needed for a page that no post of the week has
    words: Annotated[Line, Field(max_length=2000)] = ""  # what the editor says of it


class Picks(Rules):
    """The whole file."""

    drop: Annotated[
        tuple[Address, ...], Field(max_length=MOST)
    ] = ()  # links of posts that the draft leaves out
    pick: Annotated[tuple[Pick, ...], Field(max_length=MOST)] = ()


@dataclass(frozen=True, slots=True)
class PicksFile:
    """The picks with the lines that they are on."""

    name: str
    picks: Picks = field(default_factory=Picks)
    pick_lines: tuple[int, ...] = ()
    drop_lines: tuple[int, ...] = ()


def load_picks(sources: Path, week: Week) -> PicksFile:
    """Read the picks of a week, if there are any. Raises SourcesFault with everything that is wrong with the file."""
    path = sources.parent / "picks" / f"{week}.toml"
    if not path.exists():
        return PicksFile(str(path))
    text = read_text(path)
    try:
        data = read_toml(text)
    except TomlFault as fault:
        raise SourcesFault(f"{path}:{fault.line}: {fault}") from None
    positions = find_positions(text)
    try:
        picks = Picks.model_validate(data)
    except ValidationError as invalid:
        found = invalid.errors(include_url=False, include_input=False)
        faults = sorted((positions.of(error["loc"]), _sentence(error)) for error in found)
        raise SourcesFault(*(f"{path}:{line}: {sentence}" for line, sentence in faults)) from None
    return PicksFile(
        str(path),
        picks,
        tuple(positions.of(("pick", number)) for number in range(len(picks.pick))),
        tuple(positions.of(("drop", number)) for number in range(len(picks.drop))),
    )


def _sentence(error: ErrorDetails) -> str:
    place = error["loc"]
    if error["type"] == "extra_forbidden":
        keys = "link, section, title and words" if place[0] == "pick" else "drop and [[pick]]"
        return f"unknown key `{place[-1]}`; the keys are {keys}"
    if error["type"] == "missing":
        return "a [[pick]] needs a `link`, the address of its post"
    if place[0] != "pick":
        return value_sentence("the picks", error)
    if len(place) < 3:  # noqa: PLR2004 - pick, number, key
        return "`pick` must be written as [[pick]], with its keys on the lines below"
    within: ErrorDetails = {**error, "loc": place[2:]}
    return value_sentence("[[pick]]", within)
