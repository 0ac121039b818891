"""`aggregator review`: findings about the sources from the store, and the edits that follow."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import click

from aggregator import explain, store
from aggregator.cli.options import option, shared_options
from aggregator.cli.source_report import FORMS, Report, SourceReport, render
from aggregator.cli.sources import has_store, stored_statuses
from aggregator.clock import SystemClock
from aggregator.model import Finding, SourceStatus
from aggregator.review.standing import moved_to, stand
from aggregator.sources import Settings, Source, edit, load
from aggregator.sources.settings import same_address


@click.command()
@shared_options
@option("--report", "form", type=click.Choice(list(FORMS)), default="text", help="The form of the report.")
@option(
    "--apply",
    "applies",
    is_flag=True,
    help="Make the safe edits, after asking: the addresses that moved for good.",
)
@option("--yes", is_flag=True, help="With --apply: do not ask.")
def review(*, config: Path, database: str, form: str, applies: bool, yes: bool) -> None:
    """Say which sources are gone, moved, silent, failing or on hold, and what to do.

    Also which are doubtful or do not meet [policy]. From the store alone: nobody is asked.
    """
    now = SystemClock().now()
    settings = load(config, environ=None)
    known = {status.name.url: status for status in stored_statuses(database)}
    listed = [
        (source, known[source.url]) for source in settings.sources if source.enabled and source.url in known
    ]
    kept = _kept(database, settings)
    found = [
        (source, stand(source, status, settings.policy, now, kept.get(source.slug)))
        for source, status in listed
    ]
    reports = [_report_of(source, findings) for source, findings in found if findings]
    report = Report("What became of the sources", now, reports, others=len(settings.sources) - len(reports))
    click.echo(render(report, form), nl=False)
    if applies:
        _apply(config, _new_addresses(listed), yes=yes)


def _kept(database: str, settings: Settings) -> dict[str, tuple[int, int]]:
    """Return how many entries `include` keeps of the sources that have one, if [policy] asks for it."""
    slugs = [source.slug for source in settings.sources if source.include]
    if settings.policy.on_topic is None or not slugs or not has_store(database):
        return {}
    with closing(store.Database.open(database)) as db:
        return store.kept_by_include(db, slugs)


def _new_addresses(listed: Sequence[tuple[Source, SourceStatus]]) -> dict[str, str]:
    """Return the new address of each source that moved permanently to one that no other source has."""
    taken = {same_address(source.url) for source, _ in listed}
    addresses = {}
    for source, status in listed:
        new = moved_to(source, status)
        if new and same_address(new) not in taken:
            taken.add(same_address(new))
            addresses[source.slug] = new
    return addresses


def _report_of(source: Source, findings: tuple[Finding, ...]) -> SourceReport:
    edits = tuple(edit for found in findings if (edit := explain.edit(found, source.slug)))
    return SourceReport(source.slug, source.url, "", findings, edits=edits)


def _apply(config: Path, addresses: dict[str, str], *, yes: bool) -> None:
    """Write the new addresses of sources that moved permanently, after the admin has agreed."""
    if not addresses:
        click.echo("Nothing has moved for good: no edit to make.", err=True)
        return
    for slug, url in addresses.items():
        click.echo(f'{slug}: url = "{url}"', err=True)
    if yes or click.confirm(f"Write this into {config} and its folder?", err=True):
        edit.move(config, addresses)
