"""Runs a function in processes of their own, so that a call which spins, swells or dies hurts no other.

Knows nothing of feeds. The other end of a process is `worker`.
"""

import asyncio
import os
import pickle
import socket
import subprocess
import sys
from contextlib import suppress
from typing import Any, Self

from aggregator.worker import LENGTH

# A process is replaced after so many calls: memory that a parser leaks or fragments goes back to the system.
MAX_CALLS = 500
# A process without work ends, and its memory with it; a later call costs some 0.3 s of processor to start one.
IDLE_SECONDS = 120.0
_START = "import sys; from aggregator.worker import main; main(sys.argv[1], *map(int, sys.argv[2:]))"


class WorkerError(Exception):
    """The function gave no answer; the text says why, in plain words."""


class DeadlineError(WorkerError):
    """The function took longer than it may."""


class Workers:
    """Calls `function` (`module:name`), at most `processes` times at once, each within `memory` bytes.

    `memory` is of address space, the interpreter's own included. Processes start when there is a call for them.
    """

    def __init__(self, function: str, *, processes: int, memory: int, idle: float = IDLE_SECONDS) -> None:
        self._function = function
        self._memory = memory
        self._idle_seconds = idle
        self._slots = asyncio.Semaphore(processes)
        self._idle: list[_Process] = []
        self._all: set[_Process] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exception: object) -> None:
        await asyncio.gather(*(self._end(process) for process in tuple(self._all)))

    @property
    def running(self) -> int:
        """How many processes there are."""
        return len(self._all)

    async def run(self, *args: Any, deadline: float, **kwargs: Any) -> Any:
        """Return what the function returns.

        Raises WorkerError if it did not come to an end, DeadlineError if that was for its time. The deadline, in
        seconds, counts from when a process begins with the call, not while the call waits for one.
        """
        async with self._slots:
            process = self._idle.pop() if self._idle else await self._start()
            is_reusable = False
            try:
                async with asyncio.timeout(deadline):
                    result, error, trace = await process.call(args, kwargs)
                is_reusable = process.calls < MAX_CALLS
            except TimeoutError:
                raise DeadlineError(f"took longer than {deadline:.2g} seconds") from None
            except (OSError, EOFError):
                raise WorkerError("made its process die") from None
            finally:
                if is_reusable:
                    self._keep(process)
                else:
                    await self._end(process)
        if isinstance(error, MemoryError):
            raise WorkerError(f"needed more than {self._memory // 2**20} MiB of memory")
        if error:
            error.add_note(f"In a worker process:\n{trace}")
            raise error
        return result

    async def _start(self) -> "_Process":
        process = _Process(self._function, self._memory)
        self._all.add(process)
        try:
            await process.receive()
        except (OSError, EOFError):
            await self._end(process)
            raise WorkerError("could not begin: its process died at once") from None
        except asyncio.CancelledError:
            await self._end(process)
            raise
        return process

    def _keep(self, process: "_Process") -> None:
        """Leave a process to the next call; the last one used is the first to be used again."""
        self._idle.append(process)
        process.expiry = asyncio.get_running_loop().call_later(self._idle_seconds, self._expire, process)

    def _expire(self, process: "_Process") -> None:
        self._idle.remove(process)
        self._all.remove(process)
        process.kill()
        process.close()

    async def _end(self, process: "_Process") -> None:
        self._all.discard(process)
        with suppress(ValueError):
            self._idle.remove(process)
        process.kill()
        # A large process takes the system a moment to take apart.
        await asyncio.to_thread(process.close)


class _Process:
    """A worker's process, and our end of the socket to it."""

    def __init__(self, function: str, memory: int) -> None:
        self._socket, theirs = socket.socketpair()
        self._socket.setblocking(False)  # noqa: FBT003 - socket's own
        self.calls = 0
        self.expiry: asyncio.TimerHandle | None = None
        with theirs:
            # Not fork: the poller has threads, and a forked lock stays locked for ever.
            self._popen = subprocess.Popen(  # noqa: S603 - our own interpreter and code
                [sys.executable, "-P", "-c", _START, function, str(os.getpid()), str(memory)],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            )

    async def call(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Send a call, and return what `worker` answers with: a result, or an error and its traceback."""
        if self.expiry:
            self.expiry.cancel()
        self.calls += 1
        request = pickle.dumps((args, kwargs), pickle.HIGHEST_PROTOCOL)
        await asyncio.get_running_loop().sock_sendall(self._socket, request)
        return await self.receive()

    async def receive(self) -> Any:
        """Return the next message. Raises EOFError if the process ended."""
        (length,) = LENGTH.unpack(await self._read(LENGTH.size))
        return pickle.loads(await self._read(length))  # noqa: S301 - from our own process

    async def _read(self, size: int) -> bytearray:
        data = bytearray(size)
        view, done = memoryview(data), 0
        while done < size:
            received = await asyncio.get_running_loop().sock_recv_into(self._socket, view[done:])
            if not received:
                raise EOFError
            done += received
        return data

    def kill(self) -> None:
        """End it, whatever it does."""
        if self.expiry:
            self.expiry.cancel()
        self._popen.kill()

    def close(self) -> None:
        """Hang up, which ends a process without work, and wait for its end."""
        self._socket.close()
        self._popen.wait()
