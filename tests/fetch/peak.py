"""Fetches one address in a process of its own and prints by how many bytes its memory grew at the peak.

python -m tests.fetch.peak ADDRESS MAX_BYTES
"""

import asyncio
import sys
from datetime import timedelta
from pathlib import Path

from aggregator.clock import SystemClock
from aggregator.fetch.fetcher import Fetcher
from aggregator.sources import Polling

PROC = Path("/proc/self")


def resident(line: str) -> int:
    """Return `VmRSS` (now) or `VmHWM` (at the peak) in bytes."""
    words = (PROC / "status").read_text().split()
    return int(words[words.index(f"{line}:") + 1]) * 1024


async def fetch(address: str, limit: int) -> str:
    settings = Polling().model_copy(
        update={"allow_private_networks": True, "per_host_gap": timedelta(0), "max_bytes": limit}
    )
    async with Fetcher("https://timeline.example", SystemClock()) as fetcher:
        await fetcher.fetch(
            address, polling=settings.model_copy(update={"max_bytes": 1})
        )  # all is loaded now
        before = resident("VmRSS")
        (PROC / "clear_refs").write_text("5")  # forget the peak so far
        answer = await fetcher.fetch(address, polling=settings)
    outcome = answer.fault.kind.value if answer.fault else str(len(answer.body or b""))
    return f"{resident('VmHWM') - before} {outcome}"


if __name__ == "__main__":
    sys.stdout.write(asyncio.run(fetch(sys.argv[1], int(sys.argv[2]))))
