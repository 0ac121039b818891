# ruff: noqa: RUF001 - phrases in many languages

import pytest

from aggregator.normalize.boilerplate import without_boilerplate
from aggregator.normalize.text import to_lines
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
        ("Told submitted by somebody to funny [link] [275 comments]", "Told"),  # 151-reddit-home-rss.xml
        ("lien n°2 : Inscription Lire les commentaires", "lien n°2 : Inscription"),  # 083-linuxfr-atom.xml
        (
            "The beta now. To read this article in full, please click here",
            "The beta now.",
        ),  # 114-macworld.xml
        ("Lost in a moment. See question on Quora", "Lost in a moment."),  # 170-quora-samuel-clay.xml
        ("It turned violent. ∞ Permalink", "It turned violent."),  # 058-onefoottsunami.xml
        ("Source: Reuters Permalink | Comments", "Source: Reuters"),  # 185-afterdawn-cp1252.xml
        ("For IAM. Jump to: Annotated Release Notes | Stats 📊", "For IAM."),  # 028-lust-gcloud.xml
        ("Jump to: a conclusion that nobody drew", "Jump to: a conclusion that nobody drew"),
        (
            "Explicitly. [If the formatting looks odd in your feed reader, visit the original article]",
            "Explicitly.",
        ),  # 059-leancrew-all-this.xml
        (
            (
                "The end. Soaring Twenties is a reader-supported publication. To receive new posts and support our work,"
                " consider becoming a free or paid subscriber."
            ),
            "The end.",
        ),  # 167-substack-soaring-twenties.xml
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


@pytest.mark.parametrize(
    ("title", "line", "left"),
    [
        # 001-cloudflare-blog.xml: the alt of a picture
        ("How Rust and Wasm power it", "How Rust and Wasm power it On April 1, we said so.", "On April 1, we said so."),
        ("How Rust and Wasm power it", "How Rust and Wasm power it is told here.", "How Rust and Wasm power it is told here."),
        ("Rust and Wasm", "Rust and Wasm On April 1, we said so.", "Rust and Wasm On April 1, we said so."),
        ("How Rust and Wasm power it", "How Rust and Wasm power it", "How Rust and Wasm power it"),
    ],
)  # fmt: skip
def test_a_caption_that_repeats_a_long_title_goes(title: str, line: str, left: str) -> None:
    assert without_boilerplate([line], title) == [left]


def test_mediums_last_line_goes() -> None:
    # 163-medium-invironment-food.xml
    last = (
        "THE FORAGER was originally published in Food on Medium, where people are continuing the conversation by"
        " highlighting and responding to this story."
    )

    assert without_boilerplate(["Eat well.", last], "THE FORAGER") == ["Eat well."]


@pytest.mark.parametrize(
    "line",
    [
        "Share this:", "Twitter", "Facebook", "Share on X", "share via email | tweet this", "Tweet",
        "to LinkedIn (Opens in new window)", "Share on Facebook • Reddit", "Like Loading...",
    ],
)  # fmt: skip
def test_share_buttons_go(line: str) -> None:
    assert without_boilerplate(["Words.", line], "") == ["Words."]


@pytest.mark.parametrize("line", ["Share on Y", "Share your x", "x!"])
def test_a_line_about_sharing_stays(line: str) -> None:
    assert without_boilerplate(["Words.", line], "") == ["Words.", line]


@pytest.mark.parametrize(
    "sample", samples()[::5] or [pytest.param(None, marks=pytest.mark.skip(MISSING))], ids=str
)
def test_no_real_entry_is_emptied_or_ends_with_a_link_to_the_rest(sample: Sample) -> None:
    for post in parse(sample.body, content_type=None).posts[:20]:
        for markup in post.contents:
            written = to_lines(markup)
            kept = without_boilerplate(written, "")
            assert bool(kept) == bool(written)
            assert len(kept) <= 1 or not kept[-1].endswith(("Continue reading →", "[…]"))


@pytest.mark.parametrize(
    "ending",
    [
        "Leggi tutto", "… Continua a leggere »", "Weiterlesen", "Lire la suite →", "[Leer más…]", "Leia mais »", "Lees verder",
        "Czytaj dalej", "Číst dál", "Läs mer", "Lue lisää", "Читать далее", "Devamını Oku", "続きを読む", "… 阅读全文",
        "Weiterlesen „Ein Titel“", "Read full topic", "Statistics: Posted by ann — Mon Mar 02, 2026 10:00 am",
        "Statistik: Verfasst von ann — So 1. Mär 2026, 09:00", "Статистика: Добавлено ann — 01 мар 2026",
    ],
)  # fmt: skip
def test_a_link_to_the_whole_is_no_text_in_any_language(ending: str) -> None:
    assert "".join(without_boilerplate([f"Some words. {ending}"], "")).rstrip(". …") == "Some words"
    assert without_boilerplate(["Some words.", ending.lstrip("… ")], "") == ["Some words."]


@pytest.mark.parametrize(
    "sentence", ["Ich will mehr lesen", "Je voudrais lire la suite", "Quiero leer más", "More.", "More"]
)
def test_a_sentence_that_ends_in_these_words_stays(sentence: str) -> None:
    assert without_boilerplate([sentence], "") == [sentence]


@pytest.mark.parametrize(
    "line",
    [
        "5 posts - 3 participants", "1 post - 1 participant", "5 Beiträge - 3 Teilnehmer", "5 messages - 3 participants",
        "Thanks for reading A Letter! Subscribe for free to receive new posts and support my work.",
        "A Letter is a reader-supported publication. To receive new posts and support my work, consider becoming a subscriber.",
        "Points: 12", "# Comments: 3", "submitted by /u/ann", "[link] [comments]", "submitted by ann to boats", "12 points | 3 comments",
        "leggi tutto", "READ MORE »", "[more]", "(more…)", "Click here to read more", "View original post", "続きはこちら", "더보기",
    ],
)  # fmt: skip
def test_a_line_of_a_program_is_no_text(line: str) -> None:
    assert without_boilerplate(["First.", line, "Second."], "") == ["First.", "Second."]
