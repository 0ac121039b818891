"""`check --online --report`: thirty candidates with one fault each, ten good ones, and the three forms of a report."""

import json
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Shell
from tests.support.publisher import Certificates, Publisher, sends, silent

NOW = datetime.now(UTC)
POLICY = """
[polling]
allow_private_networks = true
per_host_gap = "0s"
timeout = "1s"
max_bytes = 100_000
[policy]
https = true
active_within = "365d"
max_per_week = 50
languages = ["en"]
dates = true
on_topic = 0.3
"""
WORDS = "The cost of a cold start is what it was, and this is how we have made it shorter for all of them. "
DEUTSCH = (
    "Das ist nicht die erste Messung, und sie wird auch nicht die letzte sein, die wir aus dem Netz holen. "
)


def rss(
    *ages: float | None,
    text: str = WORDS,
    link: Callable[[int], str] | None = lambda number: f"https://blog.example/{number}",
    date: Callable[[float], datetime] = lambda days: NOW - timedelta(days=days),
    head: str = "",
) -> str:
    items = "".join(
        f"<item><title>Post {number}</title><guid isPermaLink='false'>g{number}</guid>"
        + (f"<link>{link(number)}</link>" if link else "")
        + (f"<pubDate>{format_datetime(date(age))}</pubDate>" if age is not None else "")
        + f"<description>{text}</description></item>"
        for number, age in enumerate(ages)
    )
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>A blog</title>'
        f"<link>https://blog.example/</link>{head}{items}</channel></rss>"
    )


def atom(*ages: float, text: str = WORDS) -> str:
    entries = "".join(
        f"<entry><title>Post {number}</title><id>tag:blog.example,2020:{number}</id>"
        f'<link href="https://blog.example/{number}"/>'
        f"<updated>{(NOW - timedelta(days=age)).isoformat()}</updated><content>{text}</content></entry>"
        for number, age in enumerate(ages)
    )
    return (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>A blog</title><id>tag:blog.example,2020:</id>'
        f"<updated>{NOW.isoformat()}</updated>{entries}</feed>"
    )


GOOD = rss(1, 8, 30)
PAGE = "<!doctype html><html><head><title>A blog</title></head><body><p>Hello</p></body></html>"
PARKED = PAGE.replace("Hello", "This domain is for sale! Buy this domain now.")

# What each candidate serves at its own path, and the one finding that it must get.
SERVED = {
    "no-dates": (rss(None, None, None), "dates"),
    "some-without-date": (rss(1, None, 3), "dates"),
    "silent": (rss(400, 500), "active_within"),
    "silent-atom": (atom(1000, 2000), "active_within"),
    "flooding": (rss(*(number / 12 for number in range(80))), "max_per_week"),
    "flooding-a-day": (rss(*(number / 100 for number in range(90))), "max_per_week"),
    "german": (rss(1, 8, 30, text=DEUTSCH), "languages"),
    "german-that-says-english": (rss(1, 8, 30, text=DEUTSCH, head="<language>en</language>"), "languages"),
    "japanese": (rss(1, 8, 30, text="サーバーレスの世界で今日は何が起きたのかを書いています。"), "languages"),
    "says-french": (rss(1, 8, 30, text="Lambda", head="<language>fr-FR</language>"), "languages"),
    "page": (PAGE, "page"),
    "page-with-feed": (
        PAGE.replace("</head>", '<link rel="alternate" type="application/rss+xml" href="/good-0"></head>'),
        "page",
    ),
    "parked": (PARKED, "parked"),
    "garbage": ("\x89PNG nothing to read", "unreadable"),
    "nothing": ("", "unreadable"),
    "json-that-is-no-feed": ('{"hello": 1}', "unreadable"),
    "empty": (rss(), "empty"),
    "large": (rss(*range(1, 300), text=WORDS * 20), "too_large"),
    "without-links": (rss(1, 8, 30, link=None), "no_links"),
    "one-date": (rss(1, 1, 1, date=lambda _: NOW - timedelta(days=1)), "one_date"),
    "comments/feed": (GOOD, "comments"),
    "casino": (rss(1, 8, 30, link=lambda number: f"https://best-casino.example/{number}"), "spam_links"),
}  # fmt: skip
STATUSES = {
    403: "refused",
    401: "refused",
    429: "refused",
    404: "missing",
    410: "gone",
    500: "server_trouble",
}

GOOD_ONES = [
    GOOD,
    atom(0.1, 3),
    rss(364),
    rss(*range(1, 40)),
    rss(1, 8, 30, text="Lambda"),  # too little to tell a language
    rss(1, 8, 30, head="<language>en-GB</language>"),
    rss(0.01, 0.02, 0.03),
    rss(*(1 + number / 5 for number in range(49))),
    atom(*range(1, 100, 3)),
    rss(1, link=lambda _: "https://blog.example/on-slots-of-a-scheduler"),
]


