"""Folds the many posts of a busy source within a day, so that they do not fill the page. Nothing is left out."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from aggregator.model import SourceRef
from aggregator.web.display.post_view import Shown

MOST_IN_A_DAY = 3  # posts of a source that are not folded


@dataclass(frozen=True, slots=True)
class Fold:
    """The further posts of one source on one day, at the position of the first of them."""

    source: SourceRef
    posts: list[Shown] = field(default_factory=list)


def folded(posts: Iterable[Shown]) -> list[Shown | Fold]:
    """Return the posts in their order, a source's fourth and later ones of a day (UTC) in one fold."""
    rows: list[Shown | Fold] = []
    counts: Counter[tuple[str, int]] = Counter()
    folds: dict[tuple[str, int], Fold] = {}
    for post in posts:
        key = (post.item.source.slug, post.item.placed.toordinal())
        counts[key] += 1
        if counts[key] <= MOST_IN_A_DAY:
            rows.append(post)
            continue
        if key not in folds:
            folds[key] = Fold(post.item.source)
            rows.append(folds[key])
        folds[key].posts.append(post)
    return rows
