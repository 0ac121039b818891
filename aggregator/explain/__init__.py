"""Sentences for what the program decided: a code with its details in, plain English out.

Nothing decides by these words, so each may be reworded freely; the codes are in `model`.
"""

from collections.abc import Iterable

from aggregator.explain.faults import fault, warning
from aggregator.model import (
    DoubtKind,
    FilteredBy,
    FilterRule,
    Finding,
    FindingCode,
    HiddenEntry,
    HoldEvidence,
    HoldSign,
    PollDetails,
    Reason,
    ReasonCode,
    Result,
    ValidatorDoubt,
)
from aggregator.quantities import interval_in_words, rate_in_words, span_in_words
from aggregator.translations import N_, listed, ngettext
from aggregator.translations import gettext as _

__all__ = ["doubt", "entries", "fault", "filtered", "hold", "left_out", "next_poll", "poll", "warning"]

_RESULTS = {
    Result.READ: N_("read"),
    Result.FAILED: N_("failed"),
    Result.GONE: N_("gone"),
    Result.HELD: N_("held"),
    Result.NOT_MODIFIED: N_("unchanged (304)"),
    Result.UNCHANGED: N_("unchanged (the same document again)"),
}

_FILTERS = {
    FilterRule.HIDE_ID: N_("hidden by its id {patterns}, which is listed in `hide`"),
    FilterRule.HIDE_PATTERN: N_("hidden by the pattern {patterns} in `hide`"),
    FilterRule.EXCLUDE: N_("filtered: it matches {patterns} in the source's `exclude`"),
    FilterRule.INCLUDE: N_("filtered: it matches nothing in the source's `include` ({patterns})"),
}

_SIGNS = {
    HoldSign.TITLE: N_("its title was “{before}” and is now “{now}”"),
    HoldSign.SITE: N_("its site was {before} and is now {now}"),
    HoldSign.SERVER: N_("it is now served by {now}"),
    HoldSign.RATE: N_("it suddenly has {now} new posts, ten times as fast as it posted before"),
    HoldSign.LANGUAGE: N_("its new posts are in another language ({now} instead of {before})"),
    HoldSign.SUBJECT: N_("its new posts (“{now}”) have hardly a word in common with those before"),
    HoldSign.TEMPLATE: N_("its new posts are one sentence with other names in it (“{now}”)"),
    HoldSign.SPAM: N_("its new posts are about gambling or pharmacies, or lead there ({now})"),
}

_OF_POSTS = {HoldSign.RATE, HoldSign.LANGUAGE, HoldSign.SUBJECT, HoldSign.TEMPLATE, HoldSign.SPAM}

_IN_FULL = N_("so it is asked for the whole feed now and then, at most once a day")
_DOUBTS = {
    DoubtKind.MISSED_CHANGE: N_(
        "the server answered 304 (not modified) although the feed had changed, {in_full}"
    ),
    DoubtKind.FUTURE_DATE: N_(
        "the server says that the feed was last modified in the future ({modified})"
        " and answers 304 (not modified), {in_full}"
    ),
    DoubtKind.LONG_SILENCE: N_(
        "the server has answered 304 (not modified) for {silence}, unusually long for this feed, {in_full}"
    ),
    DoubtKind.NEW_EACH_TIME: N_(
        "the server sends a new one (ETag, Last-Modified) with every answer although the feed"
        " is unchanged, so each poll costs it the whole document"
    ),
}

