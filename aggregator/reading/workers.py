"""Runs a function in separate processes, so that a call that takes too much time or memory, or crashes, affects no other.

Knows nothing of feeds. The other end of the processes is `worker`.
"""

import asyncio
import os
import pickle
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from typing import Any, Self

from aggregator.reading.worker import LENGTH

# A process is replaced after this many calls, to return memory that a parser leaks or fragments.
MAX_CALLS = 500
# Idle processes end after this time, and the nursery after as long again; a new start costs about 0.2 s of
# CPU.
IDLE_SECONDS = 30.0
_GLANCE = 0.01  # seconds between two looks at a process that has nearly used up its time
_PROCESS_CLOCK = 2  # CPUCLOCK_SCHED: how Linux makes a clock's id of a process id (clock_getcpuclockid(3))
_START = "import sys; from aggregator.reading.worker import main; main(sys.argv[1], *map(int, sys.argv[2:]))"


class WorkerError(Exception):
    """The function did not return."""


class DeadlineError(WorkerError):
    """The function exceeded its deadline."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"took longer than {seconds:.2g} seconds")
        self.seconds = seconds


class OverMemoryError(WorkerError):
    """The function exceeded its memory limit."""

    def __init__(self, mebibytes: int) -> None:
        super().__init__(f"needed more than {mebibytes} MiB of memory")
        self.mebibytes = mebibytes


class DiedError(WorkerError):
    """The function crashed its process."""

    def __init__(self) -> None:
        super().__init__("made its process die")


class Nursery:
    """Makes processes that call `function` (`module:name`), each within `memory` bytes.

    One process imports what the function needs, the others are forked from it: so a new one costs
    milliseconds, and shared memory exists once. `memory` is of address space, the interpreter's own included.
    """

    def __init__(self, function: str, *, memory: int, idle: float = IDLE_SECONDS) -> None:
        self.memory = memory
        self.idle = idle
        self._function = function
        self._popen: subprocess.Popen[bytes] | None = None
        self._processes: set[Process] = set()
        self._expiry: asyncio.TimerHandle | None = None
        self.killed = 0  # processes so far that were ended because of a call

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exception: object) -> None:
        for process in tuple(self._processes):
            self.end(process)
        self._close()

    @property
    def running(self) -> int:
        """How many worker processes there are."""
        return len(self._processes)

    async def fork(self) -> "Process":
        """Return a new process. Raises OSError if it cannot be started."""
        if self._expiry:
            self._expiry.cancel()
        try:
            process = await self._fork()
        except OSError:
            self._close()
            raise
        self._processes.add(process)
        return process

    def end(self, process: "Process") -> None:
        """Kill a process. The nursery ends, too, when there has been none for long."""
        if process in self._processes:
            self._processes.remove(process)
            process.kill()
        if self._expiry:
            self._expiry.cancel()
        if not self._processes and self._popen:
            self._expiry = asyncio.get_running_loop().call_later(self.idle, self._close)

    async def _fork(self) -> "Process":
        if self._popen and self._popen.poll() is not None:  # it was killed, by hand or for lack of memory
            self._close()
        if self._popen is None:
            self._start()
        ours, theirs = _socket_pair()
        try:
            with theirs:
                socket.send_fds(self._control, [b"!"], [theirs.fileno()])
            (pid,) = LENGTH.unpack(await _received(ours, LENGTH.size))
        except BaseException:
            ours.close()  # which ends the process, if there is one by now
            raise
        return Process(ours, pid)

    def _start(self) -> None:
        self._control, theirs = _socket_pair()
        with theirs:
            # Not a fork of this process: it has threads, and a lock that is held during a fork stays locked
            # forever.
            self._popen = subprocess.Popen(  # noqa: S603 - our own interpreter and code
                [sys.executable, "-P", "-c", _START, self._function, str(os.getpid()), str(self.memory)],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            )

    def _close(self) -> None:
        if self._expiry:
            self._expiry.cancel()
        if self._popen:
            self._popen.kill()
            self._popen.wait()
            self._control.close()
            self._popen = None


class Workers:
    """Calls the function of a nursery, at most `processes` times at once. Processes start when there are calls.

    A deadline is of processor time, and `slack` times as long by the clock: on a busy machine a call is not to blame
    for waiting.
    """

    def __init__(self, nursery: Nursery, processes: int, *, slack: float = 1.0) -> None:
        self._nursery = nursery
        self._slack = slack
        self._slots = asyncio.Semaphore(processes)
        self._idle: list[Process] = []

    async def run(self, *args: Any, deadline: float, **kwargs: Any) -> Any:
        """Return what the function returns.

        Raises WorkerError if it did not return, DeadlineError if it took too long, and OSError if no process
        could be started, which is no fault of the call. The deadline, in seconds, counts from the start of
        the call in a process, not while it waits for one.
        """
        async with self._slots:
            process = self._idle.pop() if self._idle else await self._nursery.fork()
            is_reusable = False
            try:
                async with asyncio.timeout(deadline * self._slack):
                    result, error, trace = await process.call(args, kwargs, deadline=deadline)
                is_reusable = process.calls < MAX_CALLS
            except TimeoutError:
                self._nursery.killed += 1
                raise DeadlineError(deadline) from None
            except OSError:
                self._nursery.killed += 1
                raise DiedError from None
            finally:
                if is_reusable:
                    self._keep(process)
                else:
                    self._nursery.end(process)
        if isinstance(error, MemoryError):
            raise OverMemoryError(self._nursery.memory // 2**20)
        if error:
            error.add_note(f"In a worker process:\n{trace}")
            raise error
        return result

    def _keep(self, process: "Process") -> None:
        """Release a process for the next call; the last one used is the first to be used again."""
        self._idle.append(process)
        process.expiry = asyncio.get_running_loop().call_later(self._nursery.idle, self._expire, process)

    def _expire(self, process: "Process") -> None:
        self._idle.remove(process)
        self._nursery.end(process)


class Process:
    """A worker process, and our end of the socket to it."""

    def __init__(self, channel: socket.socket, pid: int) -> None:
        self.calls = 0
        self.expiry: asyncio.TimerHandle | None = None
        self._channel = channel
        self._pid = pid

    async def call(self, args: tuple[Any, ...], kwargs: dict[str, Any], *, deadline: float) -> Any:
        """Send a call, and return the reply of `worker`: a result, or an error and its traceback.

        Raises OSError if the process ended, TimeoutError after `deadline` seconds of its processor time.
        """
        reply = asyncio.create_task(self._call(args, kwargs))
        try:
            end = self._processor_time() + deadline
            while (left := end - self._processor_time()) > 0 and not reply.done():
                await asyncio.wait((reply,), timeout=max(left, _GLANCE))
            if not reply.done():
                raise TimeoutError
            return reply.result()
        finally:
            reply.cancel()
            await asyncio.wait((reply,))  # it lets go of the socket, whose number may be another's next

    def _processor_time(self) -> float:
        """Return the seconds that the process has worked; where that cannot be known, those by the clock."""
        if sys.platform != "linux":
            return time.monotonic()
        return time.clock_gettime(~self._pid << 3 | _PROCESS_CLOCK)

    async def _call(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if self.expiry:
            self.expiry.cancel()
        self.calls += 1
        request = pickle.dumps((args, kwargs), pickle.HIGHEST_PROTOCOL)
        await asyncio.get_running_loop().sock_sendall(self._channel, request)
        (length,) = LENGTH.unpack(await _received(self._channel, LENGTH.size))
        return pickle.loads(await _received(self._channel, length))  # noqa: S301 - from our own process

    def kill(self) -> None:
        """Kill it."""
        if self.expiry:
            self.expiry.cancel()
        self._channel.close()
        with suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)


def _socket_pair() -> tuple[socket.socket, socket.socket]:
    ours, theirs = socket.socketpair()
    ours.setblocking(False)  # noqa: FBT003 - socket's own
    return ours, theirs


async def _received(channel: socket.socket, size: int) -> bytearray:
    """Return so many bytes. Raises ConnectionResetError if the other end is closed."""
    data = bytearray(size)
    view, done = memoryview(data), 0
    while done < size:
        received = await asyncio.get_running_loop().sock_recv_into(channel, view[done:])
        if not received:
            raise ConnectionResetError
        done += received
    return data
