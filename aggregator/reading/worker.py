"""The processes of `workers`: one that has imported the function, and those forked from it that call it.

Imports nothing but what the function needs. Communicates with its parent over sockets: standard input carries
a socket for each process to fork, and those carry calls and results.
"""

import ctypes
import gc
import os
import pickle
import resource
import signal
import socket
import struct
import sys
import traceback
from collections.abc import Callable
from pkgutil import resolve_name
from typing import Any

LENGTH = struct.Struct(
    "!Q"
)  # before each message, in bytes; the first thing a process sends is its id, in this form
_PR_SET_PDEATHSIG = 1  # prctl(2)


def main(function: str, parent: int, memory: int) -> None:
    """Fork a worker for each socket received, until the parent closes its end.

    `function` is `module:name`, `parent` a process id, `memory` the limit of a worker in bytes of address space.
    """
    _bind_to(parent)
    call = resolve_name(function)
    gc.freeze()  # otherwise the first collection in each worker would copy all shared pages
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # no one waits for them
    own = os.getpid()
    with socket.socket(fileno=0) as control:
        while sockets := socket.recv_fds(control, 1, 1)[1]:
            # There are no threads here, whose locks a fork would leave locked.
            if os.fork() == 0:
                control.close()
                _work(call, sockets[0], own, memory)
            os.close(sockets[0])


def _bind_to(parent: int) -> None:
    """End this process with its parent, and ignore signals that are for the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is sent to the whole group; the parent decides
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before the line above took hold
        os._exit(1)


def _work(call: Callable[..., Any], descriptor: int, parent: int, memory: int) -> None:
    """Process calls until there are no more; never returns."""
    try:
        _bind_to(parent)
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        with socket.socket(fileno=descriptor) as channel, channel.makefile("rwb") as stream:
            channel.sendall(LENGTH.pack(os.getpid()))
            while True:
                args, kwargs = pickle.load(stream)  # noqa: S301 - from our own parent
                _send(stream, _outcome(call, args, kwargs))
    except (EOFError, OSError):
        os._exit(0)  # the parent hung up
    except BaseException:  # noqa: BLE001 - the process must not go on as the one that it was forked from
        traceback.print_exc()
        os._exit(1)


def _outcome(call: Callable[..., Any], args: Any, kwargs: Any) -> tuple[Any, Exception | None, str]:
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
