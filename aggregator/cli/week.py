"""`aggregator week`: prints a week as a newsletter draft."""

from contextlib import closing
from datetime import timedelta
from pathlib import Path

import click

from aggregator import store
from aggregator.cli.options import option, shared_options
from aggregator.cli.published import published_links
from aggregator.clock import SystemClock
from aggregator.model import Week
from aggregator.outputs.newsletter import FORMS, issue
from aggregator.rank.drafts import draft, unknown
from aggregator.rank.weeks import WeekSummary, summarize
from aggregator.sources import SourcesFault, load
from aggregator.sources.picks import PicksFile, load_picks
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

    WEEK is like 2026-W47 (ISO 8601, UTC); without it, it is the last one that is finished. What the newsletter of
    `[weeks] published` linked to in its last 20 issues is left out. A file `picks/2026-W47.toml` beside the sources file
    gives the order, sections, words of your own and what to drop.
    """
    now = SystemClock().now()
    chosen = name or Week.of(now - timedelta(weeks=1))
    settings = load(config, environ=None)
    language = language_for(settings.site.language)
    file = load_picks(config, chosen)
    with closing(store.Database.open(database)) as db:
        store.migrate(db)
        with speaking(language):
            summary = summarize(store.week_posts(db, chosen))
        if not summary.posts:
            raise click.ClickException(f"the store has no posts of the week {chosen}")
        _check(file, summary)
        summary = draft(summary, published_links(db, settings), file.picks)
    limit, is_finished = settings.timeline.excerpt, chosen.end <= now
    with speaking(language):
        words = issue(summary, form, site=settings.site.title, limit=limit, is_finished=is_finished)
    click.echo(words, nl=False)


def _check(file: PicksFile, summary: WeekSummary) -> None:
    """Raise SourcesFault with each pick that no post of the week has."""
    picks = file.picks
    untitled = [
        number
        for number in unknown(summary, [pick.link for pick in picks.pick])
        if not picks.pick[number].title
    ]
    faults = [
        (
            file.pick_lines[number],
            f"no post of {summary.week} has the link {picks.pick[number].link}; correct it, or add a `title`",
        )
        for number in untitled
    ]
    faults += [
        (file.drop_lines[number], f"no post of {summary.week} has the link {picks.drop[number]}; take it out")
        for number in unknown(summary, picks.drop)
    ]
    if faults:
        raise SourcesFault(*(f"{file.name}:{line}: {sentence}" for line, sentence in sorted(faults)))
