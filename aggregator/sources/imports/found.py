"""The feeds found in another program's list, checked like our own list."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from aggregator.errors import AggregatorError
from aggregator.sources.edit import NewSource
from aggregator.sources.messages import value_sentence
from aggregator.sources.settings import SourceKeys, same_address


class ImportFault(AggregatorError):  # noqa: N818 - a fault of the file, not of the program
    """A file that is not a list of feeds, or that must not be read."""


@dataclass(frozen=True, slots=True, order=True)
class Note:
    """A note for the admin about one line of an imported list."""

    line: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Import:
    """The sources of a list, each address once, and notes on what could not be used."""

    sources: tuple[NewSource, ...]
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """A feed as another program's list has it, before it is checked."""

    line: int
    url: str
    title: str = ""
    tags: tuple[str, ...] = ()
    slug: str = ""
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    face: str = ""


def collected(feeds: Iterable[Listed], notes: Iterable[Note], where: str) -> Import:
    """Check the feeds of a list and merge those of one address; `where` names the kind of place of one, as in "this line"."""
    told = list(notes)
    sources: dict[str, NewSource] = {}
    lines: dict[str, int] = {}
    for feed in feeds:
        source = _checked(feed, told, where)
        if source is None:
            continue
        key = same_address(source.url)
        if key not in sources:
            sources[key], lines[key] = source, feed.line
            continue
        merged = _merged(sources[key], source)
        if merged == sources[key]:
            told.append(Note(feed.line, f"{source.url} is listed on line {lines[key]} already"))
        sources[key] = merged
    return Import(tuple(sources.values()), tuple(sorted(set(told))))


def _merged(one: NewSource, other: NewSource) -> NewSource:
    """Return a feed that is listed in several folders: all of them are its tags."""
    return replace(one, title=one.title or other.title, tags=tuple(dict.fromkeys((*one.tags, *other.tags))))


def _checked(feed: Listed, told: list[Note], where: str) -> NewSource | None:
    """Return the source of a feed without invalid values; None if its address is invalid."""
    keys: dict[str, Any] = {
        "url": _http(feed, told),
        "title": feed.title[:300],
        "tags": tuple(tag[:60] for tag in feed.tags if tag.strip()),
        "include": feed.include,
        "exclude": feed.exclude,
        "face": feed.face,
    }
    while True:
        try:
            good = SourceKeys(**keys)
        except ValidationError as invalid:
            errors = invalid.errors(include_url=False)
            name = f"{feed.title}: " if feed.title else ""
            told += [Note(feed.line, name + value_sentence(where, error)) for error in errors]
            wrong = {str(error["loc"][0]) for error in errors}
            if "url" in wrong:
                return None
            keys = {key: value for key, value in keys.items() if key not in wrong}
        else:
            return NewSource(
                good.url, good.title, good.tags, feed.slug, good.include, good.exclude, good.face
            )


def _http(feed: Listed, told: list[Note]) -> str:
    """Remove the scheme that some readers add (feed://host, feed:https://host), or add one to a bare host.

    `${` is escaped.
    """
    url = re.sub(r"^feed:(?://|(?=https?:))", lambda match: "http://" if "//" in match[0] else "", feed.url)
    if re.fullmatch(r"[\w-]+(\.[\w-]+)+(:\d+)?([/?]\S*)?", url):
        url = f"https://{url}"
    # Somebody else's list must not use this machine's environment variables; an admin's own file may.
    url = url.replace("${", "$%7B")
    if url != feed.url:
        told.append(Note(feed.line, f"{feed.url} was taken as {url}"))
    return url
