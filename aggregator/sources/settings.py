"""The schema of the sources file: every key, its type, its bounds and its default.

Rules about one key are here; rules between keys and between sources are in `load`.
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, Literal
from urllib.parse import SplitResult, urlsplit

import regex
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, Strict, ValidationInfo

from aggregator.languages import PATTERN as LANGUAGE
from aggregator.sources.durations import format_duration, parse_duration
from aggregator.sources.secrets import NO_SECRETS, VARIABLE, Secrets, check_for_address
from aggregator.sources.slugs import LONGEST, slugify
from aggregator.theme import Look
from aggregator.urls import ascii_host, check_host

FOREVER = "forever"
KEEP_ALL = f', or "{FOREVER}" to keep all'


# --- the kinds of values ----------------------------------------------------------------------------------


def _span(shortest: timedelta, longest: timedelta, or_else: str = "") -> BeforeValidator:
    """Parse a duration within bounds; a timedelta, which no file can contain, is accepted as it is."""

    def check(value: object) -> timedelta:
        if isinstance(value, timedelta):
            return value
        if not isinstance(value, str):
            raise ValueError(f'must be a duration in quotes, like "90s", "30m", "1h" or "7d"{or_else}')  # noqa: TRY004 - pydantic collects ValueErrors
        try:
            span = parse_duration(value)
        except ValueError as fault:
            raise ValueError(f"{fault}{or_else}") from None
        if not shortest <= span <= longest:
            bounds = f"{format_duration(shortest)} and {format_duration(longest)}"
            raise ValueError(f"must be between {bounds}, not {format_duration(span)}{or_else}")
        return span

    return BeforeValidator(check)


def _keep(value: object) -> object:
    return None if value == FOREVER else value


def _split(url: str) -> SplitResult:
    """Parse an address; raises ValueError with a message if it cannot be polled."""
    if re.search(r"[\s\x00-\x1f\x7f]", url):
        raise ValueError("an address has no spaces or control characters; write a space as %20")
    if not re.match(r"https?://", url, re.IGNORECASE):
        bare = url.removeprefix("feed://")
        hint = f"; perhaps https://{bare}" if bare and "://" not in bare else ""
        raise ValueError(f"must begin with https:// or http://{hint}")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port  # the port is only parsed on access
        if host:
            check_host(host) if host.isascii() else ascii_host(host)
    except ValueError as fault:
        raise ValueError(f"is no address ({fault}); write it like https://example.org/feed.xml") from None
    if not host:
        raise ValueError("names no host; write it like https://example.org/feed.xml")
    if parts.username or parts.password:
        raise ValueError(
            "must not hold a name or password, since addresses are shown to readers;"
            ' use headers = { Authorization = "..." }'
        )
    return parts


def _address(value: str) -> str:
    url = value.strip()
    _split(url)
    return url


def _feed_address(value: str, info: ValidationInfo) -> str:
    """Accept an address as written, with `${NAME}` in its path and query; the value is checked separately."""
    url = value.strip()
    server = re.split("[/?#]", url.partition("://")[2], maxsplit=1)[0]
    if VARIABLE.search(server.rpartition("@")[2]):
        raise ValueError("names a variable in its host; `${NAME}` may stand in the path and in the query")
    environ = _environ(info)
    if environ is not None:
        for name in VARIABLE.findall(url):
            check_for_address(name, _variable(name, environ))
    return _address(url)


def _site_address(value: str) -> str:
    url = _address(value)
    if urlsplit(url).query or urlsplit(url).fragment:
        raise ValueError("must be where the site begins, without `?` or `#`")
    return url.rstrip("/")


def _contact(value: str) -> str:
    """Check that a contact is an address (RFC 9116, section 2.5.3)."""
    if not re.match(r"(mailto:|https://|tel:)\S+$", value):
        raise ValueError("must begin with mailto:, https:// or tel:, like mailto:security@example.org")
    return value


def _slug(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+(-+[a-z0-9]+)*", value):
        better = slugify(value)
        hint = f"; perhaps `{better}`" if better else ""
        raise ValueError(f"`{value}` must consist of a-z, 0-9 and hyphens between them{hint}")
    return value


def _pattern(value: str) -> str:
    try:
        regex.compile(
            value, regex.VERSION0
        )  # the engine that the filters use, since it can be given a deadline
    except (regex.error, OverflowError, RecursionError) as fault:
        raise ValueError(
            f"`{value}` is no regular expression ({fault});"
            r" to mean a character like ( or * itself, write a backslash before it, in 'single quotes'"
        ) from None
    return value


def _words(value: str) -> str:
    """Collapse white space: a title or a tag is one line."""
    return " ".join(value.split())


def _tag(value: str) -> str:
    tag = _words(value).casefold()
    if not tag:
        raise ValueError("a tag needs at least one character")
    return tag


def _distinct(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


def _header_text(value: str) -> str:
    # RFC 9110, section 5.5, without its obsolete part: what every server accepts.
    if not re.fullmatch(r"[\x20-\x7e\t]*", value):
        raise ValueError("must be one line of ASCII characters")
    return value


# The poller sets these itself; a value from the file would break conditional requests or framing.
OWN_HEADERS = {
    "accept-encoding", "connection", "content-length", "host", "if-modified-since", "if-none-match", "range",
    "te", "transfer-encoding", "upgrade",
}  # fmt: skip


def _header_name(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", value):
        raise ValueError(f"`{value}` is no name of a header; write one like Authorization")
    if value.lower() in OWN_HEADERS:
        raise ValueError(f"{value} is set by the poller itself; leave it out")
    return value


def _header_value(value: str, info: ValidationInfo) -> str:
    """Replace `${NAME}` by the environment's values, if a context with an environment is given."""
    environ = _environ(info)
    if environ is not None:
        value = VARIABLE.sub(lambda match: _variable(match[1], environ), value)
    return _header_text(value).strip()


