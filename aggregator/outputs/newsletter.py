"""A week as a newsletter, to forward or to edit: Markdown, HTML or text, made from plain text only."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from aggregator.dates import days_in_words
from aggregator.model import Item, PostLine
from aggregator.normalize.excerpt import excerpt
from aggregator.outputs.channel import carried
from aggregator.rank.weeks import WeekSummary
from aggregator.translations import gettext as _
from aggregator.translations import listed, ngettext, number

MOST_NAMED = 5  # of those who point to a post


@dataclass(frozen=True, slots=True)
class _Heading:
    words: str
    level: int


@dataclass(frozen=True, slots=True)
class _Paragraph:
    words: str


@dataclass(frozen=True, slots=True)
class _Link:
    words: str
    address: str | None


@dataclass(frozen=True, slots=True)
class _Line:
    post: _Link
    by: str
    words: str = ""
    pointers: Sequence[_Link] = ()  # the posts that point to it, by the names of their sources
    more: int = 0  # of them, which are not named


_Part = _Heading | _Paragraph | Sequence[_Line]


def title_of(summary: WeekSummary, site: str) -> str:
    """Return the title of a week's issue."""
    return _("{site}, {days}", site=site, days=days_in_words(summary.week))


def parts_of(summary: WeekSummary, *, limit: int, is_finished: bool) -> Iterator[_Part]:
    """Yield the parts of an issue below its title, with at most `limit` characters of a post's text."""
    yield _Paragraph(_facts(summary))
    if not is_finished:
        yield _Paragraph(_("This week is not finished."))
    yield from _sections(summary.picked)
    if summary.top:
        yield _Heading(_("Pointed to most"), 2)
        yield [_pointed_to(item, excerpt(item.text, limit)) for item in summary.top]
    if summary.finds:
        yield _Heading(_("Found elsewhere"), 2)
        yield [_pointed_to(item, item.text) for item in summary.finds]
    yield from _sections(summary.sections)


def _sections(sections: Iterable[tuple[str, Sequence[PostLine]]]) -> Iterator[_Part]:
    for name, posts in sections:
        yield _Heading(name, 2)
        yield [
            _Line(_Link(post.title or post.link or "", post.link), post.source.title, post.words)
            for post in posts
        ]


def _facts(summary: WeekSummary) -> str:
    return " ".join(_sentences(summary))


def _sentences(summary: WeekSummary) -> Iterator[str]:
    yield _(
        "{posts} from {sources}.",
        posts=ngettext("{count} post", "{count} posts", summary.posts),
        sources=ngettext("{count} source", "{count} sources", summary.sources),
    )
    if summary.busiest:
        source, posts = summary.busiest
        yield _("The busiest was {source} with {posts}.", source=source.title, posts=number(posts))
    if summary.new_sources:
        yield _("New here: {sources}.", sources=listed([source.title for source in summary.new_sources]))


def _pointed_to(item: Item, words: str = "") -> _Line:
    named = [_Link(mention.source.title, mention.link) for mention in item.mentions[:MOST_NAMED]]
    post = _Link(_title(item), item.link)
    return _Line(post, item.source.title, words, named, len(item.mentions) - len(named))


def _title(item: Item) -> str:
    return item.title or excerpt(item.text, 90) or item.link or item.source.title


def _pointed_to_by(line: _Line, link: Callable[[_Link], str]) -> str:
    """Return who points to a post, in a sentence; empty if that is not told."""
    if not line.pointers:
        return ""
    sources = listed(map(link, line.pointers))
    if line.more:
        return _("Pointed to by {sources} and {more} more.", sources=sources, more=number(line.more))
    return _("Pointed to by {sources}.", sources=sources)


# --- the forms --------------------------------------------------------------------------------------------

# Everything that CommonMark may take for markup within a line, and at its start.
_MARKS = re.compile(r"[\\`*_\[\]<>#|~!&]")
_START = re.compile(r"^(\d*)([-+=.)])")


def _plain_markdown(words: str) -> str:
    return _START.sub(r"\1\\\2", _MARKS.sub(r"\\\g<0>", words))


def _markdown_link(link: _Link) -> str:
    # A destination in angle brackets ends at nothing but these.
    target = re.sub(r"[<>\\\s]", lambda match: f"%{ord(match[0]):02X}", link.address or "")
    words = _plain_markdown(link.words)
    return f"[{words}](<{target}>)" if target else words


def _markdown_line(line: _Line) -> str:
    first = f"- {_markdown_link(line.post)} · {_plain_markdown(line.by)}"
    below = (_plain_markdown(line.words), _pointed_to_by(line, _markdown_link))
    return "\\\n  ".join((first, *filter(None, below)))


def _markdown(part: _Part) -> str:
    match part:
        case _Heading(words, level):
            return f"{'#' * level} {_plain_markdown(words)}"
        case _Paragraph(words):
            return _plain_markdown(words)
        case lines:
            return "\n".join(map(_markdown_line, lines))


def _html_link(link: _Link) -> str:
    words = escape(link.words)
    return f'<a href="{escape(link.address)}">{words}</a>' if link.address else words


def _html_line(line: _Line) -> str:
    first = f"{_html_link(line.post)} · {escape(line.by)}"
    below = (escape(line.words), _pointed_to_by(line, _html_link))
    return f"<li>{'<br>'.join((first, *filter(None, below)))}</li>"


def _html(part: _Part) -> str:
    match part:
        case _Heading(words, level):
            return f"<h{level}>{escape(words)}</h{level}>"
        case _Paragraph(words):
            return f"<p>{escape(words)}</p>"
        case lines:
            return "<ul>\n" + "\n".join(map(_html_line, lines)) + "\n</ul>"


def _text_link(link: _Link) -> str:
    return f"{link.words} <{link.address}>" if link.address else link.words


def _text_line(line: _Line) -> str:
    post = line.post
    below = (line.words, post.address if post.address != post.words else "", _pointed_to_by(line, _text_link))
    return "\n  ".join((f"* {post.words} ({line.by})", *filter(None, below)))


def _text(part: _Part) -> str:
    match part:
        case _Heading(words, level):
            return f"{words}\n{('=' if level == 1 else '-') * len(words)}"
        case _Paragraph(words):
            return words
        case lines:
            return "\n".join(map(_text_line, lines))


FORMS: dict[str, Callable[[_Part], str]] = {"markdown": _markdown, "html": _html, "text": _text}


def body(summary: WeekSummary, form: str, *, limit: int, is_finished: bool) -> str:
    """Return an issue in one of the FORMS without its title, as the item of a feed has it."""
    parts = parts_of(summary, limit=limit, is_finished=is_finished)
    return carried("\n\n".join(map(FORMS[form], parts)))


def issue(summary: WeekSummary, form: str, *, site: str, limit: int, is_finished: bool) -> str:
    """Return a whole issue in one of the FORMS, under its title."""
    heading = FORMS[form](_Heading(title_of(summary, site), 1))
    return f"{carried(heading)}\n\n{body(summary, form, limit=limit, is_finished=is_finished)}\n"
