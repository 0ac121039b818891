"""Which entry of a document is which row of its feed.

A table of rules, surest first; each entry and each row is taken once. So guids that all change at once are found
by their links, edited permalinks by their guids, and what has neither by its words.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass

from aggregator.model import Entry
from aggregator.reconcile.likeness import are_alike, same_words, share, words
from aggregator.reconcile.rows import Known

FEWEST_LETTERS = 12  # of a title that tells a post
ARCHIVE = 5  # posts that come again at once under their titles alone
HALF = 0.5  # of the words: less is no edit of a post
LONG_ENOUGH = 200  # characters: the same words at this length are the same post, whatever its date

Key = Callable[[Entry | Known], Hashable]
Test = Callable[[Entry, Known], bool]


@dataclass(frozen=True, slots=True)
class Rule:
    """Entry and row agree in `key`, and nothing speaks against it."""

    reason: str
    key: Key
    holds: Test = lambda _entry, _row: True
    is_alone: bool = False  # a key that several entries of the document have tells none of them
    least: int = 1  # matches at once, fewer are chance


def matched(entries: Sequence[Entry], known: Sequence[Known]) -> dict[int, Known]:
    """Return the row of each entry that has one, by the entry's place in the document."""
    rows: dict[int, Known] = {}
    for rule in RULES:
        taken = {row.id for row in rows.values()}
        found = _by_rule(rule, entries, [row for row in known if row.id not in taken], rows)
        if len(found) >= rule.least:
            rows |= found
    return rows


def _by_rule(
    rule: Rule, entries: Sequence[Entry], free: Sequence[Known], known: Mapping[int, Known]
) -> dict[int, Known]:
    candidates, crowded = _by_key(rule, free), _crowded(entries, rule.key) if rule.is_alone else set()
    found: dict[int, Known] = {}
    for index, entry in enumerate(entries):
        key = rule.key(entry)
        if index in known or key is None or key in crowded:
            continue
        row = next((row for row in candidates[key] if rule.holds(entry, row)), None)
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
    """Return the keys that several entries of the document have: the link of a front page, a title of every day."""
    counts = Counter(key(entry) for entry in entries)
    return {value for value, times in counts.items() if times > 1}


def schemeless(address: str | None) -> str | None:
    """Return what an address has in common with the one that it had before its site turned to https."""
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


def _is_one_post(entry: Entry, row: Known) -> bool:
    """Two posts that share one guid are two; one whose permalink was edited keeps its date, its title or its words."""
    if not entry.link or not row.link or schemeless(entry.link) == schemeless(row.link):
        return _is_not_another(entry, row)
    return _is_alike(entry, row)


def _is_not_another(entry: Entry, row: Known) -> bool:
    """Two posts may share guid and link, as all of a feed that calls each `N/A`: then title, date and words differ."""
    if not entry.title or not row.title or entry.title.casefold() == row.title.casefold():
        return True
    return _same_date(entry, row) or _has_half(entry, row)


def _has_half(entry: Entry, row: Known) -> bool:
    return share(words(entry.text), words(row.text)) >= HALF


def _is_archived(entry: Entry, row: Known) -> bool:
    """Titles that come back with other texts are a series."""
    return not (entry.text and row.text) or _has_half(entry, row)


def _is_one_page(entry: Entry, row: Known) -> bool:
    """Many posts may point to one page: a changelog, a front page. Then guid and words both differ."""
    if not entry.guid or not row.guid or schemeless(entry.guid) == schemeless(row.guid):
        return _is_not_another(entry, row)
    return _is_alike(entry, row)


def _is_alike(entry: Entry, row: Known) -> bool:
    same_title = bool(entry.title) and entry.title.casefold() == row.title.casefold()
    return same_title or _same_date(entry, row) or are_alike(entry.text, row.text)


def _is_republished(entry: Entry, row: Known) -> bool:
    """Tell an archive that moved, with the same words under other keys, from a formula of few words."""
    if not (entry.guid or entry.link):
        return True
    return _same_date(entry, row) or len(entry.text) >= LONG_ENOUGH


def _has_no_keys(entry: Entry, row: Known) -> bool:
    return not (entry.guid or entry.link or row.guid or row.link)


def _same_date(entry: Entry, row: Known) -> bool:
    return entry.published is not None and entry.published == row.published


def _moved(entry: Entry, row: Known) -> bool:
    """Tell a post under new software, which changes guids, links and often the markup."""
    return _has_no_keys(entry, row) or same_words(entry.text, row.text) or are_alike(entry.text, row.text)


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
    Rule(
        "an archive came again, under new guids, links and dates",
        _telling_title,
        _is_archived,
        is_alone=True,
        least=ARCHIVE,
    ),
)
