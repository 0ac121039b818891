"""What the admin leaves out of the timeline: `include`, `exclude` and `hide` of the sources file.

Pure. An entry that is left out is stored all the same, with the reason, so that `/sources` can show it.
"""

from collections.abc import Iterable
from functools import lru_cache

import regex

from aggregator.model import FilteredBy, FilterRule
from aggregator.sources.settings import Source, Timeline

# A pattern of the file meets the words of strangers: neither may take the poller's time.
_MOST_CHARACTERS = 100_000  # of a text
_DEADLINE = 0.25  # seconds for one pattern on one text


def left_out(
    *,
    title: str,
    text: str,
    link: str | None,
    guid: str | None,
    public_id: str,
    source: Source,
    timeline: Timeline,
) -> FilteredBy | None:
    """Return the filter that keeps an entry out of the timeline, None if it is shown."""
    words = (title, text[:_MOST_CHARACTERS])
    ids = [name for name in (public_id, guid, link) if name]
    for hidden in (*source.hide, *timeline.hide):
        if hidden in ids:
            return FilteredBy(FilterRule.HIDE_ID, (hidden,))
        if _finds(hidden, (*words, *ids)):
            return FilteredBy(FilterRule.HIDE_PATTERN, (hidden,))
    for pattern in source.exclude:
        if _finds(pattern, words):
            return FilteredBy(FilterRule.EXCLUDE, (pattern,))
    if source.include and not any(_finds(pattern, words) for pattern in source.include):
        return FilteredBy(FilterRule.INCLUDE, tuple(source.include))
    return None


def _finds(pattern: str, texts: Iterable[str]) -> bool:
    """Whether a pattern is found; one that takes too long on a text does not match it."""
    compiled = _compiled(pattern)
    try:
        return any(compiled.search(text, timeout=_DEADLINE) for text in texts)
    except TimeoutError:
        return False


@lru_cache(maxsize=1000)
def _compiled(pattern: str) -> regex.Pattern[str]:
    """Compile a pattern that the sources file was checked with `re` for; the few that differ are plain words."""
    try:
        return regex.compile(pattern, regex.VERSION0)
    except regex.error:
        return regex.compile(regex.escape(pattern))
