"""What can go wrong with the store that a caller can do something about."""

from aggregator.errors import AggregatorError


class StoreError(AggregatorError):
    """The store cannot answer; the text says why and what to do."""


class StoreUnavailable(StoreError):  # noqa: N818 - a state of the store, not a mistake of the caller
    """The store does not answer, or cannot be read or written to just now; `availability` logs it."""


class NewerStoreError(StoreError):
    """The store was made by a newer version of this program."""


class CursorNotFound(StoreError):  # noqa: N818 - as above
    """A cursor names no place that the database could hold."""

    def __init__(self) -> None:
        super().__init__("the cursor names no place in the timeline; leave it out to start at the top")
