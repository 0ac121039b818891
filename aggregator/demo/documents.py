"""Sample blogs as documents of each format that feeds are written in."""

import json
import re
import tomllib
import wave
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from functools import cache
from html import escape
from importlib.resources import files
from io import BytesIO
from math import exp, pi, sin
from types import MappingProxyType
from typing import Any

EPISODE = ".wav"  # behind the address of a post: its episode
CHIME_SECONDS = 3
_ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"

_OTHER_BLOG = re.compile(r"(?<=href=\")@([a-z-]+)/")
BETWEEN_POSTS = timedelta(seconds=20)  # that are brought out while one watches


@dataclass(frozen=True, slots=True)
class Post:
    """A post of a sample blog. Text in `html`; the title may be empty."""

    link: str
    title: str
    html: str
    tags: tuple[str, ...]
    published: datetime
    audio: bool


@dataclass(frozen=True, slots=True)
class Blog:
    """A sample blog; `format` is a key of `FORMATS`."""

    name: str
    title: str
    format: str
    language: str
    link: str
    posts: tuple[Post, ...]

    def document(self, now: datetime) -> tuple[str, bytes]:
        """Return the media type and the document of its feed, with what is published by now, newest first."""
        out = sorted(
            (post for post in self.posts if post.published <= now),
            key=lambda post: post.published,
            reverse=True,
        )
        media_type, write = FORMATS[self.format]
        return media_type, write(self, out).encode()


def blog_names() -> list[str]:
    """Return the names of the blogs, in their order."""
    return [table["name"] for table in _tables()]


def _tables() -> list[dict[str, Any]]:
    tables: list[dict[str, Any]] = tomllib.loads(
        files("aggregator.demo").joinpath("blogs.toml").read_text("utf-8")
    )["blog"]
    return tables


def sample_blogs(sites: Mapping[str, str], start: datetime) -> list[Blog]:
    """Return the blogs of a service that began at `start`; `sites` are their addresses, without a path, by their names."""
    blogs: list[Blog] = []
    known: dict[str, Post] = {}
    late = 0
    links = {name: f"{site}/{name}/" for name, site in sites.items()}
    for table in _tables():
        link = links[table["name"]]
        posts = []
        for number, row in enumerate(table["post"]):
            if "copy_of" in row:
                posts.append(known[row["copy_of"]])
                continue
            late += "hours" not in row
            age = timedelta(hours=row["hours"]) if "hours" in row else -late * BETWEEN_POSTS
            post = _post(row, f"{link}{number}", start - age, links)
            known[post.title] = post
            posts.append(post)
        blogs.append(
            Blog(table["name"], table["title"], table["format"], table["language"], link, tuple(posts))
        )
    return blogs


def _post(row: Mapping[str, Any], link: str, published: datetime, links: Mapping[str, str]) -> Post:
    html = _OTHER_BLOG.sub(lambda other: links[other[1]], row["html"])
    tags = tuple(row.get("tags", ()))
    return Post(link, row.get("title", ""), html, tags, published, row.get("audio", False))


def _rss(blog: Blog, posts: Sequence[Post]) -> str:
    items = "".join(
        f"<item>{_element('title', post.title)}<link>{post.link}</link><guid>{post.link}</guid>"
        f"<pubDate>{format_datetime(post.published)}</pubDate>"
        f"{''.join(_element('category', tag) for tag in post.tags)}{_element('description', post.html)}"
        + (_episode(post.link) if post.audio else "")
        + "</item>"
        for post in posts
    )
    return (
        f'<rss version="2.0" xmlns:itunes="{_ITUNES}"><channel><title>{escape(blog.title)}</title><link>{blog.link}</link>'
        f"<language>{blog.language}</language><description/>{items}</channel></rss>"
    )


def _episode(link: str) -> str:
    return (
        f'<enclosure url="{link}{EPISODE}" length="{len(chime())}" type="audio/wav"/>'
        f"<itunes:duration>{CHIME_SECONDS}</itunes:duration>"
    )


@cache
def chime() -> bytes:
    """Return what the podcast's episodes sound like: a bell, as a WAV file."""
    rate = 8_000  # samples a second
    times = (number / rate for number in range(CHIME_SECONDS * rate))
    samples = bytes(round(128 + 80 * exp(-1.5 * time) * sin(2 * pi * 523.25 * time)) for time in times)
    out = BytesIO()
    with wave.open(out, "wb") as file:
        file.setparams((1, 1, rate, 0, "NONE", "not compressed"))
        file.writeframes(samples)
    return out.getvalue()


def _rss1(blog: Blog, posts: Sequence[Post]) -> str:
    places = "".join(f'<rdf:li rdf:resource="{post.link}"/>' for post in posts)
    items = "".join(
        f'<item rdf:about="{post.link}">{_element("title", post.title)}<link>{post.link}</link>'
        f"<dc:date>{post.published.isoformat()}</dc:date>{_element('description', post.html)}</item>"
        for post in posts
    )
    return (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="{blog.link}">'
        f"<title>{escape(blog.title)}</title><link>{blog.link}</link><description/>"
        f"<dc:language>{blog.language}</dc:language><items><rdf:Seq>{places}</rdf:Seq></items></channel>"
        f"{items}</rdf:RDF>"
    )


def _atom(blog: Blog, posts: Sequence[Post]) -> str:
    entries = "".join(
        f'<entry>{_element("title", post.title)}<link href="{post.link}"/><id>{post.link}</id>'
        f"<updated>{post.published.isoformat()}</updated><published>{post.published.isoformat()}</published>"
        f"{''.join(f'<category term={chr(34)}{escape(tag)}{chr(34)}/>' for tag in post.tags)}"
        f'<content type="html">{escape(post.html)}</content></entry>'
        for post in posts
    )
    updated = posts[0].published.isoformat() if posts else "1970-01-01T00:00:00Z"
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{blog.language}"><title>{escape(blog.title)}</title>'
        f'<link href="{blog.link}"/><id>{blog.link}</id><updated>{updated}</updated>'
        f"<author><name>{escape(blog.title)}</name></author>{entries}</feed>"
    )


def _json(blog: Blog, posts: Sequence[Post]) -> str:
    items = [
        {"id": post.link, "url": post.link, "content_html": post.html, "tags": post.tags}
        | {"date_published": post.published.isoformat()}
        | ({"title": post.title} if post.title else {})
        for post in posts
    ]
    return json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": blog.title,
            "home_page_url": blog.link,
            "language": blog.language,
            "items": items,
        }
    )


def _element(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>"


FORMATS: Mapping[str, tuple[str, Callable[[Blog, Sequence[Post]], str]]] = MappingProxyType(
    {
        "rss": ("application/rss+xml", _rss),
        "rss1": ("application/rdf+xml", _rss1),
        "atom": ("application/atom+xml", _atom),
        "json": ("application/feed+json", _json),
    }
)