_REASONS = {
    ReasonCode.NEW_SOURCE: N_("new source, due at once"),
    ReasonCode.NEW_ADDRESS: N_("new address, due at once"),
    ReasonCode.RELEASED: N_("released by the admin, due at once"),
    ReasonCode.NO_DATES: N_("no post of it has a date yet"),
    ReasonCode.ONE_POST: N_("posted last {span} ago, too little to know how often it posts"),
    ReasonCode.POSTS: N_("posts {rate}"),
    ReasonCode.FELL_SILENT: N_("posted {rate}, silent for {span}"),
    ReasonCode.MIN_INTERVAL: N_("polled every {span} at most (min_interval)"),
    ReasonCode.MAX_INTERVAL: N_("polled every {span} at least (max_interval)"),
    ReasonCode.RETRY_AFTER: N_("the publisher asks to wait {span} (Retry-After)"),
    ReasonCode.MAX_AGE: N_("the publisher asks for {span} between polls (Cache-Control: max-age)"),
    ReasonCode.EXPIRES: N_("the publisher asks for {span} between polls (Expires)"),
    ReasonCode.TTL: N_("the publisher asks for {span} between polls (ttl)"),
    ReasonCode.UPDATE_PERIOD: N_("the publisher says it is updated {every} (sy:updatePeriod)"),
    ReasonCode.CUT: N_("cut to {span}"),
    ReasonCode.SKIPPED: N_("the publisher asks for no poll before (skipHours, skipDays)"),
    ReasonCode.BACKOFF: N_("backing off after {failures}{fault}"),
    ReasonCode.GONE: N_(
        "polled no more: the publisher says that the feed is gone for good (HTTP 410); remove it,"
        " correct its address, or try again with `aggregator poll --once --source {slug}`"
    ),
    ReasonCode.HOST_PAUSED: N_("{text} answered that it gets too many requests (HTTP 429)"),
    ReasonCode.MOVED_BACK: N_(
        "{text}, where it had moved, failed too often; asked at the address in the sources file"
    ),
    ReasonCode.NETWORK_DOWN: N_("our own network seems to be down"),
    ReasonCode.AFTER_OUTAGE: N_("our own network was down; polled again now that it is back"),
    ReasonCode.INTERNAL_ERROR: N_("the last poll failed by an internal error; see the log"),
    ReasonCode.NO_ROOM: N_("too many other large documents were being read"),
    ReasonCode.NOT_SAVED: N_("the last poll could not be saved; see the log"),
    ReasonCode.CLOCK_CORRECTED: N_("our clock was wrong at the last poll, due at once"),
    ReasonCode.HUB_PUSHES: N_("its hub pushes what is new; polled after {span} to be sure"),
    ReasonCode.PUSH_UNREADABLE: N_(
        "a document that was pushed cannot be read, so the feed is asked itself{fault}"
    ),
}

_FINDINGS = {
    FindingCode.HTTPS: "its address is not https",
    FindingCode.ACTIVE_WITHIN: "its newest post is {span} old; {wanted} is the longest that is wanted",
    FindingCode.MAX_PER_WEEK: "it posts {count} times a week; at most {wanted} are wanted",
    FindingCode.LANGUAGES: "its posts are in another language ({text}) than is wanted ({wanted})",
    FindingCode.DATES: "{count} of {total} entries have no date",
    FindingCode.ON_TOPIC: "`include` keeps {count} of {total} entries; at least {wanted} are wanted",
    FindingCode.UNREACHABLE: "{fault}",
    FindingCode.REFUSED: "{fault}",
    FindingCode.MISSING: "{fault}",
    FindingCode.GONE: "{fault}",
    FindingCode.SERVER_TROUBLE: "{fault}",
    FindingCode.REDIRECTS: "{fault}",
    FindingCode.BLOCKED: "{fault}",
    FindingCode.TOO_LARGE: "{fault}",
    FindingCode.PAGE: "{fault}",
    FindingCode.PARKED: "the domain looks parked or for sale: {text} answers with a page that says so",
    FindingCode.UNREADABLE: "{fault}",
    FindingCode.MOVED: "it has moved for good; write {text}",
    FindingCode.LISTED_TWICE: "it leads to the feed that is listed as `{text}` already",
    FindingCode.EMPTY: "it has no entries",
    FindingCode.NO_LINKS: "{count} of {total} entries have no link, so that nobody can open them",
    FindingCode.FUTURE_DATES: "{count} of {total} entries are dated in the future",
    FindingCode.ONE_DATE: "all {total} entries have the same date, that of the document rather than their own",
    FindingCode.COMMENTS: "it is the feed of a site's comments, not of its posts",
    FindingCode.SPAM_LINKS: "its posts lead to hosts of gambling, pharmacies or parked domains: {text}",
    FindingCode.SILENT: "it has posted nothing for {span}",
    FindingCode.FAILING: "it has not answered well for {span}: {fault}",
    FindingCode.ON_HOLD: "it {hold}; nothing new is taken",
    FindingCode.DOUBTFUL: "{doubt}",
}

# What to do about a finding of `review`; for others the rule says it.
_EDITS = {
    FindingCode.HTTPS: "write https:// in its address, if its server speaks that",
    FindingCode.ACTIVE_WITHIN: "remove it, or leave it to wake up: `aggregator sources remove {slug}`",
    FindingCode.MAX_PER_WEEK: "keep a part of it by `include`, or remove it: `aggregator sources remove {slug}`",
    FindingCode.LANGUAGES: "look at its posts; remove it by `aggregator sources remove {slug}`",
    FindingCode.DATES: "tell its author; without dates its posts stand where they were first seen",
    FindingCode.ON_TOPIC: "widen its `include`, or remove it: `aggregator sources remove {slug}`",
    FindingCode.GONE: "correct its address, or remove it: `aggregator sources remove {slug}`",
    FindingCode.MOVED: 'write url = "{text}"; `aggregator review --apply` does',
    FindingCode.SILENT: "remove it, or leave it to wake up: `aggregator sources remove {slug}`",
    FindingCode.FAILING: "correct its address, or write `enabled = false` until it is back",
    FindingCode.ON_HOLD: "look at its address; release it by `aggregator sources release {slug}`, or remove it by"
    " `aggregator sources remove {slug}`",
    FindingCode.DOUBTFUL: "tell its author",
}


