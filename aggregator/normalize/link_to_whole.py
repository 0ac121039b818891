"""The link to the whole post at the end of its text, in whatever language it is worded: it leads to the post's own page."""

# ruff: noqa: RUF001 - signs of several scripts

import re
from collections.abc import Callable, Sequence

from aggregator.normalize.text import Anchor, clean

_LAST = 5  # links of a text that are looked at; those for sharing may follow
_LONGEST = 40  # characters of such a link, and of the signs around it
# Signs behind the link, and before it: the end of a sentence or of a cut, and what opens the link's brackets.
_BEHIND = re.compile(r"[\s.…»›>→⟶)\]]*\Z")
_BEFORE = re.compile(r"(?:\A[\s.…]*|(?<=[.!?…)}\"'”»。！？؟।])|(?<=[.…]\]))[\s(\[«<|–—-]*\Z")


def without_link_to_whole(
    lines: Sequence[str], anchors: Sequence[Anchor], is_own: Callable[[str], bool]
) -> list[str]:
    """Return the lines without such a link, if it is a line or follows a sentence, and is not all there is.

    `is_own` says whether an address is that of the post's page.
    """
    kept = list(lines)
    for anchor in reversed(anchors[-_LAST:] if kept else ()):
        rest = _before(kept[-1], " ".join(clean(anchor.text[: 4 * _LONGEST]).split()))
        if rest is not None and is_own(anchor.href):
            kept[-1:] = [rest] if rest else []
            break
    return kept or list(lines)


def _before(line: str, words: str) -> str | None:
    """Return the line up to a link at its end; None if it does not end with the link, or the link is within a sentence."""
    if not 0 < len(words) <= _LONGEST:
        return None
    words = _BEHIND.sub("", words) or words
    rest, found, behind = line.rpartition(words)
    if not found or len(behind) > _LONGEST or not _BEHIND.fullmatch(behind):
        return None
    opening = _BEFORE.search(rest[-_LONGEST:])
    return rest[: len(rest) - len(opening[0])].rstrip() if opening else None
