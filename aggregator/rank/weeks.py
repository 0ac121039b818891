"""The summary of a week."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from aggregator.model import Item, PostLine, SourceRef, Week, WeekPosts
from aggregator.rank.score import weight
from aggregator.translations import gettext as _

MOST_POSTS = 10  # that are shown with their excerpts
MOST_FINDS = 10


@dataclass(frozen=True, slots=True)
class WeekSummary:
    """A week as its page and the newsletter show it."""

    week: Week
    posts: int
    sources: int  # that posted
    busiest: tuple[SourceRef, int] | None  # with how many posts; None if no source has more than one
    new_sources: Sequence[SourceRef]
    top: Sequence[Item]  # the most mentioned posts
    finds: Sequence[Item]
    sections: Sequence[
        tuple[str, Sequence[PostLine]]
    ]  # every post once, under the first of its source's tags
    picked: Sequence[tuple[str, Sequence[PostLine]]] = ()  # an editor's own sections, in a draft


def summarize(found: WeekPosts) -> WeekSummary:
    """Return the summary of a week, in the current language.

    The order within a week is by weight alone: by the score, which includes time, Monday's posts would rank
    below Sunday's. Tags are in the order of their first use in the sources file. In the first week of a site
    every source is new: then none is listed as new.
    """
    ranked = sorted(found.pointed_to, key=lambda item: -weight(item.mentions))
    sources = {post.source.slug: post.source for post in found.posts}
    new = [source for slug, source in sources.items() if slug in found.new_sources]
    return WeekSummary(
        week=found.week,
        posts=len(found.posts),
        sources=len(sources),
        busiest=_busiest(found.posts, sources),
        new_sources=new if len(new) < len(sources) else (),
        top=[item for item in ranked if not item.is_find][:MOST_POSTS],
        finds=[item for item in ranked if item.is_find][:MOST_FINDS],
        sections=_sections(found.posts),
    )


def _busiest(posts: Sequence[PostLine], sources: dict[str, SourceRef]) -> tuple[SourceRef, int] | None:
    counts = Counter(post.source.slug for post in posts).most_common(1)
    return next(((sources[slug], count) for slug, count in counts if count > 1), None)


def _sections(posts: Sequence[PostLine]) -> list[tuple[str, Sequence[PostLine]]]:
    sections: dict[str, list[PostLine]] = {}
    rest: list[PostLine] = []
    for post in posts:
        (sections.setdefault(post.tags[0], []) if post.tags else rest).append(post)
    return [*sections.items(), *([(_("Everything else"), rest)] if rest else [])]
