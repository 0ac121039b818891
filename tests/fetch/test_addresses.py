import pytest

from aggregator import explain
from aggregator.fetch.addresses import follow, parse, same_origin
from aggregator.fetch.faults import Failure
from aggregator.model import FaultKind
from aggregator.urls import host_of

HERE = "https://blog.example/posts/feed.xml?full=1"


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://Blog.Example/feed", "blog.example"),
        ("http://blog.example:8080/", "blog.example"),
        ("http://user:secret@blog.example/", "blog.example"),
        ("http://blog.example./", "blog.example"),  # the root's dot makes no other host of it
        ("https://bücher.example/", "xn--bcher-kva.example"),
        ("https://xn--/", "xn--"),  # no IDNA, but a host to ask for all the same
        ("http://[2001:DB8::1]:80/", "2001:db8::1"),
        ("nonsense", ""),
        ("http://[", ""),
        ("http://blog.example:port/", ""),
        ("http://blog.example/\n", ""),
    ],
)
def test_the_host_of_an_address(address: str, host: str) -> None:
    assert host_of(address) == host


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("https://blog.example/a", "https://BLOG.example:443/b?c", True),
        ("https://blog.example/", "http://blog.example/", False),
        ("https://blog.example/", "https://blog.example:8443/", False),
        ("https://blog.example/", "https://evil.blog.example/", False),
        ("http://:port", "http://:port", False),
    ],
)
def test_an_origin_is_scheme_host_and_port(one: str, other: str, *, is_same: bool) -> None:
    assert same_origin(one, other) is is_same


def test_an_address_is_asked_without_its_fragment_and_nothing_is_added() -> None:
    assert str(parse("https://blog.example/a%2Fb?x=1&y#top")) == "https://blog.example/a%2Fb?x=1&y"


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("nonsense", "no http or https address"),
        ("ftp://blog.example/feed", "no http or https address"),
        ("file:///etc/passwd", "no http or https address"),
        ("http:///feed", "names no server"),
        ("http://blog.example:99999/", "no port has this number"),
        ("http://0177.0.0.1/", "is no address"),  # an octal spelling of 127.0.0.1
        ("http://[::1/", "is no address"),
        ("http://blog.example/\tfeed", "is no address"),
    ],
)
def test_what_is_no_http_address_is_refused(address: str, words: str) -> None:
    with pytest.raises(Failure) as failure:
        parse(address)

    assert words in explain.fault(failure.value.fault)
    assert failure.value.fault.kind is FaultKind.BLOCKED


def test_a_password_in_an_address_is_not_shown() -> None:
    with pytest.raises(Failure) as failure:
        parse("https://user:secret@blog.example:99999/feed")

    assert explain.fault(failure.value.fault) == (
        "'https://blog.example:99999/feed' is no address: no port has this number"
    )


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("http://other.example/rss", "http://other.example/rss"),
        ("//other.example/rss", "https://other.example/rss"),
        ("/rss", "https://blog.example/rss"),
        ("rss", "https://blog.example/posts/rss"),
        ("../rss", "https://blog.example/rss"),
        ("?full=0", "https://blog.example/posts/feed.xml?full=0"),
        ("/rss#latest", "https://blog.example/rss"),
        ("/a b", "https://blog.example/a%20b"),
        ("/caf\xc3\xa9", "https://blog.example/caf%C3%A9"),  # raw UTF-8, read as latin-1
        ("/caf\xe9", "https://blog.example/caf%C3%A9"),  # raw latin-1
        ("https://b\xc3\xbccher.example/", "https://xn--bcher-kva.example/"),
        ("https://user:secret@other.example/", "https://other.example/"),
    ],
)
def test_a_location_leads_from_where_it_was_given(location: str, target: str) -> None:
    assert str(follow(parse(HERE), location)) == target


@pytest.mark.parametrize(
    ("location", "kind"),
    [
        ("http://", FaultKind.REDIRECT),
        ("http://other.example:port/", FaultKind.REDIRECT),
        ("https://other.example/\t", FaultKind.REDIRECT),
        ("/" + "a" * 8000, FaultKind.REDIRECT),
        ("ftp://other.example/", FaultKind.BLOCKED),
        ("file:///etc/passwd", FaultKind.BLOCKED),
        ("javascript:alert(1)", FaultKind.BLOCKED),
    ],
)
def test_a_location_that_leads_nowhere_is_said_so(location: str, kind: FaultKind) -> None:
    with pytest.raises(Failure) as failure:
        follow(parse(HERE), location)

    assert "redirects to" in explain.fault(failure.value.fault)
    assert failure.value.fault.kind is kind
    assert len(explain.fault(failure.value.fault)) < 400
