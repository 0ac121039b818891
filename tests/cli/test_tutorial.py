"""docs/tutorial.md: its list and its commands lead to a site."""

import re

from tests.cli.conftest import Shell
from tests.documentation.pages import page
from tests.support.publisher import Publisher

FEED = "<rss version='2.0'><channel><title>{0}</title><item><title>{0} writes</title><link>/1</link></item></channel></rss>"


def test_the_tutorial_leads_to_a_site_of_files(shell: Shell, publisher: Publisher) -> None:
    # With publishers on loopback in the place of those that it names.
    link = '<link rel="alternate" type="application/rss+xml" href="/added.xml">'
    publisher.serves("/blog", f"<!doctype html><html><head>{link}</head></html>", content_type="text/html")
    for name in ("first", "second", "added"):
        publisher.serves(f"/{name}.xml", FEED.format(name))
    text = page("tutorial")
    sources = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)[0]
    for name, address in zip(("first", "second"), re.findall(r"https://[^\"]+", sources), strict=True):
        sources = sources.replace(address, publisher.url(f"/{name}.xml"))
    shell.config.write_text(f"{sources}\n[polling]\nallow_private_networks = true\n")
    commands = re.findall(r"^aggregator (check.*|sources add.*|build .*)$", text, re.MULTILINE)
    assert len(commands) == 4

    for words in commands:
        here = re.sub(r"https://\S+", publisher.url("/blog"), words).replace(
            "public", f"{shell.folder}/public"
        )
        done = shell(*here.split())
        assert done.exit_code == 0, done.output

    written = (shell.folder / "public" / "index.html").read_text()
    assert all(f"{name} writes" in written for name in ("first", "second", "added"))
