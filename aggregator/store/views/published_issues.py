"""What the last issues of a newsletter link to, as it was last asked for."""

from dataclasses import asdict

from sqlalchemy import delete, insert, select

from aggregator.model import PublishedIssues
from aggregator.store.db.database import Database
from aggregator.store.db.tables import published_issues as table


def published_issues(db: Database, url: str) -> PublishedIssues | None:
    """Return what is stored of the newsletter at this address; None if it was not asked yet."""
    with db.read() as connection:
        row = connection.execute(select(table).where(table.c.url == url)).one_or_none()
    return PublishedIssues(row.url, row.asked, row.validators, row.links) if row else None


def save_published_issues(db: Database, issues: PublishedIssues) -> None:
    """Store the links of a newsletter in place of those of any other: a site has one."""
    with db.write() as connection:
        connection.execute(delete(table))
        connection.execute(insert(table).values(asdict(issues) | {"validators": issues.validators}))
