"""The real command in processes of its own: started, asked over HTTP, signalled, and always ended."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import httpx

PATIENCE = 60.0  # seconds until something that must come is said not to come

ATOM = "http://www.w3.org/2005/Atom"


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def eventually(what: str, check: Callable[[], Any], patience: float = PATIENCE) -> Any:
    """Ask again and again until `check` returns something true, and return that."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        with contextlib.suppress(httpx.TransportError):
            if found := check():
                return found
        time.sleep(0.05)
    raise AssertionError(f"not within {patience:.0f} seconds: {what}")


class Command:
    """`aggregator ...` as a process, in a folder with a sources file and a store of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config = folder / "sources.toml"
        self.database = f"sqlite:///{folder / 'aggregator.db'}"
        self._started: list[subprocess.Popen[str]] = []

    def configure(self, *urls: str, polling: str = "", more: str = "") -> None:
        """Write a sources file; loopback is a private network, so that has to be allowed."""
        sources = "".join(f'[[source]]\nurl = "{url}"\n' for url in urls)
        self.config.write_text(f"[polling]\nallow_private_networks = true\n{polling}\n{sources}{more}")

    def start(
        self, *arguments: str, port: int | None = None, environ: Mapping[str, str] = MappingProxyType({})
    ) -> subprocess.Popen[str]:
        """Start it; what it writes is read by `communicate`."""
        process = subprocess.Popen(
            [sys.executable, "-m", "aggregator", *arguments],
            env=self._environment(port) | dict(environ),
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._started.append(process)
        return process

    def run(self, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """Run it to its end; what it wrote to both streams is `stdout`."""
        process = self.start(*arguments, environ=environ)
        output, _ = process.communicate(timeout=PATIENCE)
        return subprocess.CompletedProcess(arguments, process.returncode, output, "")

    def end_all(self) -> None:
        """End what a test left, with all its children."""
        for process in self._started:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            assert process.stdout is not None
            process.stdout.close()

    def _environment(self, port: int | None) -> dict[str, str]:
        own = {"AGGREGATOR_CONFIG": str(self.config), "AGGREGATOR_DATABASE": self.database}
        return {**os.environ, **own, **({"PORT": str(port)} if port else {})}


class Site:
    """The web side of a running service, as programs and people see it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"

    def get(self, path: str) -> httpx.Response:
        return httpx.get(self.url + path, timeout=PATIENCE)

    def is_up(self) -> bool:
        return self.get("/healthz").status_code == httpx.codes.OK

    def items(self, path: str = "/feed.json") -> list[dict[str, Any]]:
        """Every item of a view, page by page to its end."""
        found: list[dict[str, Any]] = []
        address: str | None = self.url + path
        while address:
            document = json.loads(httpx.get(address, timeout=PATIENCE).text)
            found += document["items"]
            following = document.get("next_url")
            address = self.url + following[following.index("/feed.json") :] if following else None
        return found