def finding(found: Finding) -> str:
    """Say what was found about a source."""
    span = span_in_words(found.span) if found.span is not None else ""
    return _FINDINGS[found.code].format(
        text=found.text,
        wanted=found.wanted,
        count=found.count,
        total=found.total,
        span=span,
        fault=fault(found.fault) if found.fault else "",
        hold=_signs(found.hold),
        doubt=doubt(found.doubt) if found.doubt else "",
    )


def edit(found: Finding, slug: str) -> str:
    """Say what to do in the sources file about a finding; empty if the finding itself says it."""
    return _EDITS.get(found.code, "").format(text=found.text, slug=slug)


def next_poll(why: Iterable[Reason], slug: str) -> str:
    """Explain why a feed is polled next when it is."""
    return "; ".join(_reason(reason, slug) for reason in why)


def _reason(reason: Reason, slug: str) -> str:
    return _(
        _REASONS[reason.code],
        span=span_in_words(reason.span) if reason.span is not None else "",
        every=interval_in_words(reason.span) if reason.span is not None else "",
        rate=rate_in_words(reason.rate) if reason.rate is not None else "",
        failures=ngettext("{count} failure", "{count} failures", reason.count or 0),
        text=reason.text,
        # An earlier version stored the fault as a sentence.
        fault=f": {words}" if (words := fault(reason.fault) if reason.fault else reason.text) else "",
        slug=slug,
    )


def doubt(found: ValidatorDoubt) -> str:
    """Explain why the validators of a server are not trusted."""
    silence = span_in_words(found.silence) if found.silence is not None else ""
    modified = f"{found.modified:%Y-%m-%d}" if found.modified else ""
    what = _(_DOUBTS[found.kind], modified=modified, silence=silence, in_full=_(_IN_FULL))
    return _("its validators mislead: {what}", what=what)


def filtered(by: FilteredBy) -> str:
    """Explain which filter keeps an entry out of the timeline."""
    return _(_FILTERS[by.rule], patterns=_quoted(by.patterns))


def left_out(entry: HiddenEntry) -> str:
    """Explain why the timeline does not show an entry."""
    if entry.filtered:
        return filtered(entry.filtered)
    if entry.withdrawn:
        return _(
            "withdrawn: the feed's document has not listed it for several polls, though it lists older ones"
        )
    if entry.is_fixed_page:
        return _(
            "a fixed page of the site, such as About: it has no date, and is shown among its source's posts alone"
        )
    return _("a copy: the timeline shows this post as published by {source}", source=entry.shown_in)


def entries(count: int) -> str:
    """Say how many entries a document lists."""
    return ngettext("{count} entry", "{count} entries", count) if count else _("no entries")


def poll(result: Result, details: PollDetails, slug: str) -> str:
    """Say what came of a poll."""
    if details.fault:
        return fault(details.fault)
    said = _("on hold: {why}", why=hold(details.hold, slug)) if details.hold else _(_RESULTS[result])
    if details.entries is not None:
        said = entries(details.entries)
    if not details.moved_to:
        return said
    return _("{result}; moved for good to {address}", result=said, address=details.moved_to)


def hold(evidence: Iterable[HoldEvidence], slug: str) -> str:
    """Explain why a source is on hold, and how to release it."""
    return _(
        "{signs}; nothing new is taken. If it is right, release it with `aggregator sources release {slug}`",
        signs=_signs(evidence),
        slug=slug,
    )


def _signs(evidence: Iterable[HoldEvidence]) -> str:
    found = tuple(evidence)
    signs = _(" and ").join(_(_SIGNS[one.sign], before=one.before, now=one.now) for one in found)
    if any(one.sign in _OF_POSTS for one in found):
        return _("looks taken over: {signs}", signs=signs)
    return _("looks like another site: {signs}, and none of its entries is known", signs=signs)


def _quoted(patterns: Iterable[str]) -> str:
    return listed([f"`{pattern}`" for pattern in patterns])
