"""The process of one worker: takes calls of one function from standard input, and sends back what it returns.

Imports nothing but what that function needs. Its parent is `workers`.
"""

import ctypes
import os
import pickle
import resource
import signal
import socket
import struct
import sys
import traceback
from pkgutil import resolve_name
from typing import Any

LENGTH = struct.Struct("!Q")  # before each message, in bytes
_PR_SET_PDEATHSIG = 1  # prctl(2)


def main(function: str, parent: int, memory: int) -> None:
    """Serve until the parent closes its end.

    `function` is `module:name`, `parent` a process id, `memory` the limit in bytes of address space.
    """
    _limit(parent, memory)
    with socket.socket(fileno=0) as channel, channel.makefile("rwb") as stream:
        call = resolve_name(function)
        _send(stream, None)  # ready
        while True:
            try:
                args, kwargs = pickle.load(stream)  # noqa: S301 - from our own parent
            except EOFError:
                return
            _send(stream, _outcome(call, args, kwargs))


def _limit(parent: int, memory: int) -> None:
    """Bind this process to its parent's life, to its memory, and to its parent's word alone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before the line above took hold
        os._exit(1)


def _outcome(call: Any, args: Any, kwargs: Any) -> tuple[Any, Exception | None, str]:
    """Return the result, the error and its traceback."""
    try:
        return call(*args, **kwargs), None, ""
    except Exception as error:  # noqa: BLE001 - raised again in the parent
        return None, error, traceback.format_exc()


def _send(stream: Any, message: Any) -> None:
    try:
        data = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    except MemoryError as error:
        data = pickle.dumps((None, error, ""), pickle.HIGHEST_PROTOCOL)
    stream.write(LENGTH.pack(len(data)))
    stream.write(data)
    stream.flush()
