"""What a list of another program is found to hold, checked as our own list would be."""

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
    """A file that is no list of feeds, or one that nobody should read."""


@dataclass(frozen=True, slots=True, order=True)
class Note:
    """What somebody who moves a list should know of one of its lines."""

    line: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Import:
    """What a list holds, each address once, and what of it could not be used, in plain words."""

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
    """Check the feeds of a list and put those of one address together; `where` names the kind of place of one, as in "this line"."""
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
    """Return the source that a feed means, without the values that cannot be; None if its address is one of them."""
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
    """Take off the scheme that some readers put before (feed://host, feed:https://host), or give one to a bare host.

    `${` is escaped.
    """
    url = re.sub(r"^feed:(?://|(?=https?:))", lambda match: "http://" if "//" in match[0] else "", feed.url)
    if re.fullmatch(r"[\w-]+(\.[\w-]+)+(:\d+)?([/?]\S*)?", url):
        url = f"https://{url}"
    # A list of somebody else's must not get at the variables of this machine; who lists an address by hand may.
    url = url.replace("${", "$%7B")
    if url != feed.url:
        told.append(Note(feed.line, f"{feed.url} was taken as {url}"))
    return url
