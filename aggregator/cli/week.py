"""`aggregator week`: prints a week as a newsletter draft."""

from contextlib import closing
from datetime import timedelta
from pathlib import Path

import click

from aggregator import store
from aggregator.cli.options import option, shared_options
from aggregator.clock import SystemClock
from aggregator.model import Week
from aggregator.outputs.newsletter import FORMS, issue
from aggregator.rank.weeks import summarize
from aggregator.sources import load
from aggregator.translations import language_for, speaking


class _WeekName(click.ParamType[Week]):
    """A week, written as in an address."""

    name = "week"

    def convert(self, value: str | Week, param: click.Parameter | None, ctx: click.Context | None) -> Week:
        try:
            return value if isinstance(value, Week) else Week.parse(value)
        except ValueError:
            self.fail(f"{value} is no week; write a year and a number of ISO 8601: 2026-W47", param, ctx)


@click.command()
@click.argument("name", metavar="[WEEK]", type=_WeekName(), required=False)
@option(
    "--format",
    "form",
    type=click.Choice(list(FORMS)),
    default="markdown",
    show_default=True,
    help="The form.",
)
@shared_options
def week(name: Week | None, *, config: Path, database: str, form: str) -> None:
    """Print a week as a newsletter draft: what others pointed to, then every post.

    WEEK is like 2026-W47 (ISO 8601, UTC); without it, it is the last one that is finished.
    """
    now = SystemClock().now()
    chosen = name or Week.of(now - timedelta(weeks=1))
    settings = load(config, environ=None)
    with closing(store.Database.open(database)) as db:
        store.migrate(db)
        summary = summarize(store.week_posts(db, chosen))
    if not summary.posts:
        raise click.ClickException(f"the store has no posts of the week {chosen}")
    limit, is_finished = settings.timeline.excerpt, chosen.end <= now
    with speaking(language_for(settings.site.language)):
        words = issue(summary, form, site=settings.site.title, limit=limit, is_finished=is_finished)
    click.echo(words, nl=False)
