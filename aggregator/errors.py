"""The root of the exceptions that callers handle."""


class AggregatorError(Exception):
    """An error that an admin can fix: its message says what is wrong and what to do.

    The command line prints it and ends with `exit_code`.
    """

    exit_code = 1


class SourceNotFound(AggregatorError):  # noqa: N818 - what was asked for, not a failure
    """A view, a command or an edit names a source that the sources file does not have."""

    def __init__(self, slug: str) -> None:
        super().__init__(f"there is no source `{slug}`; `aggregator sources list` names them all")
        self.slug = slug
