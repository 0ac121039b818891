"""A draft of a week's issue: without what was already sent, and with an editor's picks.

Only a draft is edited. The page and the feed item of a week say what was posted and mentioned, by rule: they are the
same for everybody, and those of a finished week do not change when an editor changes their mind.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from aggregator.model import Item, PostLine, SourceRef
from aggregator.rank.pages import page
from aggregator.rank.weeks import WeekSummary
from aggregator.sources.picks import Pick, Picks

_Post = TypeVar("_Post", Item, PostLine)


def draft(summary: WeekSummary, sent: Iterable[str], picks: Picks) -> WeekSummary:
    """Return a week without the posts that link to pages which were `sent` or dropped, unless they are picked.

    Picks with a section are listed there, in their order, before any others. Picks without a section are the first ones
    where they are anyway. The counts of the week remain.
    """
    by_page = {page(pick.link): pick for pick in picks.pick}
    moved = {key for key, pick in by_page.items() if pick.section}
    dropped = {page(link) for link in picks.drop}
    gone = moved | dropped | ({page(link) for link in sent} - by_page.keys())
    picked = _picked(picks.pick, _posts(summary))
    sections = [
        (name, [*picked.pop(name, ()), *_edited(lines, by_page, gone)]) for name, lines in summary.sections
    ]
    return replace(
        summary,
        top=_edited(summary.top, by_page, gone),
        finds=_edited(summary.finds, by_page, gone),
        sections=[(name, lines) for name, lines in sections if lines],
        picked=tuple(picked.items()),
    )


def unknown(summary: WeekSummary, links: Sequence[str]) -> list[int]:
    """Return the places of the links that no post or find of a week has."""
    posts = _posts(summary)
    return [number for number, link in enumerate(links) if page(link) not in posts]


def _posts(summary: WeekSummary) -> dict[str, PostLine]:
    """Return what a week has, by its page."""
    lines = [line for _, lines in summary.sections for line in lines]
    finds = [PostLine(item.id, item.source, item.title, item.link, ()) for item in summary.finds]
    return {page(line.link): line for line in (*finds, *lines) if line.link}


def _edited(posts: Sequence[_Post], picks: dict[str, Pick], gone: Collection[str]) -> list[_Post]:
    order = {key: number for number, key in enumerate(picks)}
    kept = [post for post in posts if post.link is None or page(post.link) not in gone]
    kept.sort(key=lambda post: order.get(page(post.link or ""), len(order)))
    return [_in_words(post, picks.get(page(post.link or ""))) for post in kept]


def _in_words(post: _Post, pick: Pick | None) -> _Post:
    """Return a post with what the editor says of it."""
    if pick is None:
        return post
    title = pick.title or post.title
    if not pick.words:
        return replace(post, title=title)
    return (
        replace(post, title=title, text=pick.words)
        if isinstance(post, Item)
        else replace(post, title=title, words=pick.words)
    )


def _picked(picks: Iterable[Pick], posts: dict[str, PostLine]) -> dict[str, list[PostLine]]:
    sections: dict[str, list[PostLine]] = {}
    for pick in picks:
        if pick.section:
            post = posts.get(page(pick.link)) or PostLine(0, _site(pick.link), pick.title, pick.link, ())
            sections.setdefault(pick.section, []).append(_in_words(post, pick))
    return sections


def _site(link: str) -> SourceRef:
    host = page(link).partition("/")[0]
    return SourceRef("", host, link, link)