def _environ(info: ValidationInfo) -> Mapping[str, str] | None:
    environ: Mapping[str, str] | None = (info.context or {}).get("environ")
    return environ


def _variable(name: str, environ: Mapping[str, str]) -> str:
    if name not in environ:
        raise ValueError(f"the environment variable {name} is not set; set it, or take it out")
    return environ[name].strip()


def _face(value: str) -> str:
    name = r"[\w@+-][\w .@+-]*"
    if value and not re.fullmatch(rf"({name}/)*{name}\.(png|jpe?g|gif|webp|avif|svg)", value, re.IGNORECASE):
        raise ValueError("must be a picture below the theme's folder, like faces/jane.png")
    return value


Number = Annotated[int, Strict()]
Switch = Annotated[bool, Strict()]
Interval = Annotated[timedelta, _span(timedelta(seconds=1), timedelta(days=31))]
Line = Annotated[str, AfterValidator(_words), Field(max_length=300)]
Address = Annotated[str, AfterValidator(_address), Field(max_length=2000)]
Face = Annotated[str, AfterValidator(_face), Field(max_length=300)]
FeedAddress = Annotated[str, AfterValidator(_feed_address), Field(max_length=2000)]
Slug = Annotated[str, AfterValidator(_slug), Field(max_length=LONGEST)]
Tags = Annotated[
    tuple[Annotated[str, AfterValidator(_tag), Field(max_length=60)], ...], AfterValidator(_distinct)
]
Patterns = tuple[Annotated[str, AfterValidator(_pattern), Field(min_length=1, max_length=2000)], ...]
Headers = dict[
    Annotated[str, AfterValidator(_header_name)],
    Annotated[str, AfterValidator(_header_value)],
]


# --- the sections -----------------------------------------------------------------------------------------