@pytest.fixture
def secure(
    certificates: Certificates, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Publisher]:
    certificates.authority.cert_pem.write_to_path(str(tmp_path / "authorities.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authorities.pem"))
    with Publisher(tls=certificates.good("127.0.0.1")) as publisher:
        yield publisher


def listed(shell: Shell, sources: dict[str, str], more: str = "") -> None:
    tables = "".join(f'[[source]]\nurl = "{url}"\nslug = "{slug}"\n' for slug, url in sources.items())
    shell.config.write_text(POLICY + tables + more)


def report(shell: Shell, *options: str) -> dict[str, list[str]]:
    done = shell("check", "--online", "--report", "json", *options)
    document = json.loads(done.stdout)
    assert done.exit_code == (1 if document["with_findings"] else 0), done.output
    return {source["slug"]: [found["code"] for found in source["findings"]] for source in document["sources"]}


def test_thirty_candidates_with_one_fault_each_get_exactly_their_finding(
    shell: Shell, secure: Publisher, publisher: Publisher, certificates: Certificates
) -> None:
    wanted: dict[str, str] = {}
    sources: dict[str, str] = {}

    def candidate(slug: str, url: str, code: str) -> None:
        wanted[slug], sources[slug] = code, url

    for path, (body, code) in SERVED.items():
        secure.serves(f"/{path}", body, content_type="text/html" if "<html" in body else "application/xml")
        candidate(path.replace("/", "-"), secure.url(f"/{path}"), code)
    for status, code in STATUSES.items():
        secure.answers(f"/{status}", status)
        candidate(f"status-{status}", secure.url(f"/{status}"), code)
    publisher.serves("/good", GOOD)
    candidate("http-only", publisher.url("/good"), "https")
    secure.serves("/moved-here", GOOD)
    secure.redirects("/moved", "/moved-here", 301)
    candidate("moved", secure.url("/moved"), "moved")
    secure.redirects("/for-sale", publisher.url("/sale"), 302)
    publisher.serves("/sale", PARKED, content_type="text/html")
    candidate("redirected-to-parking", secure.url("/for-sale"), "parked")
    secure.redirects("/circle", "/circle")
    candidate("circle", secure.url("/circle"), "redirects")
    secure.serves("/original", GOOD)
    candidate("original", secure.url("/original"), "")
    secure.redirects("/again", "/original")
    candidate("again", secure.url("/again"), "listed_twice")
    secure.answers_with("/slow", silent)
    candidate("slow", secure.url("/slow"), "unreachable")
    secure.answers_with(
        "/cut", sends(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n" + GOOD[:300].encode())
    )
    candidate("cut", secure.url("/cut"), "server_trouble")
    candidate("nobody-there", f"https://127.0.0.1:{unused_port()}/", "unreachable")
    with Publisher(tls=certificates.self_signed()) as lone:
        candidate("self-signed", lone.url("/"), "unreachable")
        listed(shell, sources)

        found = report(shell)

    assert found == {slug: [code] if code else [] for slug, code in wanted.items()}
    assert len(wanted) > 30
    assert all(len(secure.requests_to(f"/{path}")) == 1 for path in SERVED)  # one request a feed


def unused_port() -> int:
    with Publisher() as gone:
        return gone.port


def test_ten_good_candidates_get_none(shell: Shell, secure: Publisher) -> None:
    sources = {}
    for number, body in enumerate(GOOD_ONES):
        secure.serves(f"/good-{number}", body)
        sources[f"good-{number}"] = secure.url(f"/good-{number}")
    listed(shell, sources)

    assert report(shell) == {slug: [] for slug in sources}


def test_without_a_policy_nothing_is_asked_of_a_feed(shell: Shell, publisher: Publisher) -> None:
    publisher.serves("/feed", rss(2000, text=DEUTSCH))
    listed(shell, {"a": publisher.url("/feed")})
    shell.config.write_text(shell.config.read_text().replace("[policy]", "[site]").partition("[site]")[0]
                            + f'[[source]]\nurl = "{publisher.url("/feed")}"\nslug = "a"\n')  # fmt: skip

    assert report(shell) == {"a": []}


def test_off_topic_is_measured_by_what_include_keeps(shell: Shell, secure: Publisher) -> None:
    secure.serves("/feed", rss(1, 2, 3, 4, 5))
    listed(shell, {"a": secure.url("/feed")}, more='include = ["Post 0"]\n')

    done = shell("check", "--online", "--report", "text")

    assert done.exit_code == 1
    assert "[on_topic] `include` keeps 1 of 5 entries; at least 30% are wanted" in done.stdout
    assert "the filters leave 4 entries out" in done.stdout
    assert "Post 0" in done.stdout
    assert "Post 1" not in done.stdout


def test_posts_are_shown_as_the_page_would(shell: Shell, secure: Publisher) -> None:
    secure.serves("/feed", rss(19, 40, 60, 80, text=WORDS * 30))
    listed(shell, {"a": secure.url("/feed")})

    text = shell("check", "--online", "--report", "text").stdout
    (source,) = json.loads(shell("check", "--online", "--report", "json").stdout)["sources"]

    assert "  * Post 0\n    19 days ago • 3 min read\n    The cost of a cold start" in text
    assert [post["title"] for post in source["posts"]] == ["Post 0", "Post 1", "Post 2"]
    post = source["posts"][0]
    assert (post["age"], post["minutes"], len(post["excerpt"]) <= 500) == ("19 days ago", 3, True)
    assert source["summary"].startswith("RSS 2.0, 4 entries, newest of ")


def test_markdown_lets_nothing_of_a_stranger_act(shell: Shell, secure: Publisher) -> None:
    secure.serves("/feed", rss(1, text="# Big [click](https://evil.example) @admin &lt;img src=x&gt; #12"))
    listed(shell, {"a": secure.url("/feed")})

    shown = shell("check", "--online", "--report", "markdown").stdout

    assert shown.startswith("### What the feeds answer\n\n1 of 1 source without findings.\n\n#### ✅ `a`")
    assert "[click](" not in shown
    assert "@admin" not in shown
    assert "\n> \\# Big" in shown


@pytest.mark.parametrize("form", ["text", "markdown", "json"])
def test_the_secret_of_an_address_is_sent_and_not_told(shell: Shell, secure: Publisher, form: str) -> None:
    secure.serves("/feed", rss(1, text="s3cret-token is the word"))
    listed(shell, {"a": secure.url("/feed?key=${FEED_KEY}")})

    done = shell("check", "--online", "--report", form, FEED_KEY="s3cret-token")

    assert done.exit_code == 0, done.output
    assert [request.path for request in secure.requests] == ["/feed?key=s3cret-token"]
    assert "s3cret-token" not in done.output
    assert "FEED" in done.output


def test_a_report_needs_online_and_a_source_that_is_listed(shell: Shell) -> None:
    listed(shell, {"a": "https://a.example/"})

    assert shell("check", "--report", "text").exit_code == 2
    assert shell("check", "--online", "--report", "text", "--source", "b").exit_code == 1


def test_a_faulty_file_ends_with_2_and_asks_nobody(shell: Shell, publisher: Publisher) -> None:
    listed(shell, {"a": publisher.url("/feed")}, more="tagz = 1\n")

    assert shell("check", "--online", "--report", "json").exit_code == 2
    assert not publisher.requests


# --- what a pull request changes --------------------------------------------------------------------------------


@pytest.fixture
def git(shell: Shell) -> Callable[..., str]:
    def run(*arguments: str) -> str:
        who = ["-c", "user.name=A", "-c", "user.email=a@a.example", "-c", "commit.gpgsign=false"]
        done = subprocess.run(
            ["git", "-C", str(shell.folder), *who, *arguments], capture_output=True, text=True, check=True
        )
        return done.stdout

    run("init", "-q", "-b", "main")
    return run


def test_only_what_a_revision_changed_is_asked_for(
    shell: Shell, secure: Publisher, git: Callable[..., Any]
) -> None:
    for name in "abcd":
        secure.serves(f"/{name}", GOOD)
    listed(shell, {name: secure.url(f"/{name}") for name in "ab"})
    (shell.folder / "sources.d").mkdir()
    (shell.folder / "sources.d" / "c.toml").write_text(f'[[source]]\nurl = "{secure.url("/c")}"\n')
    git("add", ".")
    git("commit", "-qm", "first")
    listed(shell, {name: secure.url(f"/{name}") for name in "ab"}, more='tags = ["x"]\n')
    (shell.folder / "sources.d" / "d.toml").write_text(f'[[source]]\nurl = "{secure.url("/d")}"\n')

    assert list(report(shell, "--changed-since", "HEAD")) == ["b", "d"]
    assert not secure.requests_to("/a")
    assert not secure.requests_to("/c")

    git("add", ".")
    git("commit", "-qm", "second")
    assert list(report(shell, "--changed-since", "HEAD")) == []
    assert list(report(shell, "--changed-since", "HEAD~1")) == ["b", "d"]


def test_a_list_that_was_not_there_is_new_and_a_revision_that_is_none_is_told(
    shell: Shell, secure: Publisher, git: Callable[..., Any]
) -> None:
    secure.serves("/a", GOOD)
    git("commit", "-qm", "nothing", "--allow-empty")
    listed(shell, {"a": secure.url("/a")})

    assert list(report(shell, "--changed-since", "HEAD")) == ["a"]
    for revision in ("no-such", "--help", "HEAD:x"):
        done = shell("check", "--online", "--report", "json", "--changed-since", revision)
        assert done.exit_code == 1
        assert "git cannot tell" in done.stderr
