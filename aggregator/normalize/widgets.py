"""Removes elements of a page that are not part of a post's text: forms, buttons, links to a heading itself."""

import re
from collections.abc import Iterable

from selectolax.lexbor import LexborNode

# A substring that the markup must contain, the selector, and the software that writes it.
_WIDGETS = (
    ("<form", "form"),  # newsletters of all kinds
    ("subscription-widget", '[class*="subscription-widget"]'),  # Substack
    ("subscribe-widget", '[class*="subscribe-widget"]'),  # Substack
    ("button-wrap", ".button-wrapper,.captioned-button-wrap"),  # Substack: subscribe, share, comment
    ("kg-signup-card", ".kg-signup-card"),  # Ghost
    ("wp-block-jetpack-subscriptions", ".wp-block-jetpack-subscriptions"),  # WordPress
    ("install-substack-app", ".install-substack-app-embed"),  # Substack
    ("community-chat", ".community-chat"),  # Substack
    ("kg-cta-card", ".kg-cta-card"),  # Ghost
    ("kg-button-card", ".kg-button-card"),  # Ghost
    ("wp-block-button", ".wp-block-button"),  # WordPress
    ("sharedaddy", ".sharedaddy"),  # WordPress
    ("addtoany", '[class*="addtoany_"]'),  # WordPress, by AddToAny
    ("yarpp", ".yarpp"),  # WordPress: related posts
    ("crp_related", ".crp_related"),  # WordPress: related posts
    ("toc_container", "#toc_container"),  # WordPress: a table of contents
    ("ez-toc-container", "#ez-toc-container"),  # WordPress: a table of contents
    ("saboxplugin-wrap", ".saboxplugin-wrap"),  # WordPress: the author
    ("jp-relatedposts", ".jp-relatedposts,#jp-relatedposts"),  # WordPress
    ("feedflare", ".feedflare"),  # FeedBurner
    ("blogger-post-footer", ".blogger-post-footer"),  # Blogger: what it adds to each post of the feed
    ("mw-editsection", ".mw-editsection"),  # MediaWiki: a link to edit, at each heading
    ("screen-reader-text", ".screen-reader-text"),  # WordPress: what is not seen
    ("visually-hidden", ".visually-hidden"),  # Drupal, Bootstrap
    ("sr-only", ".sr-only"),  # Bootstrap, Tailwind
    ("preheader", ".preheader"),  # letters: the line that a mailbox shows beside the subject
    ("mcnPreviewText", ".mcnPreviewText"),  # Mailchimp's
)
# Discourse ends each topic with how many posts and people there are, in the language of the forum.
_COUNTS = re.compile(r"[^\d\n]{0,15}\d+[^\d\n]{1,30} - [^\d\n]{0,15}\d+[^\d\n]{1,30}")
_LONGEST = 600  # characters; some sites have a whole page in a form
_HIDING = re.compile(
    r"(?:^|[;\"'\s])(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all|font-size\s*:\s*0(?![\d.]))",
    re.IGNORECASE,
)
# What also animates a page or folds a part of it, so that it hides no more than a line: the preview of a letter.
_OUTSIDE = re.compile(
    r"(?:^|[;\"'\s])(?:(?:left|right|top|margin(?:-\w+)?|text-indent)\s*:\s*-\d{3,}|clip\s*:\s*rect\s*\("
    r"|clip-path\s*:\s*inset\s*\(\s*(?:50|100)%)",
    re.IGNORECASE,
)
_NO_SIZE = re.compile(
    r"(?:^|[;\"'\s])(?:max-)?(?:height|width)\s*:\s*[01](?:px)?\s*(?:!important\s*)?(?:;|$)", re.IGNORECASE
)
_CUT = re.compile(r"overflow\s*:\s*hidden", re.IGNORECASE)
_SEEN_THROUGH = re.compile(r"(?:^|[;\"'\s])opacity\s*:\s*0(?![\d.])", re.IGNORECASE)
_ANIMATED = re.compile(r"transform|transition|animation", re.IGNORECASE)
_LONGEST_LINE = 300  # characters
# Of a link to a heading, and back from a footnote; any sign if the address is a place alone.
_A_SIGN = re.compile(r"[¶#§^*∞↩↑⬆↵⚓⛓🔗⌗⌘\[\]()\ufe0e\ufe0f\u200b\u00a0]{1,4}")
_ANY_SIGN = re.compile(r"[^\w<>]{1,4}")
# What such a link is called at a heading; also by programs that read a page aloud.
_CALLED = re.compile(
    r"(?:\W*(?:direct |copy |anchor |perma)?link(?: to (?:this )?(?:heading|section|header|title|here))?|\W*anchor)\W*",
    re.IGNORECASE,
)
_HEADINGS = "h1,h2,h3,h4,h5,h6"


def drop_widgets(body: LexborNode, markup: str) -> None:
    """Remove from a tree what is hidden by a style, asks for something, or links to itself."""
    if "style" in markup.lower():
        _drop(node for node in body.css("[style]") if _is_hidden(node))
    for sign, selector in _WIDGETS:
        if sign in markup:
            _drop(node for node in body.css(selector) if len(node.text(deep=True)) <= _LONGEST)
    if "<small" in markup:
        _drop(node for node in body.css("p > small") if _COUNTS.fullmatch(_words(node)))
    if "#" in markup:
        _drop(node for node in body.css('a[href*="#"]') if _A_SIGN.fullmatch(_words(node)))
        _drop(node for node in body.css('a[href^="#"]') if _ANY_SIGN.fullmatch(_words(node)))
        _drop(
            node
            for heading in body.css(_HEADINGS)
            for node in heading.css('a[href*="#"]')
            if _CALLED.fullmatch(_words(node))
        )


def _is_hidden(node: LexborNode) -> bool:
    style = node.attributes["style"] or ""
    return bool(_HIDING.search(style)) or (_may_hide(style) and len(node.text(deep=True)) <= _LONGEST_LINE)


def _may_hide(style: str) -> bool:
    return bool(
        _OUTSIDE.search(style)
        or (_NO_SIZE.search(style) and _CUT.search(style))
        or (_SEEN_THROUGH.search(style) and not _ANIMATED.search(style))
    )


def _words(node: LexborNode) -> str:
    return node.text(deep=True).strip(" \t\n")


def _drop(nodes: Iterable[LexborNode]) -> None:
    for node in list(nodes):
        node.decompose()
