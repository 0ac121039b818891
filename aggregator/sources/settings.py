"""The rules of the feed-source file: every key, its type, its bounds and its default."""

from datetime import timedelta
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

Duration = Annotated[timedelta, BeforeValidator(lambda value: value)]  # "30m"; made real by the loader


class Rules(BaseModel):
    """Frozen; an unknown key is a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Site(Rules):
    """`[site]`: what this site is called and where it is reached."""

    title: str = "Serverless Timeline"
    description: str = "What the serverless world is writing."
    url: str = "http://127.0.0.1:8000"
    language: str = "en"
    index: bool = False
    hub: str = ""


class Timeline(Rules):
    """`[timeline]`: what is shown, and for how long."""

    excerpt: int = Field(default=500, ge=20, le=2000)  # characters, "..." included
    page_size: int = Field(default=30, ge=1, le=200)
    keep: timedelta | None = timedelta(days=365)  # None is "forever"
    hide: tuple[str, ...] = ()


class Polling(Rules):
    """`[polling]`: how publishers are asked."""

    interval: Duration = timedelta(hours=1)
    min_interval: Duration = timedelta(minutes=15)
    max_interval: Duration = timedelta(hours=24)
    timeout: Duration = timedelta(seconds=30)
    max_bytes: int = 10_000_000  # of a body, after decompression
    concurrency: int = 50
    per_host: int = 1
    per_host_gap: Duration = timedelta(seconds=1)
    websub: bool = False
    allow_private_networks: bool = False
    contact: str = ""


class Source(Rules):
    """`[[source]]`, with every key of `[polling]` resolved into `polling`."""

    url: str
    slug: str
    title: str = ""
    tags: tuple[str, ...] = ()
    enabled: bool = True
    headers: dict[str, str] = Field(default_factory=dict)
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    hide: tuple[str, ...] = ()
    polling: Polling = Polling()


class Settings(Rules):
    """The whole file."""

    site: Site = Site()
    timeline: Timeline = Timeline()
    polling: Polling = Polling()
    sources: tuple[Source, ...] = ()
