"""Which entry of a document is which row of its feed.

A table of rules, surest first; each entry and each row is taken once. So entries whose guids all change at
once are found by their links, edited permalinks by their guids, and entries with neither by their words.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice, pairwise
from urllib.parse import urldefrag, urlsplit

from aggregator.model import Entry
from aggregator.reconcile.text_similarity import Comparer
from aggregator.reconcile.types import Known

FEWEST_LETTERS = 12  # of a title that identifies a post
ARCHIVE = 5  # posts that reappear at once and match by their titles alone
HALF = 0.5  # of the words: less is no edit of a post
LONG_ENOUGH = 200  # characters: the same words at this length are the same post, whatever its date
FEWEST_WORDS = 15  # of a text that identifies a post
SLIP = 0.6  # of a title's pairs of letters stay the same when a slip in it is corrected
SLIP_ALONE = 0.85  # if there are no words beside the title
SOON = timedelta(days=1)  # within which what was published is corrected
CANDIDATES = 20  # rows under one key that an entry is compared with, newest first

# Meaningless guids: placeholders, and positions in a list.
_WORTHLESS = re.compile(r"n/?a|none|null|nil|undefined|guid|id|false|true|-?\d{0,3}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a single match depends on of the whole document and the rows of its feed."""

    telling: Collection[str | None]  # identifiers, each of one post
    oldest: datetime | None  # date that the document lists
    texts: Comparer = field(default_factory=Comparer)


