"""The package as people install it: a wheel, in an environment of its own, without a checkout."""

import os
import shutil
import signal
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.commands import Site, eventually, free_port

ROOT = Path(__file__).parents[2]
PARTS = ("aggregator", "config", "pyproject.toml", "README.md", "LICENSE")


def installed(folder: Path) -> Path:
    """Build the wheel from a copy of the repository and install it; return the command. Needs no network."""
    source = folder / "source"
    source.mkdir()
    for name in PARTS:
        if (ROOT / name).is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / name, source / name, symlinks=True, ignore=ignored)
        else:
            shutil.copy(ROOT / name, source / name)
    build = "import sys; from setuptools.build_meta import build_wheel; build_wheel(sys.argv[1])"
    subprocess.run([sys.executable, "-c", build, str(folder)], cwd=source, check=True, capture_output=True)
    (wheel,) = folder.glob("aggregator-*.whl")
    shutil.rmtree(source)
    subprocess.run([sys.executable, "-m", "venv", str(folder / "env")], check=True)
    python = folder / "env" / "bin" / "python"
    install = ["-m", "pip", "--quiet", "--disable-pip-version-check", "install", "--no-index", "--no-deps"]
    subprocess.run([python, *install, wheel], check=True)
    # The dependencies of this environment, but not the package that is installed in it for editing.
    (site_packages,) = (folder / "env" / "lib").glob("python*/site-packages")
    (site_packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    return python.with_name("aggregator")


@contextmanager
def started(command: Path, *arguments: str, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([command, *arguments], cwd=folder, start_new_session=True)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def test_the_wheel_runs_in_an_empty_folder(tmp_path: Path) -> None:
    aggregator = installed(tmp_path)
    folder = tmp_path / "empty"
    folder.mkdir()
    site = Site(free_port())
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}

    subprocess.run([aggregator, "init"], cwd=folder, check=True, env=environment)
    # Nobody is polled: no test asks publishers that know nothing of it.
    config = folder / "config" / "sources.toml"
    config.write_text(config.read_text().replace("\n[[source]]\n", "\n[[source]]\nenabled = false\n"))
    assert 'language = "en"' in config.read_text()
    config.write_text(config.read_text().replace('language = "en"', 'language = "de"'))
    with started(aggregator, "run", "--port", str(site.port), folder=folder):
        eventually("the service answers", site.is_up)
        page = site.get("/").text

    assert "Serverless Timeline" in page
    assert "Nichts hier verfolgt Sie." in page  # the catalogues come along
    assert (folder / "aggregator.db").is_file()
    assert list(
        tmp_path.glob("env/lib/*/site-packages/aggregator/py.typed")
    )  # so that type checkers believe it
