"""Recognises an HTML page, and the feeds that it links to."""

from itertools import islice

from selectolax.lexbor import LexborHTMLParser

from aggregator.model import Fault, FaultCode, ParsedFeed, TextConstruct
from aggregator.nesting import flattened
from aggregator.parse.bounds import FEEDS

FEED_TYPES = {
    "application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml",
    "application/json", "text/xml", "application/xml",
}  # fmt: skip


def parse(body: bytes) -> ParsedFeed:
    """Return the page's title and the feeds it links to, in order; the page itself is a fault."""
    tree = LexborHTMLParser(flattened(body.decode("utf-8", "replace")))
    title = tree.css_first("title")
    named = (
        str(link.attributes["href"])
        for link in tree.css("link[rel~=alternate][href]")
        if (link.attributes.get("type") or "").lower().strip() in FEED_TYPES and link.attributes["href"]
    )
    feeds = tuple(islice(named, FEEDS))
    return ParsedFeed(
        format="html",
        title=TextConstruct(title.text(), "text") if title else None,
        feeds=feeds,
        fault=Fault(FaultCode.PAGE_WITH_FEED if feeds else FaultCode.PAGE),
    )
