"""The filters `include`, `exclude` and `hide` of the sources file.

Pure. An excluded entry is stored all the same, with the reason, so that `/sources` can show it.
"""

import time
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

import regex

from aggregator.model import Entry, FilteredBy, FilterRule
from aggregator.sources.settings import Source, Timeline

# The admin's patterns run on publishers' texts: neither may block the poller.
_MOST_CHARACTERS = 100_000  # of a text
_DEADLINE = 0.25  # seconds for one pattern on one text
_PATTERN_SECONDS = 1.0  # of CPU, for one pattern on all entries of a document
_DOCUMENT_SECONDS = 5.0  # for all patterns


def filtered(entries: Iterable[Entry], source: Source, timeline: Timeline) -> dict[Entry, FilteredBy]:
    """Return the entries of a document that its source's filters exclude, with the filter that does."""
    rules = Filters(source, timeline)
    if not rules:
        return {}
    found = ((entry, rules.left_out(entry.title, entry.text, entry.guid, entry.link)) for entry in entries)
    return {entry: why for entry, why in found if why is not None}


def hidden_by_id(ids: Iterable[str | None], source: Source, timeline: Timeline) -> FilteredBy | None:
    """Return the rule in `hide` that equals one of an entry's ids: its public one, its guid, its link."""
    hidden = {*source.hide, *timeline.hide}
    return next((FilteredBy(FilterRule.HIDE_ID, (name,)) for name in ids if name in hidden), None)


class Filters:
    """Applies the patterns of a source to one document.

    A pattern may take exponential time on some texts, and a document may have hundreds of these: a pattern
    that has used up its time matches nothing more in this document.
    """

    def __init__(self, source: Source, timeline: Timeline) -> None:
        self._hide = (*source.hide, *timeline.hide)
        self._exclude = source.exclude
        self._include = source.include
        self._spent: defaultdict[str, float] = defaultdict(float)

    def __bool__(self) -> bool:
        return bool(self._hide or self._exclude or self._include)

    def left_out(self, title: str, text: str, guid: str | None, link: str | None) -> FilteredBy | None:
        """Return the pattern that excludes an entry, None if it is shown."""
        words = (title, text[:_MOST_CHARACTERS])
        ids = [name for name in (guid, link) if name]
        for hidden in self._hide:
            if self._finds(hidden, (*words, *ids)):
                return FilteredBy(FilterRule.HIDE_PATTERN, (hidden,))
        for pattern in self._exclude:
            if self._finds(pattern, words):
                return FilteredBy(FilterRule.EXCLUDE, (pattern,))
        if self._include and not any(self._finds(pattern, words) for pattern in self._include):
            return FilteredBy(FilterRule.INCLUDE, tuple(self._include))
        return None

    def _finds(self, pattern: str, texts: Iterable[str]) -> bool:
        """Whether a pattern matches; one that takes too long on a text does not match it."""
        if self._spent[pattern] >= _PATTERN_SECONDS or sum(self._spent.values()) >= _DOCUMENT_SECONDS:
            return False
        compiled = _compiled(pattern)
        began = time.thread_time()
        try:
            return any(compiled.search(text, timeout=_DEADLINE) for text in texts)
        except TimeoutError:
            return False
        finally:
            self._spent[pattern] += time.thread_time() - began


@lru_cache(maxsize=1000)
def _compiled(pattern: str) -> regex.Pattern[str]:
    """Compile a pattern that was checked with `re` in the sources file; the few that differ are matched literally."""
    try:
        return regex.compile(pattern, regex.VERSION0)
    except regex.error:
        return regex.compile(regex.escape(pattern))
