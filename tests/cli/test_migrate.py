from tests.cli.conftest import Shell


def test_a_store_is_made_and_brought_up_to_date_again(shell: Shell) -> None:
    for _ in range(2):
        done = shell("migrate")

        assert done.exit_code == 0, done.output
        assert done.stdout == "The store is up to date.\n"
    assert (shell.folder / "store.db").exists()


def test_it_needs_no_sources_file(shell: Shell) -> None:
    assert not shell.config.exists()
    assert shell("migrate").exit_code == 0


def test_the_file_of_a_store_is_for_its_owner_alone(shell: Shell) -> None:
    shell("migrate")

    assert (shell.folder / "store.db").stat().st_mode & 0o777 == 0o600


def test_the_mode_of_a_file_that_is_there_stays(shell: Shell) -> None:
    shell("migrate")
    (shell.folder / "store.db").chmod(0o640)  # a web side of another user reads it

    shell("migrate")

    assert (shell.folder / "store.db").stat().st_mode & 0o777 == 0o640
