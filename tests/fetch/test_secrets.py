"""What the admin's variables stand for goes to the server and does not come back."""

import asyncio
from datetime import timedelta

import pytest

from aggregator.fetch.fetcher import Fetcher
from aggregator.model import FetchResult, Validators
from aggregator.sources.secrets import Secrets
from aggregator.sources.settings import Polling
from tests.support.clock import ManualClock
from tests.support.publisher import Publisher

SECRETS = Secrets({"TOKEN": "s3cret-t0ken", "PASSWORD": "open/sesame"})
POLLING = Polling(allow_private_networks=True, per_host_gap=timedelta())


def fetch(address: str, validators: Validators | None = None) -> FetchResult:
    async def run() -> FetchResult:
        async with Fetcher("https://timeline.example", ManualClock()) as fetcher:
            return await fetcher.fetch(
                address,
                polling=POLLING,
                secrets=SECRETS,
                validators=validators or Validators(),
                headers={"Authorization": "Bearer open/sesame"},
            )

    return asyncio.run(run())


def is_concealed(answer: FetchResult) -> bool:
    told = repr(answer)
    return not any(value in told for value in ("s3cret", "sesame"))


def test_the_server_is_asked_for_what_the_name_stands_for(publisher: Publisher) -> None:
    publisher.serves("/feed", b"<rss/>")
    answer = fetch(publisher.url("/feed?key=${TOKEN}"))

    assert publisher.requests[0].path == "/feed?key=s3cret-t0ken"
    assert answer.final_address == answer.address == publisher.url("/feed?key=${TOKEN}")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_that_repeats_secrets_of_the_address_and_of_headers_is_read_without_them(
    publisher: Publisher, encoding: str
) -> None:
    body = '{"feed_url": "https:\\/\\/x\\/?key=s3cret-t0ken", "by": "open\\/sesame", "or": "open%2Fsesame"}'
    publisher.serves("/feed", body.encode(encoding))
    answer = fetch(publisher.url("/feed?key=${TOKEN}"))

    assert answer.body is not None
    assert answer.body.decode(encoding) == (
        '{"feed_url": "https:\\/\\/x\\/?key=${TOKEN}", "by": "${PASSWORD}", "or": "${PASSWORD}"}'
    )


@pytest.mark.parametrize(
    "location", ["/feed?key=s3cret-t0ken&by=open%2fsesame", "//[s3cret-t0ken/", "ftp://s3cret-t0ken/"]
)
def test_a_redirect_that_repeats_secrets_tells_none(publisher: Publisher, location: str) -> None:
    publisher.redirects("/old", location, status=301)
    publisher.answers("/feed", 500)
    answer = fetch(publisher.url("/old?key=${TOKEN}"))

    assert answer.fault is not None
    assert is_concealed(answer)


def test_a_validator_that_repeats_a_secret_is_sent_back_as_it_came(publisher: Publisher) -> None:
    etag = '"v1-s3cret-t0ken"'
    publisher.serves("/feed", b"<rss/>", etag=etag)
    first = fetch(publisher.url("/feed"))
    second = fetch(publisher.url("/feed"), first.validators)

    assert is_concealed(first)
    assert publisher.requests[1].headers["If-None-Match"] == etag
    assert second.is_not_modified


def test_an_unreachable_server_tells_none() -> None:
    assert is_concealed(fetch("http://127.0.0.1:1/feed/${TOKEN}?key=${PASSWORD}"))
