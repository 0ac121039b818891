import asyncio
import time

from aggregator import explain
from aggregator.model import FaultKind, FeedContent
from aggregator.reading.reader import LARGE, MOST_WAITING, Reader
from tests.support import spinning
from tests.support.spinning import SPINNING

ADDRESS = "https://example.org/feed.xml"


def rss(*items: str) -> bytes:
    listed = "".join(f"<item>{item}</item>" for item in items)
    return f'<rss version="2.0"><channel><title>A feed</title>{listed}</channel></rss>'.encode()


HONEST = rss("<title>T</title>")


def reader_of(processes: int) -> Reader:
    return Reader(processes, function=f"{spinning.__name__}:read")


async def read(reader: Reader, body: bytes, *, is_doubtful: bool = False) -> FeedContent:
    return await reader.read(body, content_type=None, address=ADDRESS, is_doubtful=is_doubtful)


def test_a_document_that_spins_costs_itself_alone() -> None:
    async def run() -> None:
        async with reader_of(2) as reader:
            spun, fine = await asyncio.gather(read(reader, SPINNING), read(reader, HONEST))
        assert spun.fault
        assert spun.fault.kind is FaultKind.PARSER
        assert "longer than 3 s" in explain.fault(spun.fault)  # it had its second turn, too
        assert fine.entries[0].title == "T"

    asyncio.run(run())


def test_honest_documents_do_not_wait_for_doubtful_ones() -> None:
    async def run() -> None:
        async with reader_of(2) as reader:
            await read(reader, HONEST)
            doubtful = [asyncio.create_task(read(reader, SPINNING, is_doubtful=True)) for _ in range(4)]
            await asyncio.sleep(0)
            began = time.monotonic()
            await asyncio.gather(*(read(reader, HONEST) for _ in range(8)))
            assert time.monotonic() - began < 3  # one doubtful document takes that long
            assert not any(task.done() for task in doubtful)
            for task in doubtful:
                task.cancel()
            await asyncio.gather(*doubtful, return_exceptions=True)

    asyncio.run(run())


def test_a_document_of_a_doubtful_source_is_read_if_it_can_be() -> None:
    async def run() -> None:
        async with reader_of(1) as reader:
            assert (await read(reader, HONEST, is_doubtful=True)).entries[0].title == "T"

    asyncio.run(run())


def test_only_so_many_doubtful_documents_wait() -> None:
    async def run() -> None:
        async with reader_of(1) as reader:
            waiting = [
                asyncio.create_task(read(reader, SPINNING, is_doubtful=True)) for _ in range(MOST_WAITING)
            ]
            await asyncio.sleep(0)
            refused = await read(reader, SPINNING, is_doubtful=True)
            assert refused.fault
            assert "too many others" in explain.fault(refused.fault)
            for task in waiting:
                task.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)

    asyncio.run(run())


def test_few_large_documents_are_read_at_once() -> None:
    async def run() -> None:
        async with reader_of(2) as reader:
            large = rss(f"<title>T</title><description>{'word ' * (LARGE // 5)}</description>")
            found = await asyncio.gather(*(read(reader, large) for _ in range(5)))
            assert [reading.entries[0].title for reading in found] == ["T"] * 5
            assert reader.processes == 2

    asyncio.run(run())
