"""`aggregator sources`: lists and edits the sources file, and ends a source's hold."""

import os
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import click

from aggregator import store
from aggregator.cli.feed_probe import describe, open_client
from aggregator.cli.group import Group
from aggregator.cli.interruptible import run_interruptible
from aggregator.cli.options import option, shared_options
from aggregator.cli.tables import columns
from aggregator.clock import SystemClock
from aggregator.errors import AggregatorError
from aggregator.model import SourceRef, SourceStatus
from aggregator.outputs.exports import opml
from aggregator.polling.discover import Discovery, discover
from aggregator.quantities import counted
from aggregator.sources import Settings, Source, edit, load
from aggregator.sources.imports import read_list
from aggregator.sources.secrets import Secrets, secrets_in
from aggregator.sources.settings import same_address
from aggregator.sources.slugs import default_slug, slugify


class NotAFeedError(AggregatorError):
    """No feed was found behind an address."""


class NotOnHoldError(AggregatorError):
    """There is no hold to end."""


@click.group(cls=Group)
def sources() -> None:
    """List and edit the sources in the sources file.

    Edits keep the file's comments, order and formatting. A running service takes them up within seconds.
    """


@sources.command("list")
@shared_options
def list_sources(config: Path, database: str) -> None:
    """Show every source and how it is doing."""
    settings = load(config, environ=None)
    known = {status.name.slug: status for status in stored_statuses(database)}
    rows = [_row(source, known.get(source.slug)) for source in settings.sources]
    click.echo(columns(["SLUG", "STATE", "LAST POLL (UTC)", "NEXT POLL (UTC)", "ADDRESS"], rows))


def has_store(database: str) -> bool:
    """Whether the store exists: SQLite would create an empty one."""
    file = database.removeprefix("sqlite:///")
    return file == database or Path(file).exists()


def stored_statuses(database: str) -> list[SourceStatus]:
    """Return the status of the sources from the store; nothing if there is no store yet."""
    if not has_store(database):
        return []
    with closing(store.Database.open(database)) as db:
        return list(store.statuses(db, SystemClock().now()))


def _row(source: Source, status: SourceStatus | None) -> list[str]:
    if not source.enabled:
        return [source.slug, "disabled", "-", "-", source.url]
    if status is None:
        return [source.slug, "new", "-", "-", source.url]
    after = status.poll_state
    last = f"{after.last_poll:%Y-%m-%d %H:%M}" if after.last_poll else "-"
    following = f"{after.next_poll:%Y-%m-%d %H:%M}" if status.is_polled else "never"
    return [source.slug, status.poll_state.state, last, following, source.url]


@sources.command("add")
@click.argument("url")
@option("--slug", default="", help="Its short name in addresses; made from the feed's title unless given.")
@option("--title", default="", help="Its name on the page; the feed's own unless given.")
@option("--tag", "tags", multiple=True, help="A tag of all its entries; may be given several times.")
@option(
    "--file",
    "in_file",
    default="",
    help="The file to list it in, by its name in the folder of further files.",
)
@option("--offline", is_flag=True, help="List the address as it is, without asking its server.")
@shared_options
def add_source(
    url: str, *, slug: str, title: str, tags: tuple[str, ...], in_file: str, offline: bool, config: Path
) -> None:
    """List the feed at URL, or the feed of the page there.

    Asks the server once, and if a page came, for the feeds that it names and at the common places.
    """
    settings = load(config, environ=None)
    url = url if "://" in url else f"https://{url}"
    edit.refuse_listed(settings, url)
    note = "nobody has asked for it yet"
    if not offline:
        url, own_title, note = run_interruptible(_find(url, settings))
        if not in_file:
            slug = slug or default_slug(title or own_title, url, {source.slug for source in settings.sources})
    after = edit.add(config, [edit.NewSource(url, title, tags, slug)], in_file)
    (listed,) = [source.slug for source in after.sources if same_address(source.url) == same_address(url)]
    click.echo(f"Listed {url} as `{listed}`: {note}.")


