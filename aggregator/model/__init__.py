"""The values that travel from step to step.

Plain and frozen: a step takes one and returns the next. Their names say which stage they belong to:
*source* (what the admin wrote, in `sources.settings`), *feed* (what the store remembers of it), *answer* (the
publisher's response), *document* (the parsed body), *entry* (a post, cleaned), *outcome* (the result of one
poll), *item* (a post as the timeline shows it).

Every datetime is aware and in UTC.
"""

from aggregator.model.documents import Enclosure, FetchResult, Origin, ParsedEntry, ParsedFeed, TextConstruct
from aggregator.model.entries import NO_DOCUMENT, Delta, Entry, FeedContent, LastDocument, Outlink
from aggregator.model.faults import DocumentWarning, Fault, FaultCode, FaultKind, WarningCode, legible
from aggregator.model.feeds import (
    DoubtKind,
    Feed,
    FeedState,
    Hints,
    HoldEvidence,
    HoldSign,
    Reason,
    ReasonCode,
    State,
    ValidatorDoubt,
    Validators,
)
from aggregator.model.findings import Finding, FindingCode
from aggregator.model.outcomes import (
    FilteredBy,
    FilterRule,
    HostPause,
    Outcome,
    PollDetails,
    Result,
    SaveSummary,
)
from aggregator.model.status import HiddenEntry, PollRecord, SourceStatus
from aggregator.model.timeline import (
    Cursor,
    Duplicate,
    Item,
    Leader,
    Leaders,
    LinkedPost,
    Mention,
    Month,
    Page,
    PostLine,
    PublishedIssues,
    SourceRef,
    Tie,
    Ties,
    TimelineQuery,
    Week,
    WeekPosts,
)

__all__ = [
    "NO_DOCUMENT",
    "Cursor",
    "Delta",
    "DocumentWarning",
    "DoubtKind",
    "Duplicate",
    "Enclosure",
    "Entry",
    "Fault",
    "FaultCode",
    "FaultKind",
    "Feed",
    "FeedContent",
    "FeedState",
    "FetchResult",
    "FilterRule",
    "FilteredBy",
    "Finding",
    "FindingCode",
    "HiddenEntry",
    "Hints",
    "HoldEvidence",
    "HoldSign",
    "HostPause",
    "Item",
    "LastDocument",
    "Leader",
    "Leaders",
    "LinkedPost",
    "Mention",
    "Month",
    "Origin",
    "Outcome",
    "Outlink",
    "Page",
    "ParsedEntry",
    "ParsedFeed",
    "PollDetails",
    "PollRecord",
    "PostLine",
    "PublishedIssues",
    "Reason",
    "ReasonCode",
    "Result",
    "SaveSummary",
    "SourceRef",
    "SourceStatus",
    "State",
    "TextConstruct",
    "Tie",
    "Ties",
    "TimelineQuery",
    "ValidatorDoubt",
    "Validators",
    "WarningCode",
    "Week",
    "WeekPosts",
    "legible",
]
