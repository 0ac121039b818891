"""Which addresses are fixed places of a site (a product, its price, its documentation, a shop), and nothing that was written.

Posts of many publishers link to such pages whenever they name a product, for years. That is no news: of the pages
without a source that three publishers of our corpus link to, all five were of this kind (`developer.apple.com/wwdc`,
`aws.amazon.com/s3`). So they are no finds; a post of a source at such an address can still be mentioned.
"""

import re
from urllib.parse import urlsplit

# One word, as products and sections are called. Posts have several words, a number or a file's name in their address.
_WORD = re.compile(r"[a-z]{1,24}\d?")
# Choices of one and the same page: a language with a region, or a version.
_CHOICE = re.compile(
    r"[a-z]{2}(?:[-_][a-z]{2,4})?|latest|stable|current|main|master|v\d+|v?\d{1,2}(?:\.(?:\d{1,2}|x))+",
    re.IGNORECASE,
)
# What is sold is below these.
_FIRST = {
    "buy", "dp", "features", "gp", "pricing", "product", "products", "settings", "shop", "software",
    "solutions", "store",
}  # fmt: skip
_LAST = {
    "about", "account", "api", "apps", "careers", "cart", "changelog", "checkout", "console", "contact",
    "dashboard", "demo", "doc", "docs", "documentation", "download", "downloads", "faq", "faqs", "get-started",
    "getting-started", "guide", "guides", "help", "home", "install", "installation", "intro",
    "introduction", "jobs", "legal", "licence", "license", "login", "manual", "newsletter", "overview",
    "plans", "podcast", "press", "pricing", "privacy", "quickstart", "quick-start", "reference",
    "register", "releases", "roadmap", "sign-in", "sign-up", "signin", "signup", "status", "subscribe",
    "support", "terms", "trial", "tutorial", "tutorials", "user-guide", "welcome", "what-is",
}  # fmt: skip
_WHAT_IS = re.compile(r"what-is-[\w-]+")  # the first page of a manual, at AWS and others
_FILE = re.compile(r"\.(?:html?|php|aspx?)$")
# Shops, and services that shorten an address, whose links do not say where they lead.
_HOST = re.compile(
    r"(?:.+\.)?(?:amazon\.[a-z]{2,3}(?:\.[a-z]{2})?|(?:apps|itunes)\.apple\.com|play\.google\.com"
    r"|chromewebstore\.google\.com|addons\.mozilla\.org|marketplace\.visualstudio\.com)"
    r"|t\.co|bit\.ly|goo\.gl|amzn\.to|tinyurl\.com|ow\.ly|buff\.ly|lnkd\.in|dlvr\.it|is\.gd|j\.mp|rebrand\.ly"
)
_CLOUD = re.compile(r"(?:aws|docs\.aws)\.amazon\.com")  # of the same owner, and no shop


def is_landing_page(url: str) -> bool:
    """Whether an absolute address is a fixed place of a site, by its host and its path alone."""
    address = urlsplit(url)
    host = (address.hostname or "").removeprefix("www.")
    if _HOST.fullmatch(host) and not _CLOUD.fullmatch(host):
        return True
    is_chosen = bool(address.query or address.fragment)  # among pages of one path
    parts = [part for part in _FILE.sub("", address.path).split("/") if part]
    named = [part for part in parts if not _CHOICE.fullmatch(part) and part != "index"]
    if not named:
        return not is_chosen
    first, last = named[0].lower(), named[-1].lower()
    if first in _FIRST or last in _LAST or _WHAT_IS.fullmatch(last):
        return True
    is_post = is_chosen or len(named) > 1 or _FILE.search(address.path)
    return not is_post and _WORD.fullmatch(named[0]) is not None
