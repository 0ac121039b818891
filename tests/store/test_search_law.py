"""The law of searching: its pages are those of a walk through the view that looks at every post."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from aggregator.store.db.feed_rows import is_visible
from aggregator.store.db.tables import entry, entry_text, feed, post
from aggregator.store.entries import search
from aggregator.store.entries.tokens import tokens_of
from aggregator.store.views import search_results
from tests.store.newsroom import Newsroom, a_source, an_entry

WORDS = ("red", "green", "blue")
TEXT = "a text that is long enough to be told from all others, with a number of its own, which is"
START = datetime(2026, 2, 1, tzinfo=UTC)

instants = st.builds(
    lambda seconds, micro: START + timedelta(seconds=seconds, microseconds=micro),
    st.sampled_from([0, 1, 2, 3600]),
    st.sampled_from([0, 1, 500_000, 999_600]),
) | st.just(datetime(1960, 1, 1, tzinfo=UTC))
posts = st.tuples(
    st.sampled_from("ab"), st.lists(st.sampled_from(WORDS), max_size=4), instants, st.booleans()
)
phrases = st.lists(st.sampled_from(WORDS), min_size=1, max_size=2).map(lambda words: f'"{" ".join(words)}"')
queries = st.lists(st.builds(str.__add__, st.sampled_from(["", "-"]), phrases), min_size=1, max_size=3)
views = st.sampled_from([{}, {"tags": ("x",)}, {"sources": ("b",)}])


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let few posts be enough to go every way that a search may go."""
    monkeypatch.setattr(search_results, "_STEPS", (1, 2))
    monkeypatch.setattr(search_results, "_WIDER", 1)
    monkeypatch.setattr(search_results, "_STREAMED", 1)


@given(st.lists(posts, max_size=12), queries.map(" ".join), views, st.integers(1, 3))
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@pytest.mark.usefixtures("small_steps")
def test_a_search_shows_what_looking_at_every_post_would_find(
    newsroom: Newsroom,
    written: Sequence[tuple[str, list[str], datetime, bool]],
    query: str,
    view: Any,
    size: int,
) -> None:
    # New sources each time: what the last example left is not shown.
    newsroom.lists(
        *(a_source(slug, url=f"https://{slug}.test/{newsroom.revision}") for slug in "ab"), keep=None
    )
    for slug in "ab":
        mine = [
            an_entry(
                f"{newsroom.revision}-{number}",
                text=f"{TEXT} {number} {' '.join(words)}",
                published=at,
                tags=("x",) * tagged,
            )
            for number, (of, words, at, tagged) in enumerate(written)
            if of == slug
        ]
        newsroom.poll(slug, *mine)
    wanted = [item.id for item in newsroom.page(1000, **view).items if item.id in looked_for(newsroom, query)]

    pages = list(newsroom.walk(size, words=query, **view))

    assert [item.id for page in pages for item in page.items] == wanted


def looked_for(newsroom: Newsroom, query: str) -> set[int]:
    """Return the posts of which a visible copy has what the query wants, by looking at all of them."""
    copies = (
        select(entry.c.post_id, entry.c.title, entry_text.c.text, entry.c.tags)
        .join(feed, feed.c.id == entry.c.feed_id)
        .join(post, post.c.id == entry.c.post_id)
        .join(entry_text, entry_text.c.entry_id == entry.c.id)
        .where(is_visible())
    )
    with newsroom.database.read() as connection:
        rows = connection.execute(copies).all()
    return {row.post_id for row in rows if _has(query, (row.title, row.text, *row.tags))}


def _has(query: str, parts: Iterable[str]) -> bool:
    texts = [f" {' '.join(tokens_of(part))} " for part in parts]
    return all(
        any(f" {' '.join(term.tokens)} " in text for text in texts) != term.excluded
        for term in search.terms(query)
    )