async def _find(url: str, settings: Settings) -> tuple[str, str, str]:
    """Return the address of the feed behind an address, its title, and a sentence about what was found."""
    async with open_client(settings) as post:
        found = await discover(
            url, post.fetcher, post.reader, polling=settings.polling, secrets=_secrets_of(url)
        )
    if found.feed is None or found.feed.reading is None:
        raise NotAFeedError(f"{url} was not listed: {describe(found)}")
    address = found.feed.answer.moved_to or found.feed.address
    return address, found.feed.reading.title, _note(found)


def _secrets_of(url: str) -> Secrets:
    try:
        return secrets_in(iter([url]), os.environ)
    except KeyError as missing:
        raise NotAFeedError(
            f"{url} was not listed: the environment variable {missing.args[0]} is not set"
        ) from None


def _note(found: Discovery) -> str:
    others = f"; that page also names {', '.join(found.others)}" if found.others else ""
    return describe(found) + others


@sources.command("remove")
@click.argument("slug")
@shared_options
def remove_source(slug: str, config: Path) -> None:
    """Take the source with this SLUG off the list.

    It is polled no more and its entries leave the timeline; listing it again brings them back.
    """
    edit.remove(config, slug)
    click.echo(f"Took `{slug}` off the list.")


@sources.command("rename")
@click.argument("old")
@click.argument("new")
@shared_options
def rename_source(old: str, new: str, config: Path) -> None:
    """Give the source with the slug OLD the slug NEW.

    Its posts stay, and addresses with the old slug lead to those with the new one.
    """
    edit.rename(config, old, new)
    click.echo(f"Renamed `{old}` to `{new}`.")


@sources.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@option(
    "--file",
    "in_file",
    default="",
    help="The file to list them in, by its name in the folder of further files.",
)
@shared_options
def import_sources(file: str, in_file: str, config: Path) -> None:
    """List the feeds of FILE: OPML, the .ini of Planet, Venus or Pluto, Pluto's .yml, .csv, or addresses.

    Folders and groups become tags. "-" reads standard input. What could not be used or has no counterpart is told by
    line. Nobody is asked: `aggregator check --online` tells which of them answer.
    """
    with click.open_file(file, "rb") as opened:
        found = read_list(opened.read(), file)
    settings = load(config, environ=None)
    listed = {same_address(source.url) for source in settings.sources}
    taken = {source.slug for source in settings.sources}
    new = [source for source in found.sources if same_address(source.url) not in listed]
    if new:
        edit.add(config, [_with_free_slug(source, taken) for source in new], in_file)
    known = len(found.sources) - len(new)
    for note in found.notes:
        click.echo(f"{'standard input' if file == '-' else file}:{note.line}: {note.sentence}", err=True)
    click.echo(f"Listed {counted(len(new), 'source')}; {known} listed already.")


def _with_free_slug(source: edit.NewSource, taken: set[str]) -> edit.NewSource:
    """Drop an imported slug that is taken or invalid; the edit then chooses one."""
    slug = slugify(source.slug)
    if not slug or slug in taken:
        return replace(source, slug="")
    taken.add(slug)
    return replace(source, slug=slug)


@sources.command("export")
@click.argument("file", type=click.File("wb"), default="-")
@shared_options
def export_sources(file: BinaryIO, config: Path, database: str) -> None:
    """Write the sources as OPML 2.0 to FILE, or to standard output."""
    settings = load(config, environ=None)
    names = {status.name.slug: status.name for status in stored_statuses(database)}
    outlines = [
        opml.Outline(names.get(source.slug, SourceRef(source.slug, source.title, source.url)), source.tags)
        for source in settings.sources
        if source.enabled
    ]
    file.write(opml.render(settings.site.title, outlines))


@sources.command("release")
@click.argument("slug")
@shared_options
def release_source(slug: str, database: str) -> None:
    """End the hold of the source with this SLUG.

    The poller puts a source on hold when another site seems to have taken its place; released, it shows what is
    there now. A source whose publisher said that it is gone for good (410) is polled again, too.
    """
    with closing(store.Database.open(database)) as db:
        if not store.release_hold(db, slug, SystemClock().now()):
            raise NotOnHoldError(
                f"`{slug}` is neither on hold nor gone; `aggregator sources list` shows the state of each"
            )
    click.echo(f"Released `{slug}`; it is due at once.")
