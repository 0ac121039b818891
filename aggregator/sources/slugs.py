"""A source's slug: its short name in addresses and on the command line."""

import re
import unicodedata
from collections.abc import Container, Iterator
from itertools import count
from urllib.parse import urlsplit

LONGEST = 64

# Words of an address that only say that it is a feed do not identify it.
FEED_WORDS = {"feed", "feeds", "rss", "atom", "xml", "json", "index", "default", "posts", "rdf"}


def slugify(text: str) -> str:
    """Return the ASCII letters and digits of a text, in lower case, joined by hyphens; may be empty."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST].strip("-")


def default_slug(title: str, url: str, taken: Container[str]) -> str:
    """Return a slug for a source without one: from its title, else its host, and unique.

    The first that is free of: the name; the name with the words of the address's path; numbered ones. The
    same file always gives the same slugs, but a slug that must survive the removal of a neighbour has to be
    written.
    """
    return next(slug for slug in _candidates(title, url) if slug not in taken)


def _candidates(title: str, url: str) -> Iterator[str]:
    parts = urlsplit(url)
    name = slugify(title) or slugify((parts.hostname or "").removeprefix("www.")) or "source"
    yield name
    words = [word for word in slugify(parts.path).split("-") if word and word not in FEED_WORDS]
    if words:
        name = slugify("-".join([name, *words]))
        yield name
    for number in count(2):
        suffix = f"-{number}"
        yield name[: LONGEST - len(suffix)].rstrip("-") + suffix
