import pytest

from aggregator.normalize.atom_ids import repeatable


@pytest.mark.parametrize(
    "guid",
    [
        "tag:blog.example,2026-03-02:/posts/1#first",
        "tag:me@blog.example,2026:1",
        "urn:uuid:1225c695-cfb8-4ebb-aaaa-80da344efa6a",
        "urn:isbn:0451450523",
        "https://blog.example/?p=1",
        "http://blog.example/posts/%C3%A9",
    ],
)
def test_valid_ids_are_repeated_as_they_are(guid: str) -> None:
    assert repeatable(guid) == guid


@pytest.mark.parametrize(
    "guid",
    [
        None,
        "",
        "1",
        "posts/1",
        "tag:blog.example:1",
        "urn:uuid:1",
        "yt:video:5shykyfmb28",  # 145-youtube-google.xml: a scheme that nobody registered
        "https://blog.example",
        "https://Blog.example/1",
        "https://blog.example/a/../1",
        "https://blog.example/a b",
        f"https://blog.example/{'a' * 1000}",
    ],
)
def test_ids_that_readers_call_invalid_are_not(guid: str | None) -> None:
    assert repeatable(guid) is None
