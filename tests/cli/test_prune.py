from datetime import UTC, datetime

from tests.cli.conftest import Shell
from tests.support.publisher import Publisher

LOOPBACK = '[polling]\nallow_private_networks = true\nper_host_gap = "0s"\n'


def feed(*dates: datetime) -> str:
    items = "".join(
        f"<item><title>Number {number}</title><link>https://blog.example/{number}</link>"
        f"<pubDate>{date:%a, %d %b %Y %H:%M:%S} GMT</pubDate></item>"
        for number, date in enumerate(dates)
    )
    return f'<rss version="2.0"><channel><title>A blog</title>{items}</channel></rss>'


def listed(url: str, keep: str) -> str:
    return f'[timeline]\nkeep = "{keep}"\n{LOOPBACK}[[source]]\nurl = "{url}"\n'


def test_entries_that_are_too_old_are_removed(shell: Shell, publisher: Publisher) -> None:
    publisher.serves("/feed.xml", feed(datetime.now(UTC), datetime(2020, 1, 1, tzinfo=UTC)))
    shell.config.write_text(listed(publisher.url("/feed.xml"), "forever"))
    assert shell("poll", "--once").exit_code == 0

    kept = shell("prune")
    shell.config.write_text(listed(publisher.url("/feed.xml"), "30d"))
    done = shell("prune")

    assert kept.stdout == 'Removed nothing: keep = "forever".\n'
    assert done.stdout == "Removed 1 entry older than 30d.\n"
    assert shell("prune").stdout == "Removed 0 entries older than 30d.\n"
