"""What somebody may try to stand high, and what it gains."""

from datetime import timedelta

import pytest

from aggregator.rank.mentions import independent
from aggregator.rank.score import score, weight
from tests.support.items import MOMENT
from tests.support.mentions import a_mention

AUTHOR = frozenset({"author.example"})


def test_a_flood_by_one_publisher_is_one_voice() -> None:
    flood = [a_mention("loud.example", post_id=number) for number in range(100)]

    assert weight(independent(flood, AUTHOR)) == 1


def test_a_flood_of_roundups_weighs_what_its_heaviest_does() -> None:
    flood = [a_mention("loud.example", links=number, post_id=number) for number in range(4, 40)]

    assert weight(independent(flood, AUTHOR)) == 1 / 2


def test_a_link_farm_of_one_name_is_one_voice() -> None:
    farm = [a_mention(f"site{number}.farm.example", post_id=number) for number in range(10)]

    assert weight(independent(farm, AUTHOR)) == 1


def test_a_link_farm_of_many_names_is_one_voice_once_its_publisher_is_declared() -> None:
    farm = [a_mention(f"farm{number}.example", publisher="Farm") for number in range(10)]

    assert weight(independent(farm, AUTHOR)) == 1


def test_blogs_of_one_host_are_voices_of_their_own() -> None:
    blogs = [a_mention("one.substack.com"), a_mention("two.substack.com"), a_mention("three.github.io")]

    assert weight(independent(blogs, AUTHOR)) == 3


def test_who_links_to_himself_gains_nothing() -> None:
    own = [a_mention("author.example"), a_mention("notes.author.example")]

    assert independent(own, AUTHOR) == ()


def test_a_declared_name_does_not_hide_that_the_site_is_the_authors_own() -> None:
    assert independent([a_mention("news.author.example", publisher="Someone else")], AUTHOR) == ()


def test_mutual_praise_gains_one_voice_each_which_the_first_stranger_equals() -> None:
    praise = [a_mention("friend.example", post_id=number) for number in range(20)]
    answer = [a_mention("author.example", post_id=number) for number in range(20)]
    gained = weight(independent(praise, AUTHOR))

    assert gained == weight(independent(answer, {"friend.example"})) == 1
    assert gained == weight(independent([a_mention("stranger.example")], AUTHOR))


def test_a_roundup_of_forty_links_gives_each_less_than_one_of_two() -> None:
    forty, two, alone = (
        weight(independent([a_mention("roundup.example", links=links)], AUTHOR)) for links in (40, 2, 1)
    )

    assert forty == pytest.approx(alone / 6, rel=0.06)
    assert forty < two / 4
    assert two < alone


def test_a_post_alone_stands_above_all_that_one_roundup_lists() -> None:
    listed = independent([a_mention("roundup.example", links=40)], AUTHOR)
    meant = independent([a_mention("reader.example")], AUTHOR)

    assert score(listed, MOMENT) < score(meant, MOMENT)


def test_no_date_of_a_mention_moves_a_post() -> None:
    now = independent([a_mention("reader.example")], AUTHOR)
    later = independent([a_mention("reader.example", placed=MOMENT + timedelta(days=900))], AUTHOR)

    assert score(now, MOMENT) == score(later, MOMENT)


def test_twice_the_weight_is_worth_36_hours() -> None:
    one = [a_mention("a.example")]
    two = [*one, a_mention("b.example")]

    assert score(two, MOMENT) == pytest.approx(score(one, MOMENT + timedelta(hours=36)))
