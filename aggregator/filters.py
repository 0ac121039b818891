"""What the admin leaves out of the timeline: `include`, `exclude` and `hide` of the sources file.

Pure. An entry that is left out is stored all the same, with the reason, so that `/sources` can tell it.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache

import regex

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
) -> str | None:
    """Return why an entry is not shown, as a plain sentence; None where it is."""
    words = (title, text[:_MOST_CHARACTERS])
    ids = [name for name in (public_id, guid, link) if name]
    for hidden in (*source.hide, *timeline.hide):
        if hidden in ids:
            return f"hidden by its id `{hidden}`, which stands in `hide`"
        if _finds(hidden, (*words, *ids)):
            return f"hidden by the pattern `{hidden}` in `hide`"
    for pattern in source.exclude:
        if _finds(pattern, words):
            return f"filtered: it matches `{pattern}` in the source's `exclude`"
    if source.include and not any(_finds(pattern, words) for pattern in source.include):
        return f"filtered: it matches nothing in the source's `include` ({_listed(source.include)})"
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


def _listed(patterns: Sequence[str]) -> str:
    return ", ".join(f"`{pattern}`" for pattern in patterns)
