"""Confines characters that change the direction of text (Unicode Standard Annex #9) to their own text."""

import re

_END = "\u2069"  # pop directional isolate
_ISOLATES = "\u2066\u2067\u2068" + _END
_ISOLATE_OR_LINE = re.compile(rf"[{_ISOLATES}\n]")


def closed(text: str) -> str:
    """Return the text without isolates that no line of it both opens and closes.

    Those would affect what follows the text: a name, a date, the next column of a terminal.
    """
    if text.isascii() or not any(map(text.__contains__, _ISOLATES)):
        return text
    opened: list[int] = []
    loose: set[int] = set()
    for sign in _ISOLATE_OR_LINE.finditer(text):
        if sign[0] == "\n":
            loose.update(opened)
            opened.clear()
        elif sign[0] != _END:
            opened.append(sign.start())
        elif opened:
            opened.pop()
        else:
            loose.add(sign.start())
    loose.update(opened)
    return "".join(character for index, character in enumerate(text) if index not in loose)
