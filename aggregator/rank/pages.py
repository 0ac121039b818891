"""Which addresses lead to the same page."""

import re

_INDEX = re.compile(r"/index\.(?:html?|php)$")


def page(url: str) -> str:
    """Return what all links to one page have in common: http or https, with or without `www.` and a final slash."""
    address = url.partition("://")[2].removeprefix("www.")
    if "#" in address or "?" in address:
        return address
    return _INDEX.sub("", address).rstrip("/")


def is_front_page(url: str) -> bool:
    """Whether an address is a site's home page, which represents the site and not a post."""
    return "/" not in page(url)
