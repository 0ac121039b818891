import pytest

from aggregator.normalize.boilerplate import without_boilerplate


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
