from pathlib import Path

from tests.cli.conftest import Shell
from tests.cli.test_prune import listed
from tests.support.publisher import Publisher

FEED = "<rss version='2.0'><channel><title>A</title><item><title>One</title><link>/1</link></item></channel></rss>"


def test_a_store_moves_by_a_backup_and_a_restore(shell: Shell, publisher: Publisher) -> None:
    publisher.serves("/feed.xml", FEED)
    shell.config.write_text(listed(publisher.url("/feed.xml"), "forever"))
    shell("poll", "--once")
    moved = f"sqlite:///{shell.folder / 'moved.db'}"
    file = shell.folder / "backup.db"

    saved = shell("backup", str(file))
    filled = shell("restore", str(file), AGGREGATOR_DATABASE=moved)
    polled = shell("poll", "--once", AGGREGATOR_DATABASE=moved)

    assert saved.exit_code == 0, saved.output
    assert f"rows to {file}." in saved.stdout
    assert filled.exit_code == 0, filled.output
    assert f"rows from {file}." in filled.stdout
    assert "No source is due." in polled.stdout


def test_refusals_are_sentences(shell: Shell, publisher: Publisher, tmp_path: Path) -> None:
    publisher.serves("/feed.xml", FEED)
    shell.config.write_text(listed(publisher.url("/feed.xml"), "forever"))
    shell("poll", "--once")
    shell("backup", str(tmp_path / "backup.db"))

    for arguments, sentence in (
        (("backup", str(tmp_path / "backup.db")), "exists already"),
        (("backup", str(tmp_path / "no" / "folder.db")), "unable to open"),
        (("restore", str(tmp_path / "backup.db")), "not empty"),
        (("restore", str(shell.config)), "no backup of aggregator"),
        (("restore", str(tmp_path / "none")), "there is no file"),
    ):
        done = shell(*arguments)
        assert done.exit_code == 1, done.output
        assert sentence in done.stderr
        assert "Traceback" not in done.output
