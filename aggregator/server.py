"""The web side as processes: the WSGI server, its workers, and how they end.

Imports are local to the functions of each of three kinds of processes, so that none loads the modules of the
others.
"""

import logging
import multiprocessing
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING

from aggregator.errors import AggregatorError
from aggregator.logs import pass_style_on, set_up_logging_as_parent
from aggregator.options import Options
from aggregator.websub import MOST_BODIES

if TYPE_CHECKING:
    from flask import Flask

log = logging.getLogger(__name__)

WORKER_GRACE = 1  # seconds for requests under way; a page takes milliseconds
WEB_GRACE = 2.0  # seconds for the whole web side

# Python runs one thread at a time, and a cached page takes well under a millisecond: a few threads hide the
# waits for the store, more would only queue.
WEB_THREADS = 4

HEADER_TIMEOUT = (
    5  # seconds for all headers of a request: half a request would hold a connection that others need
)
FAULT_PATIENCE = 2.0  # seconds
STORE_PATIENCE = 0.05  # seconds until a change in PostgreSQL shows at the latest

POLLS_HERE = "AGGREGATOR_POLLS_HERE"  # from `run` to its web side: /healthz answers for the pollers, too


class PortTakenError(AggregatorError):
    """The web side cannot listen where it should."""


def serve(options: Options) -> None:
    """Serve the web side until a signal arrives.

    Raises `PortTakenError`, `SourcesFault`, and `StoreError` if the store's address is none.
    """
    from aggregator.sources import load, with_look  # noqa: PLC0415 - not in the process that `run` starts for this
    from aggregator.store import Database  # noqa: PLC0415

    with_look(options.config, load(options.config, environ=None))
    Database.open(options.database).close()
    _ensure_port_is_free(options)
    pass_style_on()
    _serve(options)


def _serve(options: Options) -> None:
    """Start the WSGI server; the options have been checked."""
    from granian import Granian  # noqa: PLC0415 - not in the process that polls
    from granian.constants import Interfaces  # noqa: PLC0415
    from granian.http import HTTP1Settings  # noqa: PLC0415
    from granian.log import LogLevels  # noqa: PLC0415

    os.environ["AGGREGATOR_CONFIG"] = str(options.config)
    os.environ["AGGREGATOR_DATABASE"] = options.database
    Granian(
        "aggregator.server:worker_app",
        factory=True,
        interface=Interfaces.WSGI,
        address=_address_of(options.host),
        port=options.port,
        blocking_threads=WEB_THREADS + MOST_BODIES,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_TIMEOUT * 1000),
        workers_kill_timeout=WORKER_GRACE,
        # Its warnings are about intended settings: more threads than cores, connections that clients keep
        # open.
        log_level=LogLevels.error,
    ).serve()


def worker_app() -> "Flask":
    """Make the application in a process of the WSGI server."""
    from aggregator.sources import SourcesFault  # noqa: PLC0415 - only in this process
    from aggregator.web import create_app  # noqa: PLC0415

    _end_with_parent()
    set_up_logging_as_parent()
    while True:
        try:
            return create_app(polls=POLLS_HERE in os.environ, patience=STORE_PATIENCE)
        except SourcesFault as fault:
            # The file was valid when the command began. A fault since then is waited out instead of exiting.
            log.error("%s", fault)  # noqa: TRY400 - the fault says all
            time.sleep(FAULT_PATIENCE)


@contextmanager
def web_side(options: Options) -> Iterator[BaseProcess]:
    """Run the web side as a child of this process, and end it with the block."""
    _ensure_port_is_free(options)
    pass_style_on()
    child = multiprocessing.get_context("spawn").Process(target=_serve_as_child, args=(options,), name="web")
    child.start()
    try:
        yield child
    finally:
        child.terminate()
        child.join(WEB_GRACE)
        if child.is_alive():
            child.kill()
            child.join()


def _serve_as_child(options: Options) -> None:
    _end_with_parent()
    set_up_logging_as_parent()
    os.environ[POLLS_HERE] = "1"
    _serve(options)


def _end_with_parent() -> None:
    """End this process when its parent ends for any reason: otherwise it would keep the port."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_terminate_after, args=(parent,), daemon=True).start()


def _terminate_after(parent: BaseProcess) -> None:
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)


def _address_of(host: str) -> str:
    """Resolve a name of this machine to an IP address; the server accepts no names."""
    try:
        found = socket.getaddrinfo(host.strip("[]"), None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise PortTakenError(
            f"--host {host}: there is no such name here; give an address of this machine, or `localhost`"
        ) from error
    # IPv4 first: it is what people type into a browser after `localhost`.
    addresses = sorted(found, key=lambda one: one[0] is not socket.AF_INET)
    return str(addresses[0][4][0])


def _ensure_port_is_free(options: Options) -> None:
    """Try to listen before the server does, since it would only report errors as a traceback."""
    address = _address_of(options.host)
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, options.port))
        except OSError as error:
            raise PortTakenError(
                f"cannot listen on {options.host}, port {options.port}: {error.strerror}; "
                "choose another with --port or --host"
            ) from error
