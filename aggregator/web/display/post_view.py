"""A post as the templates show it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from urllib.parse import urlsplit

from aggregator.model import Item
from aggregator.normalize.excerpt import excerpt
from aggregator.outputs.channel import published
from aggregator.translations import current
from aggregator.web.display.date_headings import period
from aggregator.web.display.files import File, files_of
from aggregator.web.display.tag_choices import telling_tags
from aggregator.web.display.text_direction import direction, language

MOST_TAGS = 8  # of one post; more tags say little
LONG_SILENCE = timedelta(days=60)  # of a source, after which its next post is marked


@dataclass(frozen=True, slots=True)
class Shown:
    """One post of the page."""

    item: Item
    excerpt: str
    published: datetime
    language: str | None
    title_direction: str | None
    excerpt_direction: str | None
    silence: timedelta | None = None  # of its source before it, if it was a long one

    @property
    def host(self) -> str | None:
        """The host of its link, as the text of the link of a post with neither title nor text."""
        return urlsplit(self.item.link).hostname if self.item.link else None

    @property
    def authors(self) -> Sequence[str]:
        """The authors that are not already named by the source's title."""
        source = set(self.item.source.title.casefold().split())
        return [name for name in self.item.authors if not set(name.casefold().split()) <= source]

    @property
    def files(self) -> Sequence[File]:
        """The files that there is room for."""
        return files_of(self.item.enclosures)

    @property
    def tags(self) -> Sequence[str]:
        """The tags that there is room for."""
        return telling_tags(self.item.tags, said=(self.item.source.title, *self.item.authors))[:MOST_TAGS]


def shown(item: Item, *, limit: int, passage: str = "", silence: timedelta | None = None) -> Shown:
    """Return a post as a page in the current language shows it, with at most `limit` characters of its text.

    A `passage` that a search found replaces the excerpt; `silence` is how long its source had posted nothing.
    A post without a title stays without one: the page shows it as a note.
    """
    text = passage or excerpt(item.text, limit)
    page = current()
    return Shown(
        item=item,
        excerpt="" if text == item.title else text,  # not shown twice
        published=published(item),
        language=language(item.language, page.tag),
        title_direction=direction(item.title, page.direction),
        excerpt_direction=direction(text, page.direction),
        silence=silence if silence and silence >= LONG_SILENCE else None,
    )


def by_period(posts: Iterable[Shown], now: datetime | None) -> Iterator[tuple[str, list[Shown]]]:
    """Yield the posts, newest first as given, under headings: by day and month, or without a `now` only by month."""
    for heading, group in groupby(posts, key=lambda post: period(post.item.placed, now)):
        yield heading, list(group)