class Rules(BaseModel):
    """Frozen; an unknown key is a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Site(Rules):
    """`[site]`: the name and address of this site."""

    title: Annotated[Line, Field(min_length=1)] = "Serverless Timeline"
    description: Line = "What the serverless world is writing."
    url: Annotated[str, AfterValidator(_site_address)] = "http://127.0.0.1:8000"
    language: Annotated[str, Field(pattern=rf"^{LANGUAGE}$")] = "en"  # BCP 47
    index: Switch = False
    hub: Annotated[str, AfterValidator(lambda value: value and _address(value))] = ""
    blogroll: Switch = False
    robots: Annotated[str, Field(max_length=10_000)] = ""
    security: Annotated[str, AfterValidator(lambda value: value and _contact(value))] = ""
    content_usage: Annotated[str, AfterValidator(_header_text), Field(max_length=300)] = ""
    compatible: Literal["", "planet"] = ""  # whose addresses and guids are answered, too
    theme: Annotated[str, Field(max_length=300)] = ""  # the folder of its own look, beside the sources file


class Timeline(Rules):
    """`[timeline]`: what is shown, and for how long."""

    excerpt: Number = Field(default=500, ge=20, le=2000)  # characters, "..." included
    page_size: Number = Field(default=30, ge=1, le=200)
    keep: Annotated[
        Annotated[timedelta, _span(timedelta(days=1), timedelta(days=36500), KEEP_ALL)] | None,
        BeforeValidator(_keep),
    ] = timedelta(days=365)  # None is "forever"
    hide: Patterns = ()


class Polling(Rules):
    """`[polling]`: how publishers are asked."""

    interval: Interval = timedelta(hours=1)
    min_interval: Interval = timedelta(minutes=15)
    max_interval: Interval = timedelta(hours=24)
    timeout: Annotated[timedelta, _span(timedelta(seconds=1), timedelta(minutes=10))] = timedelta(seconds=30)
    max_bytes: Number = Field(default=10_000_000, ge=1, le=1_000_000_000)  # of a body, after decompression
    concurrency: Number = Field(default=50, ge=1, le=1000)
    per_host: Number = Field(default=1, ge=1, le=50)
    per_host_gap: Annotated[timedelta, _span(timedelta(0), timedelta(hours=1))] = timedelta(seconds=1)
    websub: Switch = False
    allow_private_networks: Switch = False
    contact: Annotated[str, AfterValidator(_header_text), Field(max_length=300)] = ""


class Weeks(Rules):
    """`[weeks]`: the draft that `aggregator week` prints."""

    published: Annotated[str, AfterValidator(lambda value: value and _address(value))] = ""


class Policy(Rules):
    """`[policy]`: the requirements that `check --online --report` and `review` apply to sources; missing keys require nothing."""

    https: Switch = False
    active_within: Annotated[timedelta, _span(timedelta(days=1), timedelta(days=36500))] | None = None
    max_per_week: Annotated[int, Strict(), Field(ge=1, le=100_000)] | None = None
    languages: tuple[Annotated[str, Field(pattern=rf"^{LANGUAGE}$")], ...] = ()
    dates: Switch = False  # entries have dates of their own
    on_topic: Annotated[float, Field(ge=0, le=1)] | None = None  # share of entries that `include` keeps


class SourceKeys(Rules):
    """The keys of a source itself, both as written and as resolved."""

    url: FeedAddress
    title: Line = ""  # "" is the feed's own
    tags: Tags = ()  # trimmed, case-folded, each once
    enabled: Switch = True
    headers: Headers = Field(default_factory=dict, repr=False)  # may hold secrets
    include: Patterns = ()
    exclude: Patterns = ()
    hide: Patterns = ()
    publisher: Line = ""  # sources of one do not count as independent; "" is the site's registrable domain
    face: Face = ""  # a picture in the theme's folder; "" is a tile with a letter


class Source(SourceKeys):
    """`[[source]]`, with every key of `[polling]` resolved into `polling`."""

    slug: Slug
    polling: Polling = Polling()
    secrets: Secrets = Field(
        default=NO_SECRETS, repr=False
    )  # what `${NAME}` stands for in its url and headers


class SourceTable(SourceKeys, Polling):
    """`[[source]]` as the admin writes it: it may have any key of `[polling]`, and no slug."""

    slug: Slug | None = None

    def resolved(self, slug: str, polling: Polling, secrets: Secrets) -> Source:
        """Return the resolved source, given the file's `[polling]`."""
        overrides = self.model_fields_set & Polling.model_fields.keys()
        own: dict[str, Any] = {key: getattr(self, key) for key in SourceKeys.model_fields}
        return Source.model_construct(
            **own,
            slug=slug,
            secrets=secrets,
            # Shared if nothing is overridden: a file may list a hundred thousand sources.
            polling=polling.model_copy(update={key: getattr(self, key) for key in overrides})
            if overrides
            else polling,
        )


class Settings(Rules):
    """The whole file."""

    site: Site = Site()
    timeline: Timeline = Timeline()
    polling: Polling = Polling()
    weeks: Weeks = Weeks()
    policy: Policy = Policy()
    sources: tuple[Source, ...] = ()
    look: Look = Look()  # what the theme's folder holds; no key of the file


def same_address(url: str) -> str:
    """Return the normal form of an address: without differences in case of scheme and host, default port, fragment.

    An invalid address is returned unchanged.
    """
    try:
        parts = _split(url)
    except ValueError:
        return url
    default = {"http": 80, "https": 443}[parts.scheme]
    port = f":{parts.port}" if parts.port and parts.port != default else ""
    return f"{parts.scheme}://{parts.hostname}{port}{parts.path or '/'}?{parts.query}"
