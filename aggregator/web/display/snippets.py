"""Snippets around the matches of a search that are further down in a text than its excerpt."""

from collections.abc import Sequence

from aggregator import store
from aggregator.model import Item
from aggregator.normalize.excerpt import ELLIPSIS, LEAD, excerpt
from aggregator.store import Database
from aggregator.web.display.highlight import spans

MOST_CHARACTERS = 200_000  # of whole texts that one page searches, about 0.2 s of CPU


def snippets(db: Database, items: Sequence[Item], query: str, limit: int) -> dict[int, str]:
    """Return, by the item's id, at most `limit` characters to show instead of its excerpt.

    Only has the items that need it, up to `MOST_CHARACTERS`; whole texts are only read for those, by one
    statement per page.
    """
    if not query:
        return {}
    unseen = [item for item in items if not spans(f"{item.title}\n{excerpt(item.text, limit)}", query)]
    longer = store.full_texts(db, [item for item in unseen if len(item.text) >= LEAD])
    found, room = {}, MOST_CHARACTERS
    for item in unseen:
        text = longer.get(item.id, item.text)[:room]
        room -= len(text)
        if words := snippet(text, query, limit):
            found[item.id] = words
    return found


def snippet(text: str, query: str, limit: int) -> str:
    """Return at most `limit` characters around the first match, cut at whole words; empty if none is."""
    text = " ".join(text.split())
    found = spans(text, query)
    if not found:
        return ""
    room = limit - len(ELLIPSIS)
    match = found[0][0]
    # A third of the room is for the text before the match, more if the text ends soon after it.
    wanted = max(min(match - room // 3, len(text) - room), 0)
    begin = 0 if wanted == 0 else text.find(" ", wanted, match) + 1 or match
    return (ELLIPSIS if begin else "") + excerpt(text[begin:], room)
