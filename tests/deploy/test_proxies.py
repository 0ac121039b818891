"""The web servers in front, read by their own checkers and then asked for a page."""

import re
import signal
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.deploy.words import DEPLOY
from tests.support.commands import Command, Site, eventually, free_port
from tests.support.databases import migrated_sqlite
from tests.support.programs import check, program
from tests.support.publisher import Certificates

NAME = "planet.example.org"
NGINX = DEPLOY / "nginx" / "aggregator.conf"
CADDY = DEPLOY / "caddy" / "Caddyfile"


@pytest.fixture(scope="module")
def web_side(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The web side alone, on a store with nothing in it."""
    command = Command(tmp_path_factory.mktemp("web"))
    command.configure("http://127.0.0.1:9/feed.xml")
    migrated_sqlite(command.folder / "aggregator.db")
    site = Site(free_port())
    command.start("serve", port=site.port)
    try:
        eventually("the web side answers", site.is_up)
        yield site
    finally:
        command.end_all()


@contextmanager
def started(*arguments: str | Path, folder: Path) -> Iterator[None]:
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(arguments, stdout=log, stderr=log, env={"HOME": str(folder)})
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def nginx_configuration(folder: Path, certificates: Certificates, *, plain: int, tls: int, web: int) -> Path:
    """Write our snippet with ports and certificates of this test, within the least that nginx needs."""
    issued = certificates.authority.issue_cert(NAME)
    issued.private_key_pem.write_to_path(str(folder / "key.pem"))
    (folder / "chain.pem").write_bytes(b"".join(pem.bytes() for pem in issued.cert_chain_pems))
    snippet = NGINX.read_text()
    for old, new in {
        f"/etc/letsencrypt/live/{NAME}/fullchain.pem": str(folder / "chain.pem"),
        f"/etc/letsencrypt/live/{NAME}/privkey.pem": str(folder / "key.pem"),
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "listen 443 ssl http2;": f"listen 127.0.0.1:{tls} ssl http2;",
        "server 127.0.0.1:8000;": f"server 127.0.0.1:{web};",
    }.items():
        assert old in snippet
        snippet = snippet.replace(old, new)
    snippet = re.sub(r"^ *listen \[::\].*\n", "", snippet, flags=re.MULTILINE)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    paths = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds)
    file = folder / "nginx.conf"
    file.write_text(
        f"daemon off;\npid {folder}/pid;\nerror_log {folder}/errors;\nevents {{}}\n"
        f"http {{\naccess_log off;\n{paths}{snippet}}}\n"
    )
    return file


def test_nginx_serves_the_page_over_tls_and_keeps_metrics_from_strangers(
    web_side: Site, certificates: Certificates, tmp_path: Path
) -> None:
    nginx = program("nginx", "apt-get install nginx-light")
    plain, tls = free_port(), free_port()
    file = nginx_configuration(tmp_path, certificates, plain=plain, tls=tls, web=web_side.port)
    check(nginx, "-t", "-p", tmp_path, "-c", file)

    trust = certificates.trust()
    trust.check_hostname = False  # the name has no address here
    with started(nginx, "-p", tmp_path, "-c", file, folder=tmp_path):
        page = eventually("nginx answers", lambda: get(f"https://127.0.0.1:{tls}/", trust))
        moved = get(f"http://127.0.0.1:{plain}/sources", trust)
        numbers = get(f"https://127.0.0.1:{tls}/metrics", trust)

    assert page.status_code == 200
    assert "Serverless Timeline" in page.text
    assert page.headers["ETag"]
    assert (moved.status_code, moved.headers["Location"]) == (301, f"https://{NAME}/sources")
    assert "aggregator_polls_total" in numbers.text
    assert "deny all;" in NGINX.read_text().partition("location = /metrics")[2]


def get(url: str, trust: ssl.SSLContext) -> httpx.Response:
    return httpx.get(url, verify=trust, headers={"Host": NAME})


def test_caddy_accepts_its_file_as_it_is(tmp_path: Path) -> None:
    caddy = program("caddy", "apt-get install caddy")
    told = check(caddy, "validate", "--adapter", "caddyfile", "--config", CADDY, HOME=str(tmp_path))

    assert "Valid configuration" in told


def test_caddy_serves_the_page(web_side: Site, tmp_path: Path) -> None:
    caddy = program("caddy", "apt-get install caddy")
    port = free_port()
    text = CADDY.read_text().replace(f"\n{NAME} {{", f"\nhttp://127.0.0.1:{port} {{")
    text = text.replace("reverse_proxy 127.0.0.1:8000", f"reverse_proxy 127.0.0.1:{web_side.port}")
    file = tmp_path / "Caddyfile"
    file.write_text("{\n\tadmin off\n}\n" + text)

    with started(caddy, "run", "--adapter", "caddyfile", "--config", file, folder=tmp_path):
        page = eventually("Caddy answers", lambda: httpx.get(f"http://127.0.0.1:{port}/"))
        numbers = httpx.get(f"http://127.0.0.1:{port}/metrics")

    assert page.status_code == 200
    assert "Serverless Timeline" in page.text
    assert "aggregator_polls_total" in numbers.text
