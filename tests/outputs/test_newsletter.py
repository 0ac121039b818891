import pytest
from lxml import html

from aggregator.model import Mention, PostLine, SourceRef, Week, WeekPosts
from aggregator.outputs.newsletter import FORMS, issue
from aggregator.rank.weeks import summarize
from tests.support.items import MOMENT, SOURCE, an_item
from tests.support.mentions import a_mention

STRANGE = "<b>*Bold*</b> & [a](javascript:alert)"


def printed(form: str, title: str = "A plain title", link: str = "https://aws.test/1") -> str:
    mention = Mention(
        SourceRef("m", "The Mentioner", "https://m.test/feed"),
        "m.test",
        "Look",
        "https://m.test/1",
        MOMENT,
        1,
    )
    item = an_item(1, title=title, link=link, mentions=(mention,))
    find = an_item(
        -1, title="A page elsewhere", text="", link="https://else.test/", mentions=(mention,), is_find=True
    )
    line = PostLine(1, SOURCE, title, link, ("aws",))
    found = WeekPosts(Week(2026, 47), [line], [item, find])
    return issue(summarize(found), form, site="Our Site", limit=500, is_finished=True)


def test_markdown_has_the_top_with_excerpts_then_all_posts_by_tag() -> None:
    assert printed("markdown") == (
        "# Our Site, 16 to 22 November 2026\n\n"
        "1 post from 1 source.\n\n"
        "## Pointed to most\n\n"
        "- [A plain title](<https://aws.test/1>) · AWS Compute Blog\\\n  A few plain words.\\\n"
        "  Pointed to by [The Mentioner](<https://m.test/1>).\n\n"
        "## Found elsewhere\n\n"
        "- [A page elsewhere](<https://else.test/>) · AWS Compute Blog\\\n"
        "  Pointed to by [The Mentioner](<https://m.test/1>).\n\n"
        "## aws\n\n"
        "- [A plain title](<https://aws.test/1>) · AWS Compute Blog\n"
    )


def test_text_has_the_addresses_below_the_titles() -> None:
    assert printed("text").endswith("aws\n---\n\n* A plain title (AWS Compute Blog)\n  https://aws.test/1\n")


def test_each_form_links_to_who_points_to_a_post() -> None:
    assert "\n  Pointed to by The Mentioner <https://m.test/1>.\n" in printed("text")
    assert 'words.<br>Pointed to by <a href="https://m.test/1">The Mentioner</a>.</li>' in printed("html")


def test_of_many_who_point_to_a_post_the_first_are_named() -> None:
    mentions = [a_mention(f"m{number}.test") for number in range(8)]
    found = WeekPosts(
        Week(2026, 47), [PostLine(1, SOURCE, "A", None, ())], [an_item(1, mentions=tuple(mentions))]
    )

    text = issue(summarize(found), "markdown", site="S", limit=500, is_finished=True)
    assert "[m4.test](<https://m4.test/1>) and 3 more." in text


def test_words_of_publishers_are_no_markup_of_html() -> None:
    document = html.fragment_fromstring(
        printed("html", STRANGE, 'https://aws.test/"><b>'), create_parent=True
    )

    assert document.xpath("//ul[last()]/li/a/text()") == [STRANGE]
    assert {element.tag for element in document.iterdescendants()} == {"h1", "h2", "p", "ul", "li", "a", "br"}


def test_words_of_publishers_are_no_markup_of_markdown() -> None:
    text = printed("markdown", STRANGE, "https://aws.test/a b>(c)")

    assert r"[\<b\>\*Bold\*\</b\> \& \[a\](javascript:alert)](<https://aws.test/a%20b%3E(c)>)" in text


@pytest.mark.parametrize("form", FORMS)
def test_a_week_that_goes_on_says_so(form: str) -> None:
    summary = summarize(WeekPosts(Week(2026, 47), [PostLine(1, SOURCE, "A", None, ())]))

    assert "This week is not finished." in issue(summary, form, site="S", limit=500, is_finished=False)
