"""Errors of the store that a caller can handle."""

from aggregator.errors import AggregatorError


class StoreError(AggregatorError):
    """The store failed; the message says why and what to do."""


class StoreUnavailable(StoreError):  # noqa: N818 - a state of the store, not a mistake of the caller
    """The store does not respond, or cannot be read or written at the moment; `availability` logs it."""


class NewerStoreError(StoreError):
    """The store was made by a newer version of this program."""


class CursorNotFound(StoreError):  # noqa: N818 - as above
    """A cursor with a position that the database cannot represent."""

    def __init__(self) -> None:
        super().__init__("the cursor names no place in the timeline; leave it out to start at the top")
