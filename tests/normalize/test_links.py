import pytest

from aggregator.normalize.links import canonical

BASE = "https://example.org/blog/feed.xml"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("post", "https://example.org/blog/post"),
        ("/post", "https://example.org/post"),
        ("//other.example/x", "https://other.example/x"),
        ("HTTP://Example.ORG:80/A", "http://example.org/A"),
        ("https://example.org", "https://example.org/"),
        ("https://example.org/?utm_source=rss&id=1&fbclid=2&gclid=3&mc_cid=4", "https://example.org/?id=1"),
        (
            "https://example.org/?ref=1&source=2",
            "https://example.org/?ref=1&source=2",
        ),  # these choose pages too
        ("https://example.org/p#atom-everything", "https://example.org/p"),
        ("https://example.org/p#:~:text=words", "https://example.org/p"),
        ("https://example.org/p#a080631", "https://example.org/p#a080631"),
        ("https://www.google.com/url?q=https://example.org/p&sa=D", "https://example.org/p"),
        ("https://example.org/a b", "https://example.org/a%20b"),
        ("https://bücher.example/straße?q=ü", "https://xn--bcher-kva.example/stra%C3%9Fe?q=%C3%BC"),
        ("https://site.example/stra%c3%9fe?q=%c3%bc", "https://site.example/stra%C3%9Fe?q=%c3%bc"),
        ("https://B%C3%BCcher.example:8080/", "https://xn--bcher-kva.example:8080/"),
        ("//пример.рф/путь", "https://xn--e1afmkfd.xn--p1ai/%D0%BF%D1%83%D1%82%D1%8C"),
        ("https://☃.example/", "https://xn--n3h.example/"),
        ("https://" + "ü" * 300 + ".example/", None),
        ("https://example.org/?a=1&amp;b=2&amp;amp;c=3&#038;d=4", "https://example.org/?a=1&b=2&c=3&d=4"),
        ("https://example.org/?a=1&ampere=2", "https://example.org/?a=1&ampere=2"),
        ("<![CDATA[https://example.org/p]]>", "https://example.org/p"),
        ("www.other.example/p", "https://www.other.example/p"),
        ("example.org/p", "https://example.org/p"),  # the feed's own host
        ("http://https://example.org/p", "https://example.org/p"),
        ("https://http//example.org/p", "http://example.org/p"),
        ("http:/other.example/p", "http://other.example/p"),
        ("http:other.example/p", "http://other.example/p"),
        ("https:\\\\example.org\\p?q=\\", "https://example.org/p?q=%5C"),
        ('<a href="https://example.org/p">here</a>', "https://example.org/p"),
        (
            "https://web.archive.org/web/1/https://a.example/",
            "https://web.archive.org/web/1/https://a.example/",
        ),
        ("https://example.org/a/../p/./q", "https://example.org/p/q"),
        ("https://example.org/.well-known/p", "https://example.org/.well-known/p"),
        ("#", None),
        ("javascript:alert(1)", None),
        ("mailto:a@example.org", None),
        ("http://[broken", None),
        ("", None),
        (None, None),
    ],
)
def test_a_link_has_one_spelling(written: str | None, meant: str | None) -> None:
    found = canonical(written, base=BASE)

    assert found == meant
    assert found is None or canonical(found, base=BASE) == found
