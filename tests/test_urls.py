"""Host names, as browsers look them up."""

from contextlib import suppress

import pytest

from aggregator.fetch.addresses import parse
from aggregator.sources import SourcesFault
from aggregator.sources.load import parse as parse_file
from aggregator.urls import ascii_host, host_of, site_host


@pytest.mark.parametrize(
    ("host", "looked_up"),
    [
        ("bücher.example", "xn--bcher-kva.example"),
        ("☕.example", "xn--53h.example"),
        ("EXAMPLE.org", "example.org"),
        ("straße.example", "xn--strae-oqa.example"),
        ("例え.テスト", "xn--r8jz45g.xn--zckzah"),
        ("a_b.example", "a_b.example"),
    ],
)
def test_a_host_is_written_as_browsers_look_it_up(host: str, looked_up: str) -> None:
    assert ascii_host(host) == looked_up
    assert host_of(f"https://{host}/feed") == looked_up


HOSTS = ["☕.example", "bücher.example", "a_b.example", "a..example", "x" * 64 + ".example", "999.1.1.1", "xn--ÿ.example", "a%20b.example", "example.org.", "127.0.0.1", "[::1]"]  # fmt: skip


@pytest.mark.parametrize("host", HOSTS)
def test_what_the_check_of_the_file_accepts_can_be_asked_for(host: str) -> None:
    url = f"http://{host}/feed"
    with suppress(SourcesFault):
        parse_file(f'[[source]]\nurl = "{url}"\n', "sources.toml", {})
        assert parse(url).raw_host


def test_a_host_that_is_none_is_a_fault_with_its_line() -> None:
    with pytest.raises(SourcesFault, match=r"sources\.toml:2: .*between its dots are 1 to 63 characters"):
        parse_file('[[source]]\nurl = "https://a..example/"\n', "sources.toml", {})


def test_the_host_of_a_site_has_no_www() -> None:
    assert [site_host(url) for url in ("https://www.example.org/x", "https://[/", None)] == [
        "example.org",
        "",
        "",
    ]
