"""A load of HTTP requests from a process of its own: how many a second are answered, and how long each takes.

Writes plain bytes to kept-alive connections, so that the client costs little beside the server that it measures.
"""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import cycle


@dataclass(frozen=True)
class Load:
    """Which addresses are asked for, in turn, and with which header fields."""

    port: int
    paths: Sequence[str]
    headers: Sequence[tuple[str, str]] = ()
    requests: int = 2000
    connections: int = 8
    status: int = 200  # that every answer must have


@dataclass(frozen=True)
class Measure:
    """What came of a load; times in seconds."""

    per_second: float
    median: float
    p99: float
    mean_bytes: float


def measure(load: Load) -> Measure:
    """Put the load on the server from another process, which ends with it."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.load"],
        input=json.dumps(asdict(load)),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return Measure(**json.loads(done.stdout))


async def _run(load: Load) -> Measure:
    left = iter(range(load.requests))
    paths = cycle(load.paths)
    times: list[float] = []
    sizes: list[int] = []
    begun = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(load.connections):
            group.create_task(_connection(load, left, paths, times, sizes))
    elapsed = time.perf_counter() - begun
    times.sort()
    return Measure(
        per_second=len(times) / elapsed,
        median=times[len(times) // 2],
        p99=times[int(len(times) * 0.99)],
        mean_bytes=sum(sizes) / len(sizes),
    )


async def _connection(
    load: Load, left: Iterator[int], paths: Iterator[str], times: list[float], sizes: list[int]
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", load.port)
    fields = "".join(f"{name}: {value}\r\n" for name, value in load.headers)
    for _ in left:
        begun = time.perf_counter()
        writer.write(f"GET {next(paths)} HTTP/1.1\r\nHost: 127.0.0.1\r\n{fields}\r\n".encode())
        status, body = await _answer(reader)
        times.append(time.perf_counter() - begun)
        sizes.append(len(body))
        if status != load.status:
            raise RuntimeError(f"{status} instead of {load.status}: {body[:200]!r}")
    writer.close()


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    first, *fields = head.decode("latin-1").split("\r\n")
    named = {name.lower(): value.strip() for name, _, value in (field.partition(":") for field in fields)}
    status = int(first.split()[1])
    length = 0 if status == 304 else int(named.get("content-length", 0))
    return status, await reader.readexactly(length)


def main() -> None:
    """Read a load as JSON, carry it out, write its measure as JSON."""
    sys.stdout.write(json.dumps(asdict(asyncio.run(_run(Load(**json.load(sys.stdin)))))))


if __name__ == "__main__":
    main()
