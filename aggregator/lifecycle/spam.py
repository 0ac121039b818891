"""Hosts that sold or hacked blogs link to: gambling, pharmacies, parked domains.

Recognised by words in their names; a list of hosts would be outdated within a week. One such link proves
nothing, since there are honest posts about each of these.
"""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from aggregator.model import Entry

# Matched as whole words of a host's name, or joined to others (`bestcasino777`).
GAMBLING = (
    "casino", "kasino", "gacor", "togel", "slot", "slots", "jackpot", "poker", "betting", "sportsbet", "sportsbook",
    "roulette", "baccarat", "judi", "bandar", "1xbet", "bet365", "22bet", "melbet", "mostbet", "toto", "lottery",
)  # fmt: skip
PHARMACY = (
    "viagra", "cialis", "levitra", "pharmacy", "pharma", "pills", "tramadol", "xanax", "ozempic", "kamagra", "cbd",
    "sildenafil", "tadalafil",
)  # fmt: skip
PARKING = (
    "sedo", "sedoparking", "hugedomains", "afternic", "parkingcrew", "bodis", "parklogic", "parking",
    "domainmarket", "buydomains", "undeveloped", "domainsale", "parked",
)  # fmt: skip

# Long enough not to occur within an honest word, such as `megacorp` and `socialist`.
_GROWN_TOGETHER = re.compile(
    r"[ck]asino|gacor(?!p)|togel|sportsbet|1xbet|bet365|viagra|(?:buy|cheap|generic)cialis|cialis(?:online|pharm)|kamagra"
)
_SELLERS = ("dan.com", "sav.com")  # of domains, by names that others have as a part
_WORDS = {*GAMBLING, *PHARMACY, *PARKING}
_OFTEN = 4  # times
_SPEAKS = re.compile(
    r"\b(?:casinos?|gacor|togel|jackpots?|slot online|online slots?|free spins|poker|sportsbook|betting|roulette"
    r"|baccarat|viagra|cialis|tramadol|online pharmacy|kamagra|levitra)\b",
    re.IGNORECASE,
)
_PARKED_TEXT = re.compile(
    r"domain (?:name )?(?:is|may be) (?:for sale|parked)|buy this domain|this domain (?:has expired|is available)"
    r"|parked (?:free|domain|page)|inquire about this domain|domain parking",
    re.IGNORECASE,
)


def is_spam_host(host: str) -> bool:
    """Whether a host's name says gambling, pharmacy or parking."""
    name = host.rpartition(".")[0].lower()
    words = re.split(r"[.\-_\d]+", name)
    return not _WORDS.isdisjoint(words) or _GROWN_TOGETHER.search(name) is not None or _is_seller(host)


def is_spam(entry: Entry) -> bool:
    """Whether a post links to such a host, itself or in its text, or is mostly about it."""
    own = urlsplit(entry.link).hostname if entry.link else None
    return (
        any(is_spam_host(host) for host in (own, *entry.hosts) if host)
        or len(_SPEAKS.findall(f"{entry.title} {entry.text[:2000]}")) >= _OFTEN
    )


def is_parking_host(host: str) -> bool:
    """Whether a host's name is that of a seller of domains."""
    return not set(PARKING).isdisjoint(host.lower().split(".")) or _is_seller(host)


def _is_seller(host: str) -> bool:
    return host.lower().removeprefix("www.") in _SELLERS


def spam_hosts(entries: Iterable[Entry]) -> tuple[str, ...]:
    """Return the spam hosts that these entries link to, each once."""
    hosts = (urlsplit(entry.link).hostname for entry in entries if entry.link)
    return tuple(dict.fromkeys(host for host in hosts if host and is_spam_host(host)))


def is_parked(page: str) -> bool:
    """Whether the text of a page offers its own domain for sale."""
    return bool(_PARKED_TEXT.search(page))
