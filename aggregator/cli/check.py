"""`aggregator check`: checks the sources file and, with `--online`, its feeds."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from aggregator import explain
from aggregator.cli.feed_probe import ask_all, describe, describe_exchange
from aggregator.cli.interruptible import run_interruptible
from aggregator.cli.options import option, shared_options
from aggregator.cli.source_report import FORMS, PostLine, Report, SourceReport, render
from aggregator.clock import SystemClock
from aggregator.errors import SourceNotFound
from aggregator.model import Entry
from aggregator.normalize.excerpt import excerpt
from aggregator.polling.discover import Discovery
from aggregator.quantities import counted
from aggregator.review.candidate import Candidate, assess, slugs_by_address
from aggregator.sources import Settings, Source, load, with_look
from aggregator.sources.files import folder_of, paths_in_folder
from aggregator.sources.revisions import changed_since


@click.command()
@shared_options
@option("--online", is_flag=True, help="Also fetch each feed once and say what it found.")
@option(
    "--report",
    type=click.Choice(list(FORMS)),
    help="With --online: what a maintainer wants to know of each source.",
)
@option("--source", "slug", help="Ask only for the source with this slug.")
@option(
    "--changed-since",
    "revision",
    metavar="REV",
    help="Ask only for sources that are new or changed since this revision of git.",
)
def check(*, config: Path, online: bool, report: str | None, slug: str | None, revision: str | None) -> None:
    """Check the sources file.

    Ends with 0 and a summary, or with 2 and every fault as FILE:LINE: what is wrong, and what to write instead.
    What publishers answer (--online) does not change that. With --report it ends with 1 if a source does not meet
    [policy] or has no feed.
    """
    settings = with_look(config, load(config))
    if report and not online:
        raise click.UsageError("--report says what publishers answer, and needs --online")
    if not report:
        click.echo(summary(config, settings))
    if online:
        sources = _chosen(config, settings, slug, revision)
        if report:
            report_online(settings, sources, report)
        else:
            check_online(settings, sources)


def _chosen(config: Path, settings: Settings, slug: str | None, revision: str | None) -> list[Source]:
    """Return the sources to fetch: all that are enabled, unless some are named."""
    if slug and slug not in {source.slug for source in settings.sources}:
        raise SourceNotFound(slug)
    changed = changed_since(config, revision) if revision else None
    return [
        source
        for source in settings.sources
        if (source.slug == slug if slug else source.enabled) and (changed is None or source.slug in changed)
    ]


def summary(config: Path, settings: Settings) -> str:
    """Return a one-line summary of a valid file."""
    count = len(settings.sources)
    more = len(paths_in_folder(config))
    files = f"{config} and {counted(more, 'file')} in {folder_of(config)}" if more else f"{config}"
    if not count:
        return f"{files}: valid, but it lists no sources yet; `aggregator sources add URL` adds one"
    disabled = sum(not source.enabled for source in settings.sources)
    tags = {tag for source in settings.sources for tag in source.tags}
    counts = f"{count} source{'s' if count > 1 else ''}" + (f" ({disabled} disabled)" if disabled else "")
    return f"{files}: valid, {counts}, {len(tags)} tag{'s' if len(tags) != 1 else ''}"


# --- what they answer ---------------------------------------------------------------------------------------


def check_online(settings: Settings, sources: Collection[Source]) -> None:
    """Print a line per source as its response arrives, and how many are good."""
    width = max((len(source.slug) for source in sources), default=0)
    console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
    well = 0
    with _progress(console, len(sources)) as advance:

        def tell(source: Source, discovery: Discovery) -> None:
            nonlocal well
            well += discovery.is_itself
            mark = "ok   " if discovery.is_itself else "FAULT"
            console.print(f"{source.slug:<{width}}  {mark}  {describe(discovery)}")
            advance()

        run_interruptible(ask_all(settings, sources, tell))
    console.print(f"{well} of {len(sources)} feeds are well.")


@contextmanager
def _progress(console: Console, total: int) -> Iterator[Callable[[], None]]:
    """Show a progress bar on a terminal; yield a function that advances it by one."""
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("Asking publishers", total=total)
        yield lambda: progress.advance(task)


def report_online(settings: Settings, sources: Collection[Source], form: str) -> None:
    """Fetch each source once and print a report, in the order of the file."""
    now = SystemClock().now()
    listed = slugs_by_address(settings.sources)
    found: dict[str, Candidate] = {}
    with _progress(Console(stderr=True), len(sources)) as advance:

        def keep(source: Source, answer: Discovery) -> None:
            found[source.slug] = assess(source, answer.asked, settings, listed, now)
            advance()

        run_interruptible(ask_all(settings, sources, keep, finds=False))
    reports = [_report_of(found[source.slug], settings) for source in sources if source.slug in found]
    report = Report("What the feeds answer", now, reports)
    click.echo(render(report, form), nl=False)
    if report.unmet:
        raise click.exceptions.Exit(1)


def _report_of(candidate: Candidate, settings: Settings) -> SourceReport:
    source = candidate.source
    left_out = f"; the filters leave {explain.entries(candidate.left_out)} out" if candidate.left_out else ""
    return SourceReport(
        source.slug,
        source.url,
        describe_exchange(candidate.exchange) + left_out if candidate.exchange.fault is None else "",
        candidate.findings,
        tuple(_line_of(entry, settings.timeline.excerpt) for entry in candidate.posts),
    )


def _line_of(entry: Entry, limit: int) -> PostLine:
    return PostLine(
        entry.title or excerpt(entry.text, 90),
        entry.link,
        excerpt(entry.excerpt_source, limit),
        entry.date,
        entry.minutes,
    )
