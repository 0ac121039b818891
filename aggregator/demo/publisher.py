"""Small publishers on loopback: each serves a sample blog's feed, and a page for each post."""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import partial
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from typing_extensions import override

from aggregator.demo.documents import EPISODE, Blog, blog_names, chime, sample_blogs

FEED = "feed"  # the last part of a feed's address; that of a post is its number


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    blogs: dict[str, Blog]

    @property
    def address(self) -> str:
        """Its host and port."""
        return "{}:{}".format(*self.server_address)


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        """Answer with a feed, honouring its validator, or with the page of a post."""
        name, _, rest = self.path.lstrip("/").partition("/")
        blog = self.server.blogs.get(name)
        if blog is None:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        media_type, body = self._document(blog, rest)
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        is_known = self.headers.get("If-None-Match") == etag
        self.send_response(HTTPStatus.NOT_MODIFIED if is_known else HTTPStatus.OK)
        self.send_header("ETag", etag)
        if is_known:
            self.end_headers()
            return
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _document(self, blog: Blog, rest: str) -> tuple[str, bytes]:
        now = datetime.now(UTC)
        if rest.endswith(EPISODE):
            return "audio/wav", chime()
        media_type, body = blog.document(now) if rest == FEED else ("text/html", _page(blog, self.path, now))
        return f"{media_type}; charset=utf-8", body

    @override
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the log tells of each poll."""


def _page(blog: Blog, path: str, now: datetime) -> bytes:
    posts = [post for post in blog.posts if post.published <= now and post.link.endswith(path)]
    text = "".join(f"<h2>{escape(post.title)}</h2>{post.html}" for post in posts or blog.posts)
    return (
        f'<!doctype html><html lang="{blog.language}" dir="auto"><meta charset="utf-8">'
        f"<title>{escape(blog.title)}</title><h1>{escape(blog.title)}</h1>{text}</html>"
    ).encode()


@contextmanager
def publishing() -> Iterator[list[str]]:
    """Publish each sample blog on a free port of an address of its own; yield the addresses of their feeds.

    Blogs of one host would be one publisher's, and so mention nobody.
    """
    with ExitStack() as stack:
        servers = {name: _server(number) for number, name in enumerate(blog_names(), 1)}
        sites = {name: f"http://{server.address}" for name, server in servers.items()}
        for blog in sample_blogs(sites, datetime.now(UTC)):
            servers[blog.name].blogs = {blog.name: blog}
            stack.enter_context(_served(servers[blog.name]))
        yield [f"{site}/{name}/{FEED}" for name, site in sites.items()]


def _server(number: int) -> _Server:
    """Return a server on one of the many addresses of loopback, or on the first one if the system has no other."""
    try:
        return _Server((f"127.0.0.{number}", 0), _Handler)
    except OSError:  # macOS
        return _Server(("127.0.0.1", 0), _Handler)


@contextmanager
def _served(server: _Server) -> Iterator[None]:
    thread = threading.Thread(target=partial(server.serve_forever, poll_interval=0.1), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
