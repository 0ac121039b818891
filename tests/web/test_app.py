from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask

from aggregator import store
from aggregator.sources import SourcesFault
from aggregator.store import Database
from aggregator.web import create_app

FILE = '[site]\ntitle = "{title}"\n'


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A sources file and a store that the environment names."""
    path = tmp_path / "sources.toml"
    path.write_text(FILE.format(title="First"))
    url = f"sqlite:///{tmp_path / 'store.db'}"
    with closing(Database.open(url)) as database:
        store.migrate(database)
    monkeypatch.setenv("AGGREGATOR_CONFIG", str(path))
    monkeypatch.setenv("AGGREGATOR_DATABASE", url)
    return path


def said_by(app: Flask) -> str:
    return app.test_client().get("/").get_data(as_text=True)


def test_without_arguments_the_environment_names_the_file_and_the_store(config: Path) -> None:
    assert config.exists()
    assert "<title>First</title>" in said_by(create_app())


def test_a_changed_file_counts_at_once_and_a_faulty_one_never(config: Path) -> None:
    app = create_app()

    config.write_text(FILE.format(title="A second title"))
    assert "<title>A second title</title>" in said_by(app)

    config.write_text("[site]\ntitel = 3\n")
    assert "<title>A second title</title>" in said_by(app)


def test_a_file_that_is_faulty_from_the_start_is_refused(config: Path) -> None:
    config.write_text("[site\n")

    with pytest.raises(SourcesFault):
        create_app()
