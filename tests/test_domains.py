import pytest

from aggregator.domains import registrable_domain, site_domain


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("a.blog.example", "blog.example"),
        ("a.blog.co.uk", "blog.co.uk"),
        ("docs.me.github.io", "me.github.io"),
        ("me.substack.com", "me.substack.com"),
        ("www.me.medium.com", "me.medium.com"),
        ("substack.com", "substack.com"),
        ("192.0.2.1", "192.0.2.1"),
        ("co.uk", "co.uk"),
        ("localhost", "localhost"),
        ("", ""),
    ],
)
def test_a_domain_is_what_somebody_registered(host: str, domain: str) -> None:
    assert registrable_domain(host) == domain


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("https://www.a.blog.example/post", "blog.example"),
        ("https://BLOG.example:8443/", "blog.example"),
        ("http://192.0.2.1:8080/", "192.0.2.1"),
        ("mailto:me@blog.example", ""),
        ("/post", ""),
        ("https://[broken/", ""),
        (None, ""),
    ],
)
def test_an_address_without_host_has_no_domain(address: str | None, domain: str) -> None:
    assert site_domain(address) == domain
