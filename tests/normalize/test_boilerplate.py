import pytest

from aggregator.normalize.boilerplate import without_boilerplate
from aggregator.normalize.text import lines
from aggregator.parse import parse
from tests.support.corpus import MISSING, Sample, samples


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("A post. The post A title appeared first on A blog .", "A post."),
        ("Some words. Continue reading →", "Some words."),
        ("Some words […]", "Some words"),
        ("Some words. Read more", "Some words."),
        ("Some words [...] Continue reading", "Some words"),
        ("Told submitted by /u/somebody [link] [comments]", "Told"),
        ("I like to read more", "I like to read more"),
        ("Read more", "Read more"),
    ],
)
def test_what_is_no_part_of_the_post_goes(line: str, left: str) -> None:
    assert without_boilerplate([line], "") == [left]


def test_a_heading_that_repeats_the_title_goes_and_a_sentence_stays() -> None:
    assert without_boilerplate(["Queues!", "They are long."], "Queues") == ["They are long."]
    assert without_boilerplate(["Queues are long."], "Queues") == ["Queues are long."]
    assert without_boilerplate(["Queues"], "Queues") == ["Queues"]


def test_share_buttons_go() -> None:
    assert without_boilerplate(["Words.", "Share this:", "Twitter", "Facebook"], "") == ["Words."]


@pytest.mark.parametrize(
    "sample", samples()[::5] or [pytest.param(None, marks=pytest.mark.skip(MISSING))], ids=str
)
def test_no_real_entry_is_emptied_or_ends_with_a_link_to_the_rest(sample: Sample) -> None:
    for post in parse(sample.body, content_type=None).posts[:20]:
        for markup in post.contents:
            written = lines(markup)
            kept = without_boilerplate(written, "")
            assert bool(kept) == bool(written)
            assert len(kept) <= 1 or not kept[-1].endswith(("Continue reading →", "[…]"))
