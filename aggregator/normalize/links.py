"""Links: absolute, `http` or `https`, and the same for the same page."""

import re
from urllib.parse import parse_qs, quote, urljoin, urlsplit, urlunsplit

from aggregator.normalize.limits import ADDRESS
from aggregator.urls import with_ascii_host, with_slashes

# Parameters of programs that count clicks and letters: Google (utm_, gclid), Matomo (pk_, mtm_), HubSpot (hsa_, _hs),
# Meta (fbclid), Mailchimp (mc_), Marketo (mkt_tok), AT Internet (at_, xtor) and the like. Our own choice, shorter than
# the lists of ad blockers: those are for links that a reader clicks, where a name too many does no harm, but
# here two posts would become one. So names that select a page on some sites (ref, source, id, campaign) are
# not among them.
_TRACKING = re.compile(
    r"utm_\w+|(?:hsa|pk|mtm|vero|oly)_\w+|mc_(?:cid|eid)|_hs(?:enc|mi)|__hs\w+|__s|_openstat|yclid|ysclid"
    r"|(?:fbc|gc|dc|twc|msclk|ttc)lid|(?:msclk|wbra|gbra)id|fb_action_\w+|gclsrc|igshid|mkt_tok|trk|trkCampaign|sc_c\w+"
    r"|ck_subscriber_id|s_cid|rss_?(?:id|source)|at_(?:campaign|medium)|cmpid|ncid|xtor|wt_mc|spm",
    re.IGNORECASE,
)
_IDLE = re.compile(
    r"(?::~:.*|utm_\w+=.*|xtor=.*|ref=.*|atom-\w+|rss|feed|atom|comments?|respond|disqus_thread|more-\d+|top)?$",
    re.IGNORECASE,
)
_AMPERSAND = re.compile(
    r"&(?:amp;|#0{0,3}38;|#x26;)(?:amp;|#0{0,3}38;|#x26;)?", re.IGNORECASE
)  # never intended in an address
_WRAPPED = re.compile(r"<a\s[^<>]*?\bhref\s*=\s*[\"']?([^\"'\s<>]+)", re.IGNORECASE)
_SCHEME_TWICE = re.compile(r"https?:/+(https?):?/+", re.IGNORECASE)
_FEW_SLASHES = re.compile(r"(https?):/?(?=[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:[/:?#]|\Z))", re.IGNORECASE)
_NO_SCHEME = re.compile(r"www\.[a-z0-9-]+\.[a-z]", re.IGNORECASE)
_PORTS = {"http": 80, "https": 443}
# An address that needs no change: nothing to resolve, decode, quote or drop. Most are like this.
_CLEAN = re.compile(
    r"(?!.*/\.)https?://[a-z0-9-]+(?:\.[a-z0-9-]+)+(?P<path>/(?:[A-Za-z0-9._~/-]|%[0-9A-F]{2})*+)?"
)
_ENCODED = re.compile(r"%[0-9a-fA-F]{2}")

# Redirectors that carry the real address in a parameter: host, path, parameter.
_PROXIES = (
    (re.compile(r"(?:www\.)?google\.\w+(?:\.\w+)?/url"), ("url", "q")),
    (re.compile(r"news\.google\.\w+/news/url"), ("url",)),
    (re.compile(r"(?:www\.)?bing\.com/news/apiclick\.aspx"), ("url",)),
    (re.compile(r"(?:l|lm)\.facebook\.com/l\.php"), ("u",)),
    (re.compile(r"(?:www\.)?rssmix\.com/u/\d+/redirect"), ("url",)),
)


def resolve(link: str | None, base: str) -> str | None:
    """Return an absolute http(s) address, otherwise unchanged; None if there is none."""
    written = _written(link or "")
    if written in ("", "#") or len(written) > ADDRESS:
        return None
    if _CLEAN.fullmatch(written):
        return written
    try:
        parts = with_ascii_host(urlsplit(urljoin(base, _repaired(written, base).replace(" ", "%20"))))
        _ = parts.port  # raises if it is no number
        if "/." in parts.path:  # `urljoin` keeps them in an absolute address
            parts = parts._replace(path=urljoin("/", parts.path))
    except ValueError:
        return None
    host = parts.hostname or ""
    is_web = parts.scheme in _PORTS and bool(host) and not re.search(r"[\x00-\x20\s<>\"'%\\^`{|}]", host)
    return quote(urlunsplit(parts), safe="%/:=&?~#+!$,;'@()*[]-._") if is_web else None


def _written(link: str) -> str:
    """Return an address without wrappings: white space, and CDATA and ampersands that were escaped twice."""
    written = re.sub(r"[\t\r\n]", "", link).strip()
    if written.startswith("<![CDATA["):
        written = written.removeprefix("<![CDATA[").removesuffix(">").removesuffix("]]").strip()
    return _AMPERSAND.sub("&", written) if "&" in written else written


def _repaired(written: str, base: str) -> str:
    """Return an address without mistakes that no path contains: markup around it, a doubled or missing scheme, backslashes."""
    if wrapped := _WRAPPED.match(written):
        written = wrapped[1]
    written = with_slashes(written)
    for slip in (_SCHEME_TWICE, _FEW_SLASHES):
        if found := slip.match(written):
            written = f"{found[1]}://{written[found.end() :]}"
    home = urlsplit(base)
    if _NO_SCHEME.match(written) or (home.netloc and written.startswith(f"{home.netloc}/")):
        return f"{home.scheme or 'https'}://{written}"
    return written


def canonical(link: str | None, *, base: str) -> str | None:
    """Return the canonical form of a page's address, None if it is not a web address.

    Scheme and host in lower case, no default port, no fragment that carries nothing, no tracking parameter,
    no feed proxy, and what is encoded in the path in capitals (RFC 3986, section 6.2.2.1).
    """
    absolute = resolve(link, base)
    if absolute is None:
        return None
    if clean := _CLEAN.fullmatch(absolute):
        return absolute if clean["path"] else f"{absolute}/"
    parts = urlsplit(absolute)
    if inner := _unwrapped(f"{parts.hostname}{parts.path}", parts.query):
        return canonical(inner, base=base)
    port = f":{parts.port}" if parts.port and parts.port != _PORTS[parts.scheme] else ""
    host = f"[{parts.hostname}]" if ":" in str(parts.hostname) else str(parts.hostname)
    # A fragment distinguishes the posts of one page (scripting.com, release notes), unless it is meaningless.
    fragment = "" if _IDLE.match(parts.fragment) else parts.fragment
    path = _ENCODED.sub(lambda byte: byte[0].upper(), parts.path) or "/"
    return urlunsplit((parts.scheme, f"{host}{port}", path, _bare(parts.query), fragment))[:ADDRESS]


def _bare(query: str) -> str:
    """Drop tracking parameters; the rest stays byte for byte, in its order."""
    pairs = [pair for pair in query.split("&") if pair]
    return "&".join(pair for pair in pairs if not _TRACKING.fullmatch(pair.partition("=")[0]))


def _unwrapped(place: str, query: str) -> str | None:
    for pattern, names in _PROXIES:
        if pattern.fullmatch(place):
            values = parse_qs(query)
            found = (values[name][0] for name in names if name in values)
            return next((url for url in found if url.startswith(("http://", "https://"))), None)
    return None
