from pathlib import Path

from tests.cli.conftest import Shell
from tests.cli.test_prune import listed
from tests.support.publisher import Publisher

FEED = "<rss version='2.0'><channel><title>A</title><item><title>One</title><link>/1</link></item></channel></rss>"


def test_a_build_polls_what_is_due_and_writes_the_site(shell: Shell, publisher: Publisher) -> None:
    publisher.serves("/feed.xml", FEED, etag='"1"')
    shell.config.write_text(listed(publisher.url("/feed.xml"), "forever"))
    folder = shell.folder / "public"

    first = shell("build", str(folder))
    second = shell("build", str(folder))

    assert first.exit_code == second.exit_code == 0, first.output
    assert "1 read" in first.stdout
    assert "0 unchanged, 0 removed." in first.stdout
    assert "No source is due." in second.stdout
    assert "0 written" in second.stdout
    assert "One" in (folder / "index.html").read_text()
    assert len(publisher.requests) == 1


def test_a_build_ends_well_however_publishers_behave(shell: Shell, publisher: Publisher) -> None:
    publisher.serves("/feed.xml", "no", status=500)
    shell.config.write_text(listed(publisher.url("/feed.xml"), "forever"))

    done = shell("build", str(shell.folder / "public"))

    assert done.exit_code == 0, done.output
    assert "1 failed" in done.stdout
    assert (shell.folder / "public" / "index.html").exists()


def test_without_polls_no_publisher_is_asked(shell: Shell, publisher: Publisher) -> None:
    shell.config.write_text(listed(publisher.url("/feed.xml"), "forever"))

    done = shell("build", "--no-poll", str(shell.folder / "public"))

    assert done.exit_code == 0, done.output
    assert publisher.requests == []
    assert (shell.folder / "public" / "sources" / "index.html").exists()


def test_faults_of_the_admin_end_with_2_and_files_that_cannot_be_written_with_1(
    shell: Shell, publisher: Publisher, tmp_path: Path
) -> None:
    shell.config.write_text("[[source]]\n")
    assert shell("build", str(tmp_path / "public")).exit_code == 2

    shell.config.write_text(listed(publisher.url("/feed.xml"), "forever"))
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "file").touch()
    refused = shell("build", "--no-poll", str(tmp_path / "mine"))
    assert (refused.exit_code, "no build wrote" in refused.stderr) == (2, True)

    unwritable = shell("build", "--no-poll", "/proc/none")
    assert unwritable.exit_code == 1
    assert "/proc/none" in unwritable.stderr
    assert "Traceback" not in unwritable.output
