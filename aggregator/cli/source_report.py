"""A report on sources for a person, a pull request or a script; the same facts in each form."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aggregator import explain
from aggregator.model import Finding
from aggregator.quantities import counted
from aggregator.web.display.relative_time import age


@dataclass(frozen=True, slots=True)
class PostLine:
    """A post as the page would show it."""

    title: str
    link: str | None
    excerpt: str
    published: datetime | None
    minutes: int


@dataclass(frozen=True, slots=True)
class SourceReport:
    """One source: what it is, what was found, and what to do."""

    slug: str
    url: str
    summary: str
    findings: tuple[Finding, ...]
    posts: tuple[PostLine, ...] = ()
    edits: tuple[str, ...] = ()  # what to do about the findings


@dataclass(frozen=True, slots=True)
class Report:
    """The sources of one report."""

    title: str
    at: datetime
    sources: Sequence[SourceReport]
    others: int = 0  # sources without findings that are not listed one by one

    @property
    def total(self) -> int:
        """How many sources were checked."""
        return len(self.sources) + self.others

    @property
    def unmet(self) -> int:
        """How many sources have findings."""
        return sum(bool(source.findings) for source in self.sources)


def render(report: Report, form: str) -> str:
    """Return a report in one of `FORMS`."""
    return FORMS[form](report)


def _summary(report: Report) -> str:
    return f"{report.total - report.unmet} of {counted(report.total, 'source')} without findings."


def _byline(post: PostLine, now: datetime) -> str:
    """Return the line below a post's title, as the page has it."""
    when = age(post.published, now) if post.published else "no date"
    return f"{when} • {post.minutes} min read"


# --- text -------------------------------------------------------------------------------------------------


def _text(report: Report) -> str:
    return "\n\n".join([*(_text_of(source, report.at) for source in report.sources), _summary(report)]) + "\n"


def _text_of(source: SourceReport, now: datetime) -> str:
    mark = "FAULT" if source.findings else "ok"
    lines = [f"{source.slug}  {mark}  {source.url}"]
    if source.summary:
        lines.append(f"  {source.summary}")
    lines += [f"  - [{found.code}] {explain.finding(found)}" for found in source.findings]
    lines += [f"  > {edit}" for edit in source.edits]
    for post in source.posts:
        lines += [f"  * {post.title}", f"    {_byline(post, now)}", f"    {post.excerpt}"]
    return "\n".join(line.rstrip() for line in lines)


# --- Markdown ---------------------------------------------------------------------------------------------


def _markdown(report: Report) -> str:
    parts = [f"### {_escaped(report.title)}", _summary(report)]
    parts += [_markdown_of(source, report.at) for source in report.sources]
    return "\n\n".join(parts) + "\n"


def _markdown_of(source: SourceReport, now: datetime) -> str:
    mark = "❌" if source.findings else "✅"
    lines = [f"#### {mark} `{source.slug}`", "", f"<{source.url}>"]
    if source.summary:
        lines += ["", _escaped(source.summary)]
    if source.findings:
        lines += [
            "",
            *(f"- **`{found.code}`** {_escaped(explain.finding(found))}" for found in source.findings),
        ]
    lines += [line for edit in source.edits for line in ("", f"➡️ {_with_code(edit)}")]
    for post in source.posts:
        title = f"[{_escaped(post.title)}](<{post.link}>)" if post.link else _escaped(post.title)
        lines += ["", f"> **{title}**  ", f"> {_byline(post, now)}  ", f"> {_escaped(post.excerpt)}"]
    return "\n".join(lines)


# Characters that would begin markup, mention a person or link to an issue in a pull request.
_MARKUP = {ord(sign): f"\\{sign}" for sign in "\\`*_{}[]<>()#+-!|~&"} | {ord("@"): "@\u200b"}


def _with_code(words: str) -> str:
    """Escape a sentence of ours, but for what stands between backticks: commands and keys."""
    parts = words.split("`")
    if len(parts) % 2 == 0:
        return _escaped(words)
    return "".join(f"`{part}`" if number % 2 else _escaped_part(part) for number, part in enumerate(parts))


def _escaped(words: str) -> str:
    """Escape publishers' text for Markdown."""
    return _escaped_part(" ".join(words.split()))


def _escaped_part(words: str) -> str:
    return words.translate(_MARKUP)


# --- JSON -------------------------------------------------------------------------------------------------


def _json(report: Report) -> str:
    document = {
        "at": report.at.isoformat(),
        "sources": [_json_of(source, report.at) for source in report.sources],
        "total": report.total,
        "with_findings": report.unmet,
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _json_of(source: SourceReport, now: datetime) -> dict[str, Any]:
    return {
        "slug": source.slug,
        "url": source.url,
        "ok": not source.findings,
        "summary": source.summary,
        "findings": [_json_of_finding(found) for found in source.findings],
        "edits": list(source.edits),
        "posts": [
            {
                "title": post.title,
                "url": post.link,
                "excerpt": post.excerpt,
                "published": post.published.isoformat() if post.published else None,
                "age": age(post.published, now) if post.published else None,
                "minutes": post.minutes,
            }
            for post in source.posts
        ],
    }


def _json_of_finding(found: Finding) -> dict[str, Any]:
    values = {
        "text": found.text or None,
        "wanted": found.wanted or None,
        "count": found.count,
        "total": found.total,
        "signs": [one.sign for one in found.hold] or None,
        "seconds": round(found.span.total_seconds()) if found.span is not None else None,
    }
    known = {name: value for name, value in values.items() if value is not None}
    return {"code": found.code, "sentence": explain.finding(found), **known}


FORMS: dict[str, Callable[[Report], str]] = {"text": _text, "markdown": _markdown, "json": _json}
