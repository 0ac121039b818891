"""A site filled with posts as the serverless world writes them, and with what is hard to set: for the browser's tests."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from aggregator import store
from aggregator.model import Entry, Fault, FaultCode, Outcome, PollDetails, Reason, ReasonCode, Result, State
from aggregator.sources.settings import Polling, Settings, Source
from aggregator.store import Database
from aggregator.store import migrate as migrate_store
from tests.support.clock import ManualClock
from tests.support.saving import save
from tests.support.site import OWNER, Site, an_entry

NOW = datetime(2026, 3, 19, 12, tzinfo=UTC)  # a Thursday

_POLLING = Polling(per_host_gap=timedelta())


def _source(slug: str, title: str, *tags: str) -> Source:
    return Source(
        url=f"https://{slug}.test/feed.xml",
        slug=slug,
        title=title,
        tags=tags,
        polling=_POLLING,
        exclude=("(?i)sponsored",),
    )


SETTINGS = Settings(
    sources=(
        _source("aws", "AWS Compute Blog", "aws", "lambda"),
        _source("cloudflare", "The Cloudflare Blog", "workers", "edge"),
        _source("knative", "Knative", "kubernetes"),
        _source("weekly", "Off-by-none", "newsletter"),
        _source("daly", "Jeremy Daly", "aws"),
        _source("openfaas", "OpenFaaS", "kubernetes", "functions"),
        _source("vercel", "Vercel", "edge", "frontend"),
        _source("momento", "Momento", "caching"),
    )
)

TITLES = (
    ("aws", "Faster cold starts for Java functions with snapshots of a warmed runtime", ("lambda", "java")),
    ("cloudflare", "How we moved a queue of four billion messages closer to its readers", ("queues",)),
    ("knative", "Knative 1.21: smaller activators, clearer conditions", ("releases",)),
    ("weekly", "Issue 412: The bill that was smaller than the invoice", ("newsletter",)),
    ("daly", "Event sourcing without regret", ("architecture", "events")),
    ("openfaas", "Autoscaling functions on hardware that you own", ("autoscaling",)),
    ("vercel", "Rendering at the edge, one stream at a time", ("streaming",)),
    ("momento", "What a cache miss really costs", ("performance",)),
)

TEXT = (
    "Functions start faster when what they need is at hand before the first event arrives. We measured where the time "
    "goes, from the moment a request leaves the queue until the handler returns, and found that most of it is spent on "
    "reading code that never runs. In this post we show the three changes that mattered, what each of them brought in "
    "our own fleet, and the one that we took back after a week in production. A cold start is never free, but it can "
    "be made so rare that nobody plans for it any more. All the numbers and the scripts that made them are linked below."
)

LONG_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2

ODD = (
    ("aws", an_entry(
        901, title="الحوسبة بلا خوادم: ما الذي تغيّر هذا العام؟", language="ar", authors=("ليلى حسن",), minutes=6,
        text="تبدأ الوظائف أسرع عندما يكون كل ما تحتاج إليه جاهزًا قبل وصول الحدث الأول. قسنا الوقت من لحظة خروج الطلب من "
        "الطابور حتى عودة الوظيفة، ووجدنا أن معظمه يذهب في قراءة شيفرة لا تُنفَّذ أبدًا.",
    )),
    ("cloudflare", an_entry(
        902, title="サーバーレスの冷たい起動を速くする三つの方法", language="ja", authors=("山田 花子",), minutes=3,
        text="関数は、最初のイベントが届く前に必要なものが手元にあると速く起動します。要求が列を離れてから処理が戻るまでの時間を測り、"
        "そのほとんどが決して実行されないコードの読み込みに費やされていることが分かりました。",
    )),
    ("momento", an_entry(
        903, title=f"{LONG_WORD} and other names", text=f"https://example.test/{'a' * 180} {LONG_WORD}",
        authors=("A. N. Author-With-A-Name-That-Does-Not-End-" + "x" * 60,), tags=("infrastructure-as-code-and-everything-else-besides", "short"),
    )),
    ("vercel", an_entry(
        904, title='<script>alert("title")</script> & <b>bold</b> claims', text="<img src=x onerror=alert(1)> is text here.",
    )),
    ("daly", an_entry(905, title="", text="A post without a title says what it has to say in its first words, and goes on.")),
    ("openfaas", an_entry(906, title="A post that leads nowhere", link=None)),
    ("knative", an_entry(907, title="Sponsored: the best platform of all")),
)  # fmt: skip


def fill(database: Database, clock: ManualClock, *, settings: Settings = SETTINGS, rounds: int = 14) -> Site:
    """Migrate a store and fill it with `rounds` posts of each source over three months, odd ones and faults."""
    migrate_store(database)
    clock.set(NOW - timedelta(days=100))
    site = Site(database, clock, settings)
    for number, (slug, title, tags) in enumerate(TITLES):
        entries = [_post(number, turn, title, tags) for turn in range(rounds)]
        if slug == "knative":
            _poll_for_two_days(site, slug)
        clock.set(NOW - timedelta(minutes=20 - number))
        site.publish(*entries, *(_dated(entry) for of, entry in ODD if of == slug), slug=slug)
    _fail(site, "openfaas")
    return site


def _post(number: int, turn: int, title: str, tags: tuple[str, ...]) -> Entry:
    published = NOW - timedelta(hours=turn * turn * 11 + number * 5 + 1, minutes=7 * number)
    return an_entry(
        number * 1000 + turn,
        title=title if turn == 0 else f"{title}, part {turn}",
        text=f"{TEXT} ({number}.{turn})"
        if (turn + number) % 3
        else TEXT.partition(". In")[0] + f". ({number}.{turn})",
        tags=tags,
        authors=("Ada Example", "B. Writer")[: (number + turn) % 3],
        minutes=1 + (number * 3 + turn) % 9,
        published=published,
    )


def _dated(entry: Entry) -> Entry:
    hours = int((entry.guid or "-0").rpartition("-")[2]) - 900
    return replace(entry, published=NOW - timedelta(hours=3 * hours))


def _poll_for_two_days(site: Site, slug: str) -> None:
    """Poll a source every hour: nothing new, and now and then no answer."""
    for hours in range(48, 0, -1):
        site.clock.set(now := NOW - timedelta(hours=hours))
        feed = store.claim_one(site.database, slug, now=now, owner=OWNER, lease=timedelta(minutes=5))
        assert feed is not None
        fault = (
            Fault(FaultCode.ANSWER_TOO_LATE, {"host": "knative.test", "seconds": 30})
            if hours in (20, 33, 34)
            else None
        )
        result = Result.FAILED if fault else Result.NOT_MODIFIED
        after = replace(feed.poll_state, last_poll=now, next_poll=now + timedelta(hours=1))
        outcome = Outcome(
            feed, now, result, after, details=PollDetails(fault=fault), elapsed=0.2, received=180
        )
        save(site.database, outcome, owner=OWNER, settings=site.settings)


def _fail(site: Site, slug: str) -> None:
    """Let three polls of a source fail."""
    for failures in (1, 2, 3):
        now = site.clock.now()
        feed = store.claim_one(site.database, slug, now=now, owner=OWNER, lease=timedelta(minutes=5))
        assert feed is not None
        fault = Fault(FaultCode.CERTIFICATE_EXPIRED, {"date": "2026-03-01"})
        after = replace(
            feed.poll_state,
            state=State.FAILING,
            failures=failures,
            last_poll=now,
            fault=fault,
            next_poll=now + timedelta(hours=6),
            why=(Reason(ReasonCode.BACKOFF, count=failures, fault=fault),),
        )
        outcome = Outcome(feed, now, Result.FAILED, after, details=PollDetails(fault=fault), elapsed=0.4)
        save(site.database, outcome, owner=OWNER, settings=site.settings)
        site.clock.advance(minutes=1)
