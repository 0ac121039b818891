"""The link to the whole post is told by where it leads, so in any language."""

import pytest

from aggregator.model import ParsedEntry, ParsedFeed, TextConstruct
from aggregator.normalize.entries import normalize

PAGE = "https://site.example/2026/boats"


def text_of(markup: str) -> str:
    post = ParsedEntry(
        guid="1", links=(PAGE,), title=TextConstruct("Boats"), contents=(TextConstruct(markup),)
    )
    (entry,) = normalize(ParsedFeed(posts=(post,)), address="https://site.example/feed")
    return entry.text


@pytest.mark.parametrize(
    "words", ["Hele verhaal", "ادامه", "Tovább a cikkhez", "★", "更多", "Preberi več …", "[dalej]"]
)
@pytest.mark.parametrize(
    "markup",
    [
        "<p>They sailed.</p><p>{}</p>",
        "<p>They sailed. {}</p>",
        "<p>They sailed. ({}) &raquo;</p>",
        "<p>They sailed. {}</p><p>The post Boats appeared first on Site.</p>",
    ],
)
@pytest.mark.parametrize("address", [PAGE, "/2026/boats#more-12", f"{PAGE}/?utm_source=rss"])
def test_the_link_to_the_post_itself_is_no_part_of_its_text(markup: str, words: str, address: str) -> None:
    assert text_of(markup.format(f'<a href="{address}">{words}</a>')) == "They sailed."


def test_a_sign_alone_may_be_the_link() -> None:
    assert text_of(f'<p>They sailed. <a href="{PAGE}">»</a></p>') == "They sailed."


def test_a_sign_that_something_was_cut_stays() -> None:
    assert text_of(f'<p>They sailed…</p><p><a href="{PAGE}">...続き</a></p>') == "They sailed…"


@pytest.mark.parametrize(
    "markup",
    [
        f'<p>They sailed. More is in <a href="{PAGE}">my story</a>.</p>',
        f'<p>They sailed, says <a href="{PAGE}">this page</a></p>',
        '<p>They sailed.</p><p><a href="https://other.example/">Another page</a></p>',
        f'<p>They sailed.</p><p><a href="{PAGE}">How the boats were built, and who paid for all of that</a></p>',
        f'<p><a href="{PAGE}">They sailed</a></p>',
    ],
)
def test_other_links_are_read(markup: str) -> None:
    words = text_of(markup)

    assert words.startswith("They sailed")
    assert words.endswith(("my story.", "this page", "Another page", "all of that", "They sailed"))
