"""Turns errors of database drivers into sentences that say what to do."""

from pathlib import Path
from typing import Any

from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from aggregator.store.errors import StoreError, StoreUnavailable

_PERMISSION = "let the user that runs this write to it, and to its folder"
# By substrings of the driver's message, of SQLite (sqlite.org/rescode.html) and of PostgreSQL.
_ADVICE = (
    (("disk is full", "no space left"), "its disk is full: make room there"),
    (("read-only transaction",), "this server takes no writes: give --database one that does"),
    (("readonly", "read-only", "permission denied"), _PERMISSION),
    (("malformed", "not a database", "corrupt"), "it is damaged: move it away, and restore the last backup"),
    (("no such table", "no such column", "relation "), "run `aggregator migrate`, or check --database"),
    (("locked",), "another program holds it; end that one"),
    (("refused", "is the server running", "timeout", "timed out", "starting up", "shutting down"), "see that PostgreSQL runs, and check --database"),
)  # fmt: skip
_ELSE = "check --database"

# Errors of one statement: bad data, constraints, conflicts of transactions, the schema, a statement timeout.
# PostgreSQL has SQLSTATE and its classes; SQLite has classes of exceptions (PEP 249), and messages.
_STATES = ("22", "23", "40", "42", "57014")
_ERRORS = ("IntegrityError", "DataError")
_WORDS = ("no such table", "no such column")


def complaint(error: Exception, address: URL) -> StoreError:
    """Return a driver's error as an error of the store, in a sentence without a password."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    text = str(cause.strerror if isinstance(cause, OSError) else cause).strip() or type(cause).__name__
    first_line = text.splitlines()[0]
    kind = StoreError if _is_of_a_statement(cause) else StoreUnavailable
    shown = address.render_as_string()
    if not isinstance(cause, OSError) and _is_missing(address):
        return kind(
            f"cannot use the database {shown}: there is no such file;"
            " put it back, or run `aggregator migrate` to begin with an empty one"
        )
    return kind(f"cannot use the database {shown}: {first_line}; {_advice(text.lower(), address)}")


def _is_missing(address: URL) -> bool:
    """Whether the file of a SQLite store is missing."""
    file = Path(address.database or "")
    return address.get_backend_name() == "sqlite" and file.parent.is_dir() and not file.exists()


def _advice(text: str, address: URL) -> str:
    if "unable to open" in text and Path(address.database or "").exists():
        return _PERMISSION
    return next((advice for signs, advice in _ADVICE if any(sign in text for sign in signs)), _ELSE)


def _is_of_a_statement(cause: Any) -> bool:
    if state := getattr(cause, "sqlstate", None):
        return str(state).startswith(_STATES)
    return type(cause).__name__ in _ERRORS or str(cause).startswith(_WORDS)
