"""A document as it may be at the next poll: the changes that a publisher makes to it."""

from collections.abc import Callable, Iterator, Sequence

from aggregator.parse.spans import Split, split


def split_for_sure(body: bytes) -> Split:
    """Return the pieces of a document that has some."""
    pieces = split(body)
    assert pieces, "its entries cannot be told apart"
    return pieces


def shortened(body: bytes, entries: int = 8) -> bytes:
    """Return a document with its first entries alone, if they can be told apart."""
    pieces = split(body)
    return pieces.document(range(min(entries, len(pieces.entries)))) if pieces else body


def changed(body: bytes) -> Iterator[tuple[str, bytes, bytes]]:
    """Yield what happens, the document before, and after."""
    pieces = split_for_sure(body)
    places = range(len(pieces.entries))
    middle = len(places) // 2
    yield "nothing", body, body
    yield "one new", pieces.document(places[1:]), body
    yield "one new, one fallen off", pieces.document(places[1:]), pieces.document(places[:-1])
    yield "one withdrawn", body, pieces.document([place for place in places if place != middle])
    yield "order turned", body, pieces.document(places[::-1])
    yield "one edited", body, _with(pieces, middle, _edited)


def _with(pieces: Split, place: int, edit: Callable[[bytes], bytes]) -> bytes:
    def entries() -> Sequence[bytes]:
        return [edit(entry) if at == place else entry for at, entry in enumerate(pieces.entries)]

    return pieces.head + pieces.separator.join(entries()) + pieces.tail


def _edited(entry: bytes) -> bytes:
    """Change the words of an entry, in whatever dialect."""
    return (
        entry.replace(b" the ", b" edited the ")
        .replace(b". ", b". And more. ")
        .replace(b" de ", b" de edited ")
    )
