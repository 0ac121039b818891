"""A post as the templates show it: what the page adds to what the store knows."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from urllib.parse import urlsplit

from aggregator.model import Item
from aggregator.normalize.excerpt import excerpt
from aggregator.outputs.channel import published
from aggregator.web.display.date_headings import period
from aggregator.web.display.text_direction import direction, language

MOST_TAGS = 8  # of one post; what is tagged with everything is about nothing
NAME_LENGTH = 90  # characters of the text that stand for a title that is missing


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

    @property
    def tags(self) -> Sequence[str]:
        """The tags that there is room for."""
        return self.item.tags[:MOST_TAGS]


def shown(item: Item, *, limit: int, page_language: str, passage: str = "") -> Shown:
    """Return a post as a page in `page_language` shows it, with at most `limit` characters of its text.

    A `passage` that a search found stands in the place of the excerpt.
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
    )


def by_period(posts: Iterable[Shown], now: datetime) -> Iterator[tuple[str, list[Shown]]]:
    """Yield the posts, newest first as they come, under the headings where they stand."""
    for heading, group in groupby(posts, key=lambda post: period(post.item.placed, now)):
        yield heading, list(group)


def _site_of(item: Item) -> str:
    return f"A post on {urlsplit(item.link).hostname}" if item.link else f"A post of {item.source.title}"
