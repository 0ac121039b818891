from hypothesis import given
from hypothesis import strategies as st

from aggregator.web.display.snippets import MOST_CHARACTERS, snippet
from tests.support.site import Site, an_entry

FILLER = "Some words that lead nowhere at all. "


def test_a_match_far_down_is_shown_with_the_words_around_it(site: Site) -> None:
    site.publish(an_entry(1, text=FILLER * 200 + "Here is the Zéppelin at last. " + FILLER * 20))

    page = site.client.get("/?q=zeppelin").get_data(as_text=True)

    assert "Here is the <mark>Zéppelin</mark> at last." in page
    assert "<mark>Zéppelin" not in site.client.get("/").get_data(as_text=True)


def test_a_match_in_the_title_leaves_the_excerpt_as_it_is(site: Site) -> None:
    site.publish(an_entry(1, title="Zeppelin", text="The beginning. " + FILLER * 90 + "zeppelin"))

    assert "The beginning." in site.client.get("/?q=zeppelin").get_data(as_text=True)


def test_a_page_looks_through_so_many_characters_and_no_more(site: Site) -> None:
    long = "é " * 24_000 + "zeppelin"
    site.publish(*(an_entry(number, text=long) for number in range(1, 7)))

    page = site.client.get("/?q=zeppelin").get_data(as_text=True)

    assert page.count("<article") == 6
    assert page.count("<mark>zeppelin</mark>") == MOST_CHARACTERS // len(long)


@given(st.integers(0, 60), st.integers(0, 60), st.integers(20, 200))
def test_a_passage_holds_whole_words_and_the_match_within_the_limit(
    before: int, after: int, limit: int
) -> None:
    text = FILLER * before + "zeppelin " + FILLER * after

    found = snippet(text, "zeppelin", limit)

    assert len(found) <= limit
    assert "zeppelin" in found
    assert set(found.replace("...", "").split()) <= set(text.split())
    assert found.endswith("...") or text.rstrip().endswith(found.removeprefix("..."))


def test_a_text_without_the_words_has_no_passage() -> None:
    assert snippet("Nothing here", "zeppelin", 100) == ""
