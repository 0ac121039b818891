import json

from aggregator.sources import load
from tests.cli.conftest import Shell
from tests.cli.test_check_report import DEUTSCH, WORDS, rss
from tests.polling.test_discover import FEED
from tests.support.publisher import Publisher

LOOPBACK = '[polling]\nallow_private_networks = true\nper_host_gap = "0s"\n'


def polled(shell: Shell, publisher: Publisher) -> None:
    """Poll three sources: one is well, one moved for good, one is gone."""
    publisher.serves("/well.xml", FEED)
    publisher.redirects("/moved.xml", "/new.xml", 301)
    publisher.serves("/new.xml", FEED)
    publisher.answers("/gone.xml", 410)
    shell.config.write_text(
        LOOPBACK
        + "".join(
            f'[[source]]\nurl = "{publisher.url(f"/{name}.xml")}"  # {name}\nslug = "{name}"\n'
            for name in ("well", "moved", "gone")
        )
    )
    for _ in range(3):
        for name in ("well", "moved"):
            assert shell("poll", "--once", "--source", name).exit_code == 0
    shell("poll", "--once", "--source", "gone")


def test_a_review_tells_what_became_of_each_with_the_edit_to_make_and_asks_nobody(
    shell: Shell, publisher: Publisher
) -> None:
    polled(shell, publisher)
    asked = len(publisher.requests)

    text = shell("review")
    document = json.loads(shell("review", "--report", "json").stdout)
    markdown = shell("review", "--report", "markdown").stdout

    assert text.exit_code == 0, text.output
    assert len(publisher.requests) == asked
    assert "moved  FAULT" in text.stdout
    assert f"[moved] it has moved for good; write {publisher.url('/new.xml')}" in text.stdout
    assert "`aggregator sources remove gone`" in text.stdout
    assert text.stdout.endswith("1 of 3 sources without findings.\n")
    found = {source["slug"]: [one["code"] for one in source["findings"]] for source in document["sources"]}
    assert {slug: [code for code in codes if code != "silent"] for slug, codes in found.items()} == {
        "moved": ["moved"],
        "gone": ["gone"],
    }
    assert markdown.startswith("### What became of the sources\n")
    assert "➡️ correct its address, or remove it: `aggregator sources remove gone`\n" in markdown


def test_what_moved_for_good_is_written_after_asking(shell: Shell, publisher: Publisher) -> None:
    polled(shell, publisher)
    before = shell.config.read_text()

    shell("review", "--apply", stdin=b"n\n")
    assert shell.config.read_text() == before

    done = shell("review", "--apply", stdin=b"y\n")
    assert done.exit_code == 0, done.output
    assert shell.config.read_text() == before.replace("/moved.xml", "/new.xml")
    assert [source.slug for source in load(shell.config).sources] == ["well", "moved", "gone"]

    again = shell("poll", "--once", "--source", "moved")
    assert again.exit_code == 0
    assert "Nothing has moved for good" in shell("review", "--apply", "--yes").stderr


def test_without_a_store_there_is_nothing_to_say(shell: Shell) -> None:
    shell.config.write_text('[[source]]\nurl = "https://a.example/"\n')

    assert shell("review").stdout == "1 of 1 source without findings.\n"


def test_a_source_on_hold_is_told_with_its_signs(shell: Shell, publisher: Publisher) -> None:
    publisher.serves("/a.xml", FEED)
    shell.config.write_text(LOOPBACK + f'[[source]]\nurl = "{publisher.url("/a.xml")}"\nslug = "a"\n')
    shell("poll", "--once")
    items = "".join(
        f"<item><title>Spin {number}</title><link>https://casino.example/{number}</link></item>"
        for number in range(5)
    )
    publisher.serves(
        "/a.xml",
        f'<rss version="2.0"><channel><title>Casino</title><link>https://casino.example/</link>{items}</channel></rss>',
    )
    shell("poll", "--once", "--source", "a")

    (source,) = json.loads(shell("review", "--report", "json").stdout)["sources"]

    (found,) = source["findings"]
    assert (found["code"], found["signs"]) == ("on_hold", ["title", "site"])
    assert any("aggregator sources release a" in edit for edit in source["edits"])


def test_a_source_that_moved_to_where_another_is_stays_as_it_is(shell: Shell, publisher: Publisher) -> None:
    publisher.serves("/new.xml", FEED)
    publisher.redirects("/old.xml", "/new.xml", 301)
    shell.config.write_text(
        LOOPBACK
        + "".join(
            f'[[source]]\nurl = "{publisher.url(f"/{name}.xml")}"\nslug = "{name}"\n'
            for name in ("new", "old")
        )
    )
    for _ in range(3):
        shell("poll", "--once", "--source", "old")

    assert "moved for good" in shell("review").stdout
    assert "no edit to make" in shell("review", "--apply", "--yes").stderr


def test_posts_of_a_site_that_was_broken_into_are_held_before_a_word_is_shown(
    shell: Shell, publisher: Publisher
) -> None:
    """The old posts are still listed, so that it is the site's own document all the same."""
    old = [20 + number for number in range(6)]
    publisher.serves("/a.xml", rss(*old, text=WORDS))
    shell.config.write_text(LOOPBACK + f'[[source]]\nurl = "{publisher.url("/a.xml")}"\nslug = "a"\n')
    shell("poll", "--once")
    slop = rss(
        *(0.5 for _ in range(4)),
        text=DEUTSCH + "Casino " * 5,
        link=lambda at: f"https://best-casino.example/{at}",
    )
    items = (
        slop.partition("<item>")[2].rpartition("</item>")[0].replace(">g", ">slop").replace("Post", "Spin")
    )
    publisher.serves("/a.xml", rss(*old, text=WORDS, head=f"<item>{items}</item>"))

    polled = shell("poll", "--once", "--source", "a")

    assert "put on hold" in polled.stdout
    assert "looks taken over: its new posts are in another language (de instead of en)" in polled.stdout
    (source,) = json.loads(shell("review", "--report", "json").stdout)["sources"]
    assert source["findings"][0]["signs"] == ["language", "spam"]

    shell("sources", "release", "a")
    assert "4 new" in shell("poll", "--once", "--source", "a").stdout


def test_a_source_that_went_off_topic_is_told_by_what_include_keeps(
    shell: Shell, publisher: Publisher
) -> None:
    publisher.serves("/a.xml", rss(1, 2, 3, 4))
    shell.config.write_text(
        LOOPBACK
        + f'[policy]\non_topic = 0.5\n[[source]]\nurl = "{publisher.url("/a.xml")}"\nslug = "a"\ninclude = ["Post 0"]\n'
    )
    shell("poll", "--once")

    text = shell("review").stdout

    assert "[on_topic] `include` keeps 1 of 4 entries; at least 50% are wanted" in text
    assert "widen its `include`" in text
