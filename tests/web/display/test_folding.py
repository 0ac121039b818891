from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from aggregator.model import SourceRef
from aggregator.web.display.folding import MOST_IN_A_DAY, Fold, folded
from aggregator.web.display.post_view import Shown, shown
from tests.support.items import MOMENT, an_item


def a_post(number: int, source: str = "a", hours: float = 0) -> Shown:
    ref = SourceRef(source, source.upper(), f"https://{source}.test/feed")
    item = an_item(number, source=ref, placed=MOMENT - timedelta(hours=hours))
    return shown(item, limit=500)


def ids(rows: list[Shown | Fold]) -> list[int | list[int]]:
    return [[post.item.id for post in row.posts] if isinstance(row, Fold) else row.item.id for row in rows]


def test_the_fourth_post_of_a_day_and_those_after_it_fold_where_the_fourth_stood() -> None:
    posts = [*(a_post(n) for n in (1, 2, 3, 4)), a_post(5, "b"), a_post(6)]

    assert ids(folded(posts)) == [1, 2, 3, [4, 6], 5]


def test_each_day_begins_anew() -> None:
    posts = [a_post(n, hours=0 if n < 4 else 24) for n in range(1, 7)]

    assert ids(folded(posts)) == [1, 2, 3, 4, 5, 6]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 60)), max_size=40))
def test_no_post_is_lost_or_shown_twice(drawn: list[tuple[str, int]]) -> None:
    posts = [a_post(n, source, hours) for n, (source, hours) in enumerate(sorted(drawn, key=lambda d: d[1]))]
    rows = folded(posts)

    everything = [post for row in rows for post in (row.posts if isinstance(row, Fold) else [row])]
    assert sorted(post.item.id for post in everything) == [post.item.id for post in posts]
    for source in "abc":
        days = [
            row.item.placed.date()
            for row in rows
            if isinstance(row, Shown) and row.item.source.slug == source
        ]
        assert all(days.count(day) <= MOST_IN_A_DAY for day in days)
