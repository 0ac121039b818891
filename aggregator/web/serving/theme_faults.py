"""What goes wrong in a theme's templates while pages are rendered."""

from threading import Lock

from aggregator.theme import Look


class ThemeFaults:
    """The faults of one process, each once. Safe between threads."""

    def __init__(self) -> None:
        self._look = Look()
        self._faults: dict[str, str] = {}  # by place
        self._given_up: Look | None = None
        self._lock = Lock()

    def note(self, look: Look, place: str, sentence: str) -> bool:
        """Keep a look's fault at a place like `file:line`, and return whether it is the first there.

        Those of an earlier look are forgotten.
        """
        with self._lock:
            known = self._faults if look == self._look else {}
            if place in known:
                return False
            self._look, self._faults = look, {**known, place: f"{place}: {sentence}"}
            return True

    def give_up(self, look: Look) -> None:
        """Let the templates of a look be tried no more."""
        self._given_up = look

    def is_given_up(self, look: Look) -> bool:
        """Whether the templates of a look are tried no more."""
        return self._given_up == look

    def of(self, look: Look) -> tuple[str, ...]:
        """Return the faults of a look."""
        return tuple(self._faults.values()) if look == self._look else ()
