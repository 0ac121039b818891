"""A draft: a week without what was sent, in an editor's order and words."""

from aggregator.model import PostLine, Week, WeekPosts
from aggregator.rank.drafts import draft, unknown
from aggregator.rank.weeks import WeekSummary, summarize
from aggregator.sources.picks import Pick, Picks
from tests.support.items import SOURCE, an_item
from tests.support.mentions import a_mention

SITE = "https://aws.test/compute"


def a_week() -> WeekSummary:
    """Return a week with four posts, of which 1 and 2 are mentioned, and a find."""
    lines = [PostLine(n, SOURCE, f"Post {n}", f"{SITE}/{n}", ("aws",) if n < 4 else ()) for n in (1, 2, 3, 4)]
    mentions = tuple(a_mention(f"{name}.test") for name in "abc")
    items = [an_item(1, mentions=mentions), an_item(2, mentions=mentions[:1])]
    find = an_item(-1, title="A find", link="https://else.test/a-page", mentions=mentions, is_find=True)
    return summarize(WeekPosts(Week(2026, 47), lines, [*items, find]))


def shown(summary: WeekSummary) -> dict[str, list[str]]:
    named = {"top": [item.title for item in summary.top], "finds": [item.title for item in summary.finds]}
    named |= {name: [line.title for line in lines] for name, lines in summary.picked}
    return named | {name: [line.title for line in lines] for name, lines in summary.sections}


def test_a_draft_without_picks_is_the_week() -> None:
    assert draft(a_week(), (), Picks()) == a_week()


def test_what_was_sent_is_left_out_wherever_it_is_and_however_it_was_linked_to() -> None:
    sent = ("http://www.aws.test/compute/1/", "https://else.test/a-page", f"{SITE}/4")

    assert shown(draft(a_week(), sent, Picks())) == {
        "top": ["Post 2"], "finds": [], "aws": ["Post 2", "Post 3"],
    }  # fmt: skip
    assert draft(a_week(), sent, Picks()).posts == 4


def test_what_is_dropped_is_left_out() -> None:
    assert shown(draft(a_week(), (), Picks(drop=(f"{SITE}/1",))))["top"] == ["Post 2"]


def test_picks_are_first_in_the_order_and_words_of_the_editor_though_they_were_sent() -> None:
    picks = Picks(
        pick=(
            Pick(link=f"{SITE}/2", words="The better one."),
            Pick(link=f"{SITE}/3", section="Must read", words="Slowly."),
            Pick(link="https://own.test/book", section="Must read", title="A book of ours"),
            Pick(link=f"{SITE}/4", section="aws"),
        )
    )
    found = draft(a_week(), (f"{SITE}/2", f"{SITE}/3"), picks)

    assert shown(found) == {
        "top": ["Post 2", "Post 1"],
        "finds": ["A find"],
        "Must read": ["Post 3", "A book of ours"],
        "aws": ["Post 4", "Post 2", "Post 1"],
    }
    assert (found.top[0].text, found.picked[0][1][0].words) == ("The better one.", "Slowly.")
    assert found.picked[0][1][1].source.title == "own.test"


def test_links_of_no_post_of_the_week_are_told() -> None:
    assert unknown(a_week(), (f"{SITE}/1/", "https://else.test/a-page", "https://x.test/", f"{SITE}/4")) == [
        2
    ]
