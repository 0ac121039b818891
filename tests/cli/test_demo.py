import signal
from datetime import UTC, datetime, timedelta

import httpx

from aggregator.demo.documents import FORMATS, blog_names, sample_blogs
from aggregator.demo.publisher import publishing
from tests.support.commands import Command, Site, eventually, free_port

START = datetime(2026, 3, 1, tzinfo=UTC)


def test_every_format_is_among_the_sample_feeds_and_each_is_served_with_a_validator() -> None:
    with publishing() as feeds:
        answers = [httpx.get(url) for url in feeds]
        again = [
            httpx.get(url, headers={"If-None-Match": answer.headers["ETag"]}).status_code
            for url, answer in zip(feeds, answers, strict=True)
        ]

    assert {answer.headers["Content-Type"].partition(";")[0] for answer in answers} == {
        media_type for media_type, _ in FORMATS.values()
    }
    assert set(again) == {304}


def test_new_posts_come_while_one_watches() -> None:
    blogs = sample_blogs(dict.fromkeys(blog_names(), "http://127.0.0.1:1"), START)

    def count(now: datetime) -> int:
        return sum(post.published <= now for blog in blogs for post in blog.posts)

    assert count(START) < count(START + timedelta(seconds=30)) < count(START + timedelta(minutes=2))


def mentioned(site: Site) -> bool:
    """Whether a post says that several blogs mention it."""
    mentions = {item.get("title"): item["_aggregator"].get("mentions", []) for item in site.items()}
    return len(mentions.get("What a warm pool really costs", [])) > 2


def finds(site: Site) -> bool:
    """Whether a page that no blog published is among what is mentioned most."""
    return any(item["_aggregator"].get("find") for item in site.items("/feed.json?sort=top"))


def test_the_demo_needs_nothing_and_leaves_nothing(command: Command) -> None:
    site = Site(free_port())
    process = command.start("demo", port=site.port)
    eventually("the service answers", site.is_up)

    eventually("the sample posts are there", lambda: len(site.items()) > 18)
    eventually("posts are mentioned", lambda: mentioned(site) and finds(site))
    found = site.items()
    process.send_signal(signal.SIGTERM)
    output, _ = process.communicate(timeout=30)

    assert process.returncode == 0, output
    assert "Traceback" not in output
    assert list(command.folder.iterdir()) == []
    titles = [item.get("title") for item in found]
    assert len([title for title in titles if title == "What a warm pool really costs"]) == 1, (
        "a copy is no item"
    )
    assert "الدوال التي لا تنام" in titles
    assert None in titles
    assert any(item.get("attachments") for item in found)
