"""A disk that is full, for real: a small file system in memory, if the machine lets us mount one."""

import contextlib
from pathlib import Path

import httpx

from tests.end_to_end.test_run import rss
from tests.support.commands import Command, eventually, free_port
from tests.support.publisher import Publisher


def test_a_full_disk_is_told_in_a_sentence_and_polls_go_on_once_there_is_room(
    command: Command, publisher: Publisher, small_disk: Path
) -> None:
    publisher.serves("/feed.xml", rss("Cold starts"))
    command.configure(publisher.url("/feed.xml"))
    command.database = f"sqlite:///{small_disk / 'aggregator.db'}"
    port = free_port()
    process = command.start("run", port=port)
    health = f"http://127.0.0.1:{port}/healthz"
    eventually(
        "a first poll",
        lambda: "Cold starts" in httpx.get(f"http://127.0.0.1:{port}/feed.json", trust_env=False).text,
    )

    ballast = small_disk / "ballast"
    with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(4096))
    eventually("a fault", lambda: "disk" in httpx.get(health, trust_env=False).text, patience=15)
    assert httpx.get(health, trust_env=False).status_code == 503
    assert httpx.get(f"http://127.0.0.1:{port}/feed.json", trust_env=False).status_code == 200

    ballast.unlink()
    eventually("health", lambda: httpx.get(health, trust_env=False).status_code == 200, patience=40)
    process.terminate()
    output, _ = process.communicate(timeout=15)
    assert process.returncode == 0
    assert "Traceback" not in output
