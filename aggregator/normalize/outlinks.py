"""Outbound links: links in an entry's text to pages of other sites.

A table of rules lists links that do not count, each with its reason. Links that a feed repeats in many posts
are not known here, since new posts are read without the others (see `rank.mentions`).
"""

import re
from collections.abc import Collection, Iterable
from itertools import islice
from urllib.parse import unquote

from aggregator.domains import registrable_domain
from aggregator.model import Outlink
from aggregator.normalize.limits import LINK_TEXT, OUTLINKS
from aggregator.normalize.links import canonical
from aggregator.normalize.text import Anchor, clean

_ANCHORS = 500  # of one entry that are considered

# Hosts and paths of links that do not count, with the reason.
_POINTLESS = re.compile(
    r"""
    # Files that are shown or played within a post.
      .*\.(?:jpe?g|png|gifv?|webp|svg|bmp|avif|ico|mp[34]|m4[av]|ogg|opus|wav|webm|mov)
    # Buttons that share a post.
    | (?:[\w-]+\.)?(?:twitter|x)\.com/(?:intent|share|home)\b.*
    | (?:[\w-]+\.)?facebook\.com/(?:sharer|share|dialog|plugins)\b.*
    | (?:[\w-]+\.)?linkedin\.com/(?:shareArticle|sharing|cws)\b.*
    | (?:[\w-]+\.)?reddit\.com/(?:r/\w+/)?submit\b.*
    | news\.ycombinator\.com/submitlink
    | (?:[\w-]+\.)?pinterest\.\w+/pin/create\b.*
    | (?:[\w-]+\.)?tumblr\.com/(?:share|widgets)\b.*
    | plus\.google\.com/(?:share|up)\b.*
    | (?:t|telegram)\.me/share\b.* | api\.whatsapp\.com/.* | wa\.me/.* | (?:web\.)?skype\.com/share
    | (?:[\w-]+\.)?(?:getpocket\.com/(?:save|edit)|instapaper\.com/\w+|flattr\.com/submit|buffer\.com/add)\b.*
    | (?:digg|del\.icio\.us|delicious|stumbleupon)(?:\.com)?/(?:submit|post|save)\b.*
    | bsky\.app/intent\b.* | b\.hatena\.ne\.jp/(?:add|entry)\b.*
    | (?:[\w-]+\.)?(?:addtoany|addthis|sharethis|shareaholic)\.com/.*
    # What services add to a feed: counters, advertisements, redirects that do not tell where to.
    | feeds\.wordpress\.com/.* | feeds\d*\.feedburner\.com/~.* | feedads\.g\.doubleclick\.net/.*
    | feedproxy\.google\.com/.*
    # To sign in, to subscribe, to give money.
    | medium\.com/m/.* | (?:[\w-]+\.)*list-manage\.com/subscribe.*
    | (?:[\w-]+\.)?(?:patreon|buymeacoffee|ko-fi|liberapay|paypal|flattr)\.(?:com|me)/.*
    # The profile of a person, who is credited.
    | (?:[\w-]+\.)?(?:twitter|x|instagram|facebook|github)\.com/[\w.-]+/?
    | (?:[\w-]+\.)?linkedin\.com/(?:in|company)/.* | (?:[\w-]+\.)?youtube\.com/(?:@|c/|user/|channel/).*
    """,
    re.IGNORECASE | re.VERBOSE,
)
# A link to a site's home page credits somebody; with a query, it may be any page.
_FRONT_PAGE = re.compile(r"[^/]+/(?:index\.(?:html?|php))?", re.IGNORECASE)
_ABSOLUTE = re.compile(r"\s*(?:https?:)?//(?:www\.)?([^/?#:@\s]+)", re.IGNORECASE)
_ARCHIVED = re.compile(r"https?://web\.archive\.org/web/[\w*]+/(https?:/+.+)")
# A fragment that selects a page of a single-page application; others name a place in a page.
_ROUTE = re.compile(r"[!/]")


def outlinks(
    anchors: Iterable[Anchor], *, base: str, own: Collection[str], page: str | None
) -> tuple[Outlink, ...]:
    """Return the links to pages of other sites, each once with its first text, at most 50.

    `own` are the registrable domains of the entry's own site. A link that contains the address of the entry's
    own `page` is for sharing or discussing it.
    """
    found: dict[str, Outlink] = {}
    own_page = page.partition("://")[2].rstrip("/") if page else ""
    for anchor in islice(anchors, _ANCHORS):
        url = _pointed_to(anchor, base, own)
        if url is None or url in found or (own_page and _carries(url, own_page)):
            continue
        text = " ".join(clean(anchor.text[: 2 * LINK_TEXT]).split())[:LINK_TEXT]
        if text:  # else nobody sees the link
            found[url] = Outlink(url, text)
        if len(found) == OUTLINKS:
            break
    return tuple(found.values())


def linked_hosts(anchors: Iterable[Anchor]) -> tuple[str, ...]:
    """Return the hosts that links name, each once, without `www.`, at most 50: also of front pages, which are no outlinks."""
    named = (_ABSOLUTE.match(anchor.href) for anchor in islice(anchors, _ANCHORS))
    return tuple(islice(dict.fromkeys(host[1].lower() for host in named if host), OUTLINKS))


def _carries(url: str, page: str) -> bool:
    """Whether a link contains a page's address, and not as part of a longer name (`a.co` in `alpha.com`)."""
    text = unquote(url)
    return page in text and re.search(rf"(?<![\w-]){re.escape(page)}(?![\w-])", text) is not None


def _pointed_to(anchor: Anchor, base: str, own: Collection[str]) -> str | None:
    """Return the page of another site that a link points to, else None; a link without text is a picture."""
    written = _ABSOLUTE.match(anchor.href)
    # Most other links lead to the entry's own site, and need no closer look.
    if not written or registrable_domain(written[1].lower()) in own or not anchor.text.strip():
        return None
    url = canonical(_unarchived(anchor.href), base=base)
    if url is None or host_domain(url) in own or _is_pointless(url):
        return None
    return _without_place(url)


def host_domain(url: str) -> str:
    """Return the registrable domain of a canonical link."""
    return registrable_domain(url.split("/", 3)[2].partition(":")[0].removeprefix("www."))


def _unarchived(href: str) -> str:
    archived = _ARCHIVED.fullmatch(href)
    return archived[1] if archived else href


def _without_place(url: str) -> str:
    page, _, fragment = url.partition("#")
    return url if fragment and _ROUTE.match(fragment) else page


def _is_pointless(url: str) -> bool:
    where, has_query, _ = url.partition("://")[2].partition("?")
    if not has_query and _FRONT_PAGE.fullmatch(where):
        return True
    return _POINTLESS.fullmatch(where.removeprefix("www.")) is not None
