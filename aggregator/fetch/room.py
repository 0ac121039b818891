"""Bounds the memory of bodies, from their download until they have been read.

Small bodies need no permission: there are no more of them than polls under way. Only a few large ones are in
memory at once; the others wait as soon as they have turned out to be large.
"""

import asyncio
from types import TracebackType
from typing import Self

LARGE = 1_000_000  # bytes, decoded
MOST_LARGE = 4
PATIENCE = 60.0  # seconds that a poll's large body waits for others; the poll's lease lasts longer


class NoRoomError(Exception):
    """A large body has waited for others too long: a limit on our side, not a fault of its publisher."""


class LargeBodies:
    """The places for large bodies, `most` of them."""

    def __init__(self, most: int = MOST_LARGE) -> None:
        self._places = asyncio.Semaphore(most)

    def room(self, patience: float | None) -> "Room":
        """Return the reservation for one body, to be held for as long as the body is in memory.

        It waits `patience` seconds for others at most, or as long as it takes (None).
        """
        return Room(self._places, patience)


class Room:
    """The reservation for one body."""

    def __init__(self, places: asyncio.Semaphore, patience: float | None) -> None:
        self._places = places
        self._patience = patience
        self._is_large = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._is_large:
            self._places.release()

    async def grow(self, size: int, deadline: asyncio.Timeout) -> None:
        """Wait until a body of `size` bytes may be in memory. `deadline`, the publisher's, does not run meanwhile.

        Raises NoRoomError when the patience ends.
        """
        if size <= LARGE or self._is_large:
            return
        loop = asyncio.get_running_loop()
        began, ends = loop.time(), deadline.when()
        deadline.reschedule(None)
        try:
            await asyncio.wait_for(self._places.acquire(), self._patience)
            self._is_large = True
        except TimeoutError:
            raise NoRoomError from None
        finally:
            deadline.reschedule(ends and ends + loop.time() - began)
