"""A fetcher for tests: real sockets, no waiting between requests unless a test asks for it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from aggregator.fetch.fetcher import UNCONDITIONAL, Fetcher
from aggregator.model import Fault, FetchResult, Validators
from aggregator.sources import Polling
from tests.support.clock import ManualClock
from tests.support.publisher import Certificates

SITE = "https://timeline.example"


def polling(**changes: Any) -> Polling:
    """Return settings for servers on loopback: no gap, and quick to give up."""
    quick = {"timeout": timedelta(seconds=5), "per_host_gap": timedelta(0), "allow_private_networks": True}
    return Polling().model_copy(update=quick | changes)


@dataclass
class Asker:
    """Fetches one address as a call."""

    clock: ManualClock
    certificates: Certificates

    def fetcher(self, **arguments: Any) -> Fetcher:
        return Fetcher(SITE, self.clock, **{"trust": self.certificates.trust, **arguments})

    def __call__(
        self,
        address: str,
        *,
        validators: Validators = UNCONDITIONAL,
        headers: Mapping[str, str] = {},
        fetcher: Mapping[str, Any] = {},
        **changes: Any,
    ) -> FetchResult:
        async def ask() -> FetchResult:
            async with self.fetcher(**fetcher) as one:
                return await one.fetch(
                    address, validators=validators, headers=headers, polling=polling(**changes)
                )

        return asyncio.run(ask())

    def fault(self, address: str, **arguments: Any) -> Fault:
        """Fetch what must not succeed."""
        fault = self(address, **arguments).fault
        assert fault is not None
        return fault


@pytest.fixture
def ask(clock: ManualClock, certificates: Certificates) -> Asker:
    return Asker(clock, certificates)
