"""A post as the templates show it: what the page adds to what the store knows."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from urllib.parse import urlsplit

from aggregator.model import Item
from aggregator.normalize.excerpt import excerpt
from aggregator.outputs.channel import published
from aggregator.web.display.date_headings import period
from aggregator.web.display.text_direction import direction, language

MOST_TAGS = 8  # of one post; what is tagged with everything is about nothing
NAME_LENGTH = 90  # characters of the text that stand for a title that is missing
LONG_SILENCE = timedelta(days=60)  # of a source, after which its next post is marked


@dataclass(frozen=True, slots=True)
class Shown:
    """One post of the page."""

    item: Item
    title: str
    excerpt: str
    published: datetime
    language: str | None
    title_direction: str | None
    excerpt_direction: str | None
    silence: timedelta | None = None  # of its source before it, where it was a long one

    @property
    def authors(self) -> Sequence[str]:
        """Those who are not named by the source's title already."""
        source = set(self.item.source.title.casefold().split())
        return [name for name in self.item.authors if not set(name.casefold().split()) <= source]

    @property
    def tags(self) -> Sequence[str]:
        """The tags that there is room for."""
        return self.item.tags[:MOST_TAGS]


def shown(
    item: Item, *, limit: int, page_language: str, passage: str = "", silence: timedelta | None = None
) -> Shown:
    """Return a post as a page in `page_language` shows it, with at most `limit` characters of its text.

    A `passage` that a search found stands in the place of the excerpt; `silence` is how long its source had posted nothing.
    """
    title = item.title or excerpt(item.text, NAME_LENGTH) or _site_of(item)
    # What stands for the title is not said twice.
    text = passage or excerpt(item.text, limit)
    return Shown(
        item=item,
        title=title,
        excerpt="" if text == title else text,
        published=published(item),
        language=language(item.language, page_language),
        title_direction=direction(title),
        excerpt_direction=direction(text),
        silence=silence if silence and silence >= LONG_SILENCE else None,
    )


def by_period(posts: Iterable[Shown], now: datetime | None) -> Iterator[tuple[str, list[Shown]]]:
    """Yield the posts, newest first as they come, under headings: by day and month, or without a `now` by month alone."""
    for heading, group in groupby(posts, key=lambda post: period(post.item.placed, now)):
        yield heading, list(group)


def _site_of(item: Item) -> str:
    return f"A post on {urlsplit(item.link).hostname}" if item.link else f"A post of {item.source.title}"
