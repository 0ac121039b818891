"""A progress bar below the lines of polls, on a terminal."""

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


class PollBar:
    """Shows how many polls of a round have ended; what is printed meanwhile scrolls above it."""

    def __init__(self) -> None:
        self._console = Console(highlight=False, soft_wrap=True)
        self._bar = Progress(
            TextColumn("Polling"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self._console,
            transient=True,
        )
        self._task = self._bar.add_task("polls", total=None)

    def start(self) -> None:
        """Show the bar."""
        self._bar.start()

    def stop(self) -> None:
        """Remove the bar."""
        self._bar.stop()

    def expect(self, polls: int) -> None:
        """Set the number of polls that make the bar full."""
        self._bar.update(self._task, total=polls)

    def advance(self) -> None:
        """Count a poll."""
        self._bar.advance(self._task)

    def print(self, line: str, *, is_trouble: bool) -> None:
        """Print a line above the bar."""
        self._console.print(line, style="yellow" if is_trouble else None, markup=False)
