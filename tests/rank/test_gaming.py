"""What somebody may try to stand high, and what it gains."""

from dataclasses import replace
from datetime import timedelta
from html import escape

import pytest

from aggregator.model import SourceRef
from aggregator.rank.finds import find_mentions
from aggregator.rank.landing_pages import is_landing_page
from aggregator.rank.mentions import independent
from aggregator.rank.publishers import publisher_of
from aggregator.rank.score import score, weight
from aggregator.reading.read import read
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


def test_a_publisher_with_many_domains_has_one_voice_where_its_sources_say_one_site() -> None:
    """A feed on a mirror says whose site it is; a feed that hides that has to be declared."""
    site = SourceRef("m", "A mirror", "https://mirror.example/feed", "https://loud.example/")
    mirror = replace(a_mention("mirror.example"), source=site, publisher=publisher_of(site, ""))

    assert weight(independent([a_mention("loud.example"), mirror], AUTHOR)) == 1


def test_ten_domains_that_nobody_declared_count_less_than_four_posts_that_mean_it_once_they_are_roundups() -> (
    None
):
    farm = [a_mention(f"farm{number}.example", links=50) for number in range(10)]
    meant = [a_mention(f"reader{number}.example") for number in range(2)]

    assert weight(independent(farm, AUTHOR)) < weight(independent(meant, AUTHOR))


def links_of(markup: str, page: str = "https://loud.example/post") -> list[str]:
    """Return what a post with this markup points to."""
    item = f"<item><link>{page}</link><description>{escape(markup)}</description></item>"
    document = f'<rss version="2.0"><channel><link>https://loud.example/</link>{item}</channel></rss>'
    reading = read(document.encode(), content_type=None, address="https://loud.example/feed")
    return [link.url for link in reading.entries[0].links or ()]


TARGET = "https://author.example/post"


@pytest.mark.parametrize(
    "hiding",
    [
        '<p style="display:none">{}</p>',
        "<p hidden>{}</p>",
        '<div aria-hidden="true">{}</div>',
        '<span style="font-size: 0">{}</span>',
        '<p style="position:absolute; left:-9999px">{}</p>',
        "<noscript>{}</noscript>",
        "<template>{}</template>",
        "<!-- {} -->",
    ],
)
def test_a_link_that_nobody_sees_is_no_mention(hiding: str) -> None:
    assert links_of(f"<p>Words of the post.</p>{hiding.format(f'<a href={TARGET}>words</a>')}") == []


def test_a_link_without_words_is_no_mention() -> None:
    assert links_of(f'<p>Words of the post.<a href="{TARGET}"></a><a href="{TARGET}"> \u200b</a></p>') == []


def test_a_redirector_that_tells_where_it_leads_points_there_and_to_itself_no_more() -> None:
    wrapped = f"https://www.google.com/url?q={TARGET}&amp;sa=D"

    assert links_of(f'<p><a href="{wrapped}">one</a> <a href="{TARGET}">two</a></p>') == [TARGET]


def test_a_redirector_does_not_lead_out_of_the_own_site_and_back() -> None:
    own = "https://www.google.com/url?q=https://loud.example/other"

    assert links_of(f'<p><a href="{own}">one of ours</a></p>') == []


def test_many_who_use_one_shortener_find_nothing() -> None:
    assert is_landing_page("https://bit.ly/1p2k19X")


def test_a_page_that_old_posts_are_edited_to_point_to_is_no_find() -> None:
    edited = [
        a_mention(f"farm{number}.example", placed=MOMENT - timedelta(days=100 * number))
        for number in range(9)
    ]

    assert find_mentions(edited) == ()
