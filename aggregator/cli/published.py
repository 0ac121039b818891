"""Asks a newsletter's feed what its last issues linked to, for drafts to leave out."""

import asyncio
from datetime import UTC, datetime, timedelta

import click

from aggregator import explain, store
from aggregator.cli.feed_probe import open_client
from aggregator.clock import SystemClock
from aggregator.model import Entry, PublishedIssues, Validators
from aggregator.polling.discover import Exchange, ask
from aggregator.sources import Settings
from aggregator.store import Database

ISSUES = 20
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_NOT_AGAIN = timedelta(hours=1)  # an editor prints a draft many times


def published_links(db: Database, settings: Settings) -> tuple[str, ...]:
    """Return the links of the last issues of the newsletter that `[weeks] published` names; () without one.

    Its feed is asked once an hour at most, conditionally. If that fails, what it said before is used, and a sentence is
    printed to standard error.
    """
    url, now = settings.weeks.published, SystemClock().now()
    if not url:
        return ()
    known = store.published_issues(db, url) or PublishedIssues(url, _LONG_AGO, Validators(), ())
    if now - known.asked < _NOT_AGAIN:
        return known.links
    asked = asyncio.run(_ask(known, settings))
    if asked.reading and not asked.fault:
        known = PublishedIssues(url, now, asked.answer.validators, _links(asked.reading.entries))
    elif asked.answer.is_not_modified:
        known = PublishedIssues(url, now, known.validators, known.links)
    else:
        click.echo(_trouble(asked, known), err=True)
        return known.links
    store.save_published_issues(db, known)
    return known.links


async def _ask(known: PublishedIssues, settings: Settings) -> Exchange:
    async with open_client(settings) as client:
        return await ask(
            known.url, client.fetcher, client.reader, polling=settings.polling, validators=known.validators
        )


def _links(entries: tuple[Entry, ...]) -> tuple[str, ...]:
    newest = sorted(entries, key=lambda entry: entry.date or _LONG_AGO, reverse=True)[:ISSUES]
    return tuple(dict.fromkeys(link.url for entry in newest for link in entry.links or ()))


def _trouble(asked: Exchange, known: PublishedIssues) -> str:
    said = explain.fault(asked.fault) if asked.fault else ""
    before = "what it had before is left out" if known.links else "nothing is left out of the draft"
    return f"{known.url}: {said} So {before}."
