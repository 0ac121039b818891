"""A poller whose clock is wrong: `python -m tests.endurance.skewed SECONDS CONFIG DATABASE`."""

import asyncio
import sys
from datetime import timedelta
from pathlib import Path

from aggregator.cli.poll_report import log_outcome
from aggregator.logs import set_up_logging
from aggregator.options import Options
from aggregator.service import on_schedule, open_poller, stop_signal
from tests.support.clock import SkewedClock


async def poll(ahead: timedelta, options: Options) -> None:
    """Poll until a signal says stop."""
    stop = stop_signal()
    async with open_poller(options, log_outcome, SkewedClock(ahead)) as (_, jobs):
        with on_schedule(jobs):
            await stop.wait()


if __name__ == "__main__":
    seconds, config, database = sys.argv[1:]
    set_up_logging("text")
    asyncio.run(poll(timedelta(seconds=float(seconds)), Options(Path(config), database)))
