"""Brings the store's schema up to date.

Whether it already is, is checked without Alembic, which takes a third of a second to import.
"""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from aggregator.store.db.database import Database
from aggregator.store.errors import NewerStoreError

_VERSIONS = Path(__file__).parents[1] / "migrations" / "versions"
_LOCK = 7_305_201_893_011  # an arbitrary number that nothing else locks


def migrate(db: Database) -> None:
    """Bring the schema up to date; concurrent processes wait for one another.

    Raises NewerStoreError if the store was made by a newer version, StoreError if it does not answer.
    """
    db.make_file()
    with db.read() as connection:
        if is_current(connection):
            return
    with db.write() as connection:
        if not db.is_sqlite:  # SQLite has one writer anyway
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        if not is_current(connection):
            from aggregator.store.db.upgrade import upgrade  # noqa: PLC0415 - see above

            upgrade(connection)


def known_versions() -> list[str]:
    """Return the versions of the schema that this program knows, oldest first; a file of migrations begins with its own."""
    return sorted(path.name.partition("_")[0] for path in _VERSIONS.glob("[0-9]*.py"))


def is_current(connection: Connection) -> bool:
    """Whether the schema is the one of this program. Raises NewerStoreError if it is newer."""
    if not inspect(connection).has_table("alembic_version"):
        return False
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    known = known_versions()
    if found is not None and found not in known:
        raise NewerStoreError(
            f"the database was made by a newer version of aggregator (its schema is {found});"
            " install that version, or give another --database"
        )
    return found == known[-1]
