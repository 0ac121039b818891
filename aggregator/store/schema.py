"""Brings the store's schema up to date."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, text

from aggregator.store.database import Database
from aggregator.store.errors import NewerStoreError

_SCRIPTS = Path(__file__).parent / "migrations"
_LOCK = 7_305_201_893_011  # any number that nobody else locks


def migrate(db: Database) -> None:
    """Bring the schema up to date; processes that do so at once wait for one another.

    Raises NewerStoreError where the store was made by a newer version, StoreError where it does not answer.
    """
    with db.read() as connection:
        if _is_current(connection):
            return
    with db.write() as connection:
        if not db.is_sqlite:  # SQLite has one writer anyhow
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        if not _is_current(connection):
            config = _config()
            config.attributes["connection"] = connection
            _upgrade(config)


def _is_current(connection: Connection) -> bool:
    scripts = ScriptDirectory.from_config(_config())
    found = MigrationContext.configure(connection).get_current_heads()
    known = {script.revision for script in scripts.walk_revisions()}
    if unknown := set(found) - known:
        raise NewerStoreError(
            f"the database was made by a newer version of aggregator (its schema is {', '.join(unknown)});"
            " install that version, or give another --database"
        )
    return set(found) == set(scripts.get_heads())


def _upgrade(config: Config) -> None:
    try:
        command.upgrade(config, "head")
    except CommandError as error:  # pragma: no cover - our own scripts are at fault
        raise NewerStoreError(f"the schema cannot be brought up to date: {error}") from error


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