Key = Callable[[Entry | Known], Hashable]
Test = Callable[[Evidence, Entry, Known], bool]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: entry and row match if they agree in `key` and nothing contradicts it."""

    reason: str
    key: Key
    holds: Test = lambda _evidence, _entry, _row: True
    is_alone: bool = False  # a key that several entries of the document share identifies none of them
    least: int = 1  # matches at once, fewer are chance


def matched(
    entries: Sequence[Entry],
    known: Sequence[Known],
    *,
    dates: Sequence[datetime | None],
    has_others: bool = False,
) -> dict[int, Known]:
    """Return the row of each entry that has one, by the entry's index in the document.

    `dates` are those of all that the document lists; `has_others` says whether it lists more, known by other guids
    or links.
    """
    rows: dict[int, Known] = {}
    evidence = Evidence(
        _telling(entries, known, has_others=has_others),
        min((date for date in dates if date), default=None),
    )
    newest_first = sorted(known, key=lambda row: (row.placed, row.id), reverse=True)
    for rule in RULES:
        taken = {row.id for row in rows.values()}
        free = [row for row in newest_first if row.id not in taken]
        found = _by_rule(rule, evidence, entries, free, rows)
        if len(found) >= rule.least:
            rows |= found
    return rows


def _telling(entries: Sequence[Entry], known: Sequence[Known], *, has_others: bool) -> set[str | None]:
    """Return the identifiers that belong to one post each, in a feed that gives its posts different ones.

    If a feed has only one identifier, it is unknown whether the next post will have another.
    """
    listed = Counter(name for entry in entries if (name := _identifier(entry)))
    stored = Counter(name for row in known if (name := _identifier(row)))
    if len(listed | stored) + has_others <= 1:
        return set()
    return {
        name
        for name, times in listed.items()
        if times == stored[name] == 1 and not _WORTHLESS.fullmatch(name)
    }


def _by_rule(
    rule: Rule,
    evidence: Evidence,
    entries: Sequence[Entry],
    free: Sequence[Known],
    known: Mapping[int, Known],
) -> dict[int, Known]:
    candidates, crowded = _by_key(rule, free), _crowded(entries, rule.key) if rule.is_alone else set()
    found: dict[int, Known] = {}
    for index, entry in enumerate(entries):
        key = rule.key(entry)
        if index in known or key is None or key in crowded:
            continue
        nearest = islice(candidates[key], CANDIDATES)
        row = next((row for row in nearest if rule.holds(evidence, entry, row)), None)
        if row:
            found[index] = row
            candidates[key].remove(row)
    return found


def _by_key(rule: Rule, rows: Sequence[Known]) -> dict[Hashable, list[Known]]:
    found: dict[Hashable, list[Known]] = defaultdict(list)
    for row in rows:
        if (key := rule.key(row)) is not None:
            found[key].append(row)
    return found


def _crowded(entries: Sequence[Entry], key: Key) -> set[Hashable]:
    """Return the keys that several entries of the document share: the link of a front page, a daily title."""
    counts = Counter(key(entry) for entry in entries)
    return {value for value, times in counts.items() if times > 1}


def schemeless(address: str | None) -> str | None:
    """Return an address without what changes when its site moves to https."""
    if not address:
        return None
    return address.removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/")


def _telling_title(item: Entry | Known) -> Hashable:
    key = " ".join(re.findall(r"\w+", item.title.casefold()))
    return key if len(key) >= FEWEST_LETTERS else None


def _guid_and_link(item: Entry | Known) -> Hashable:
    return (schemeless(item.guid), schemeless(item.link)) if item.guid else None


def _title_and_date(item: Entry | Known) -> Hashable:
    return (item.title.casefold(), item.published) if item.title and item.published else None


def _link(item: Entry | Known) -> Hashable:
    return schemeless(item.link)


def _link_and_title(item: Entry | Known) -> Hashable:
    return (schemeless(item.link), item.title) if item.link and item.title and not item.guid else None


def _is_one_post(evidence: Evidence, entry: Entry, row: Known) -> bool:
    """Whether two entries with one guid are different posts; an edited permalink leaves date, title or words the same."""
    if not entry.link or not row.link or schemeless(entry.link) == schemeless(row.link):
        return _is_not_another(evidence, entry, row)
    return _is_alike(evidence, entry, row)


def _is_not_another(evidence: Evidence, entry: Entry, row: Known) -> bool:
    """Whether two entries with one guid and link are different posts, as in a feed where each is `N/A`: then title, date and words differ."""
    if not entry.title or not row.title or entry.title.casefold() == row.title.casefold():
        return True
    return _same_date(entry, row) or _has_half(evidence, entry, row)


def _has_half(evidence: Evidence, entry: Entry, row: Known) -> bool:
    return evidence.texts.share(entry.text, row.text) >= HALF


def _is_archived(evidence: Evidence, entry: Entry, row: Known) -> bool:
    """Whether entries with one title are a series: their texts differ."""
    return not (entry.text and row.text) or _has_half(evidence, entry, row)


def _is_one_page(evidence: Evidence, entry: Entry, row: Known) -> bool:
    """Whether entries with one link are different posts, of a changelog or a front page: then guid and words both differ."""
    if not entry.guid or not row.guid or schemeless(entry.guid) == schemeless(row.guid):
        return _is_not_another(evidence, entry, row)
    return _is_alike(evidence, entry, row)


def _is_alike(evidence: Evidence, entry: Entry, row: Known) -> bool:
    same_title = bool(entry.title) and entry.title.casefold() == row.title.casefold()
    return same_title or _same_date(entry, row) or evidence.texts.are_alike(entry.text, row.text)


def _is_republished(_evidence: Evidence, entry: Entry, row: Known) -> bool:
    """Whether this is an archive that moved, with the same words under other keys, and not a formula of few words."""
    if not (entry.guid or entry.link) or _same_page(entry, row):
        return True
    return _same_date(entry, row) or len(entry.text) >= LONG_ENOUGH


def _same_page(entry: Entry, row: Known) -> bool:
    """Whether the links differ at most in their fragments."""
    return bool(entry.link) and _page(entry) == _page(row)


def _page(item: Entry | Known) -> str | None:
    return schemeless(urldefrag(item.link or "").url)


def _has_no_keys(entry: Entry, row: Known) -> bool:
    return not (entry.guid or entry.link or row.guid or row.link)


def _same_date(entry: Entry, row: Known) -> bool:
    return entry.published is not None and entry.published == row.published


def _moved(evidence: Evidence, entry: Entry, row: Known) -> bool:
    """Whether this is the same post after a change of software, which changes guids, links and often the markup."""
    if _has_no_keys(entry, row) or not (entry.text or row.text):
        return True
    return evidence.texts.are_alike(entry.text, row.text)


def _identifier(item: Entry | Known) -> str | None:
    """Return the identifier that a feed gives to a post."""
    return schemeless(item.guid or item.link)


def _is_rewritten(evidence: Evidence, entry: Entry, row: Known) -> bool:
    """Whether this is a post of which everything but its guid was edited, and not the next one under a reused guid.

    If the feed has other guids, a guid decides; else the link is needed, too, if it leads further than to a
    site.
    A link alone identifies a post for a while: what appears on the same page next month is another post.
    """
    is_told = _identifier(entry) in evidence.telling
    if not entry.guid:
        return is_told and _leads_to_a_page(entry) and _is_soon(entry, row)
    same_link = _leads_to_a_page(entry) and schemeless(entry.link) == schemeless(row.link)
    return is_told or (same_link and not _WORTHLESS.fullmatch(entry.guid))


def _leads_to_a_page(entry: Entry) -> bool:
    parts = urlsplit(entry.link or "")
    return bool(parts.path.strip("/") or parts.query)


def _is_soon(entry: Entry, row: Known) -> bool:
    return entry.date is not None and row.date is not None and abs(entry.date - row.date) <= SOON


def _is_corrected(evidence: Evidence, entry: Entry, row: Known) -> bool:
    """Whether this is a post whose title was corrected, and with it address and guid, and not another one of the same date.

    Its words are nearly the same. If the title is a different one, they must be more than a formula, and the
    document must list entries older than the row: so that the row was removed, and did not just drop off the
    end.
    """
    is_missed = (
        evidence.oldest is not None and entry.published is not None and evidence.oldest < entry.published
    )
    if not (entry.text or row.text):
        return _differ_by_a_slip(entry.title, row.title, SLIP_ALONE)
    if not entry.text or not evidence.texts.are_alike(entry.text, row.text):
        return False
    return _differ_by_a_slip(entry.title, row.title) or (
        is_missed and len(evidence.texts.words(entry.text)) >= FEWEST_WORDS
    )


def _is_soon_corrected(_evidence: Evidence, entry: Entry, row: Known) -> bool:
    """Whether this is a post that was corrected and re-dated, and not the next one of a series with the same words."""
    return _is_soon(entry, row) and _differ_by_a_slip(entry.title, row.title)


def _telling_text(item: Entry | Known) -> Hashable:
    return item.text if len(item.text.split()) >= FEWEST_WORDS else None


def _differ_by_a_slip(one: str, other: str, share: float = SLIP) -> bool:
    """Whether titles are nearly the same letter by letter; if their numbers differ, they are posts of a series."""
    if re.findall(r"\d+", one) != re.findall(r"\d+", other):
        return False
    pairs, others = (set(pairwise(title.casefold())) for title in (one, other))
    return 2 * len(pairs & others) >= share * (len(pairs) + len(others))


RULES = (
    Rule("everything is what it was", lambda item: (item.guid, item.link, item.fingerprint)),
    Rule("guid and link are what they were", _guid_and_link, _is_not_another),
    Rule(
        "the guid is what it was; the permalink was edited", lambda item: schemeless(item.guid), _is_one_post
    ),
    Rule("one of several on a page, under its title", _link_and_title),
    Rule("the link is what it was; the guid is new, or worthless", _link, _is_one_page, is_alone=True),
    Rule("the words are what they were", lambda item: item.fingerprint, _is_republished),
    Rule("title and date are what they were", _title_and_date, _moved),
    Rule("guid, or else link, is what it was; all else was edited", _identifier, _is_rewritten),
    Rule(
        "date and words are what they were; a slip was corrected", lambda item: item.published, _is_corrected
    ),
    Rule(
        "the words are what they were; a slip was corrected, and the date", _telling_text, _is_soon_corrected
    ),
    Rule(
        "an archive came again, under new guids, links and dates",
        _telling_title,
        _is_archived,
        is_alone=True,
        least=ARCHIVE,
    ),
)
