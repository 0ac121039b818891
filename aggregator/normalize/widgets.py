"""Elements of a page that stand in a post but are no part of its text: forms, buttons, links to a heading itself."""

import re
from collections.abc import Iterable

from selectolax.lexbor import LexborNode

# A sign in the markup, without which it is not looked for; what to look for; and who writes it.
_WIDGETS = (
    ("<form", "form"),  # letters of all kinds, to subscribe
    ("subscription-widget", '[class*="subscription-widget"]'),  # Substack
    ("subscribe-widget", '[class*="subscribe-widget"]'),  # Substack
    ("button-wrap", ".button-wrapper,.captioned-button-wrap"),  # Substack: subscribe, share, comment
    ("kg-signup-card", ".kg-signup-card"),  # Ghost
    ("wp-block-jetpack-subscriptions", ".wp-block-jetpack-subscriptions"),  # WordPress
    ("sharedaddy", ".sharedaddy"),  # WordPress
    ("jp-relatedposts", ".jp-relatedposts,#jp-relatedposts"),  # WordPress
    ("feedflare", ".feedflare"),  # FeedBurner
)
_LONGEST = 600  # characters; some sites have a whole page in a form
_HIDING = re.compile(
    r"(?:^|[;\"'\s])(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all|font-size\s*:\s*0(?![\d.]))",
    re.IGNORECASE,
)
_A_SIGN = re.compile(
    "[¶#§^*∞↩↑⬆↵⚓⛓🔗\ufe0e\ufe0f\u200b\u00a0]{1,3}"
)  # of a link to a heading, and back from a footnote


def drop_widgets(body: LexborNode, markup: str) -> None:
    """Take out of a tree what is hidden by a style, asks for something, or is a link to its own place."""
    if _HIDING.search(markup):
        _drop(node for node in body.css("[style]") if _HIDING.search(node.attributes["style"] or ""))
    for sign, selector in _WIDGETS:
        if sign in markup:
            _drop(node for node in body.css(selector) if len(node.text(deep=True)) <= _LONGEST)
    if "#" in markup:
        _drop(
            node
            for node in body.css('a[href*="#"]')
            if _A_SIGN.fullmatch(node.text(deep=True).strip(" \t\n"))
        )


def _drop(nodes: Iterable[LexborNode]) -> None:
    for node in list(nodes):
        node.decompose()
