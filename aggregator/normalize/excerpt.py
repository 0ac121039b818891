"""Makes excerpts: the first words of a text."""

import regex

from aggregator.normalize.bidi import closed
from aggregator.normalize.scripts import SPACELESS

ELLIPSIS = "..."
LONGEST = 2000  # characters: the largest limit that the sources file accepts
# An excerpt of LONGEST depends on no more of a folded text than this, so that storing this much is enough:
# one character more shows that something was cut, a second one that a space was not the end.
LEAD = LONGEST + 2
ENOUGH_PROSE = 200  # characters: an excerpt has only prose if there is this much

_GRAPHEMES = regex.compile(r"\X")
# Scripts without spaces: a cut is allowed between any two characters.
_SPACELESS = regex.compile(rf"[{SPACELESS}\u3000-\u303f\uff00-\uffef]")


def excerpt(text: str, limit: int) -> str:
    """Return at most `limit` characters of a text, cut at the last whole word and closed with `...`.

    Ends with the dots only if something was cut. A single word that is longer than the limit is cut between
    two grapheme clusters. `limit` is at least 4.
    """
    folded = " ".join(text.split())
    if len(folded) <= limit:
        return folded
    room = limit - len(ELLIPSIS)
    head = folded[: room + 1]
    return closed(head[: _last_cut(head, room)].rstrip()) + ELLIPSIS


def _last_cut(head: str, room: int) -> int:
    """Return the last end of a word at or before `room`; otherwise the last boundary between graphemes."""
    # A text of ASCII, its white space folded, is a cluster a character (UAX #29 joins none but CR LF).
    cuts = range(len(head)) if head.isascii() else [match.start() for match in _GRAPHEMES.finditer(head)]
    if len(head) <= room:
        return len(head)
    for cut in reversed(cuts):
        if 0 < cut <= room and _is_between_words(head, cut):
            return cut
    return max((cut for cut in cuts if cut <= room), default=0)


def _is_between_words(head: str, cut: int) -> bool:
    before, after = head[cut - 1], head[cut]
    return after == " " or bool(_SPACELESS.match(before) or _SPACELESS.match(after))
