"""Parses a view of the timeline from a query string, and describes it; the same for the page and for every feed.

Invalid queries are a 400 or a 404 with a sentence.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping

from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest, NotFound

from aggregator.addresses import decode
from aggregator.dates import month_in_words
from aggregator.model import Cursor, Month, TimelineQuery
from aggregator.translations import N_, listed
from aggregator.translations import gettext as _

MOST_WORDS = 300  # characters of a search
MOST_CHOICES = 50  # sources, and tags
MOST_NAME = 200  # characters of a source's slug or of a tag
# Checked before normalizing, which takes quadratic time for runs of combining marks: leaves room for separate
# marks and for white space that is folded.
_MOST_RAW = 10  # times as many characters

_LANGUAGE = re.compile(r"[a-z]{2,8}(-[a-z0-9]{1,8})*")  # BCP 47, only its syntax
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)
_YEARS = range(1970, 3000)


def view_of(
    arguments: MultiDict[str, str], *, slug: str = "", tag: str = "", month: str = ""
) -> TimelineQuery:
    """Return the view of a query string; unknown parameters are ignored.

    The same view is always equal, whatever the order or spelling of its parts.
    `slug`, `tag` and `month` are from the path of the address. Raises BadRequest for an invalid cursor and
    for too many words or choices, NotFound for an invalid month.
    """
    tags = map(str.casefold, [tag, *arguments.getlist("tag")])
    by_mentions = arguments.get("sort", "") == "top"
    return TimelineQuery(
        sources=_choices([slug, *arguments.getlist("source")], N_("sources")),
        tags=_choices(tags, N_("tags")),
        words=_words(arguments.get("q", "")),
        without=_choices(arguments.getlist("without"), N_("sources")),
        languages=_languages(arguments.getlist("lang")),
        authors=_choices(map(str.casefold, arguments.getlist("author")), N_("authors")),
        month=_month(month) if month else None,
        by_mentions=by_mentions,
        before=None if by_mentions else _cursor(arguments.get("before", "")),  # the top has one page
    )


def words_of(view: TimelineQuery, titles: Mapping[str, str]) -> str:
    """Describe a view; empty for the whole timeline.

    `titles` names the sources by slug; one without a title is called by its slug.
    """
    parts = " ".join(_parts(view, titles))
    if view.by_mentions:
        return _("Most mentioned posts {parts}", parts=parts)
    return _("Posts {parts}", parts=parts) if parts else ""


def follow_title(view: TimelineQuery, titles: Mapping[str, str], site: str) -> str:
    """Say that a view, or the whole site, can be followed."""
    parts = " ".join(_parts(view, titles))
    if view.by_mentions:
        return _("Follow most mentioned posts {parts}", parts=parts)
    return _("Follow posts {parts}", parts=parts) if parts else _("Follow {site}", site=site)


def _parts(view: TimelineQuery, titles: Mapping[str, str]) -> Iterator[str]:
    if view.tags:
        yield _("tagged {tags}", tags=_either(view.tags))
    if view.sources:
        yield _("from {sources}", sources=_either(titles.get(slug, slug) for slug in view.sources))
    if view.authors:
        yield _("by {authors}", authors=_either(view.authors))
    if view.without:
        yield _("without {sources}", sources=_either(titles.get(slug, slug) for slug in view.without))
    if view.languages:
        yield _("in the language {languages}", languages=_either(view.languages))
    if view.words:
        yield _("about “{words}”", words=view.words)
    if view.month:
        yield _("of {month}", month=month_in_words(view.month.start))
    elif view.by_mentions:
        yield _("of the last seven days")


def title_of(view: TimelineQuery, titles: Mapping[str, str], site: str) -> str:
    """Return the title of a view, for the page and its feeds: its description and the site's title."""
    words = words_of(view, titles)
    return f"{words} · {site}" if words else site


def _languages(values: list[str]) -> tuple[str, ...]:
    tags = _choices(map(str.casefold, values), N_("languages"))
    if not all(_LANGUAGE.fullmatch(tag) for tag in tags):
        raise BadRequest(_("A language is written as a code, like “de” or “pt-br”."))
    return tags


def _cursor(text: str) -> Cursor | None:
    try:
        return decode(text) if text else None
    except ValueError:
        raise broken_cursor() from None


def _month(text: str) -> Month:
    match = _MONTH.fullmatch(text)
    if match is None or int(match[1]) not in _YEARS:
        raise NotFound(_("This address names no month. A month is written as a year and a number: 2026-11."))
    return Month(int(match[1]), int(match[2]))


def broken_cursor() -> BadRequest:
    """Return the response to an invalid cursor."""
    return BadRequest(
        _(
            "This address names a place in the timeline that does not exist: its “before” was cut or changed. "
            "Leave it out to start with the newest posts."
        )
    )


def _words(text: str) -> str:
    if len(text) > _MOST_RAW * MOST_WORDS:
        raise _too_many_words(len(text))
    words = _folded(text)
    if len(words) > MOST_WORDS:
        raise _too_many_words(len(words))
    return words


def _too_many_words(length: int) -> BadRequest:
    return BadRequest(
        _(
            "A search may have {most} characters at most; this one has {length}. "
            "Search for a few words of the post instead.",
            most=MOST_WORDS,
            length=length,
        )
    )


def _choices(values: Iterable[str], what: str) -> tuple[str, ...]:
    named = list(values)
    if any(len(value) > _MOST_RAW * MOST_NAME for value in named):
        raise _too_long_name(what)
    chosen = sorted({folded for value in named if (folded := _folded(value))})
    if len(chosen) > MOST_CHOICES:
        raise BadRequest(
            _(
                "A view may name {most} {things} at most; this one names {count}.",
                most=MOST_CHOICES,
                things=_(what),
                count=len(chosen),
            )
        )
    if any(len(value) > MOST_NAME for value in chosen):
        raise _too_long_name(what)
    return tuple(chosen)


def _too_long_name(what: str) -> BadRequest:
    return BadRequest(
        _("The names of {things} have {most} characters at most.", things=_(what), most=MOST_NAME)
    )


def _folded(text: str) -> str:
    """Return the text with white space folded, and control characters, which PostgreSQL rejects, as spaces."""
    printable = "".join(" " if unicodedata.category(char) == "Cc" else char for char in text)
    return " ".join(unicodedata.normalize("NFC", printable).split())


def _either(names: Iterable[str]) -> str:
    *first, last = names
    return _("{names} or {last}", names=listed(first), last=last) if first else last
