"""Watches the sources file, its folder and the theme while the service runs: valid changes are applied, faulty ones never.

Has no thread of its own: the service calls `refresh` every second or two.
"""

import os
import time
from collections.abc import Mapping
from pathlib import Path

from aggregator import theme
from aggregator.sources.files import Signature, SourcesFault, signature
from aggregator.sources.load import load
from aggregator.sources.look import read_look, theme_folder, with_look

SETTLES = 1.5  # seconds that a list which lost sources must stay unchanged to count

# A web process checks at every request; less often for a folder of thousands of files.
SHARE_OF_LOOKING = 0.05  # of its time
LONGEST_WITHOUT_LOOK = 2.0  # seconds


class SourcesFile:
    """The last good settings of a list with the last good look, and their current faults."""

    def __init__(self, path: Path | str, environ: Mapping[str, str] | None = os.environ) -> None:
        """Read the list and the theme; raises SourcesFault if one is faulty, since there is no last good one yet.

        `environ` as for `load`: None for callers that do not poll and need no secrets.
        """
        self.path = Path(path)
        self._environ = environ
        self._next_look = 0.0  # on the monotonic clock
        self._seen = signature(self.path)
        self.settings = load(path, environ)
        self._seen_theme: Signature | None = self._theme_now()
        self.settings = with_look(self.path, self.settings)
        self._faults_of_list: tuple[str, ...] = ()
        self._faults_of_look: tuple[str, ...] = ()
        self._shrunk: tuple[Signature, float] | None = None  # and since when, on the monotonic clock

    @property
    def faults(self) -> tuple[str, ...]:
        """What is wrong now, each as `file:line: sentence`."""
        return (*self._faults_of_list, *self._faults_of_look)

    def refresh(self) -> bool:
        """Read again what was changed, added or removed; return whether settings or faults are new."""
        began = time.monotonic()
        if began < self._next_look:
            return False
        before = self.settings, self.faults
        self._refresh_list()
        self._refresh_look()
        if len(self._seen) > 1 or self._seen_theme:
            ended = time.monotonic()
            self._next_look = ended + min((ended - began) / SHARE_OF_LOOKING, LONGEST_WITHOUT_LOOK)
        return before != (self.settings, self.faults)

    def _refresh_list(self) -> None:
        """Read a changed list.

        A list that lost sources is checked again before it counts: many editors truncate a file before they
        write it, or write it in parts. An intended removal takes a moment longer.
        """
        state = signature(self.path)
        if state == self._seen:
            return
        try:
            settings = load(self.path, self._environ)
        except SourcesFault as fault:
            self._seen, self._faults_of_list = state, fault.faults
            return
        if len(settings.sources) < len(self.settings.sources) and not self._is_settled(state):
            return
        self._seen, self._faults_of_list = state, ()
        self.settings = settings.model_copy(update={"look": self.settings.look})
        self._seen_theme = None  # another folder may be named, or other faces

    def _refresh_look(self) -> None:
        """Read a changed theme. One with a fault leaves the last good look, beside whatever the list says."""
        state = self._theme_now()
        if state == self._seen_theme:
            return
        self._seen_theme = state
        look, self._faults_of_look = read_look(self.path, self.settings)
        if not self._faults_of_look:
            self.settings = self.settings.model_copy(update={"look": look})

    def _theme_now(self) -> Signature:
        folder = theme_folder(self.path, self.settings)
        return theme.signature(folder) if folder else ()

    def _is_settled(self, state: Signature) -> bool:
        """Whether the files have stayed unchanged since they were first seen like this."""
        now = time.monotonic()
        if self._shrunk is None or self._shrunk[0] != state:
            self._shrunk = state, now
        return now - self._shrunk[1] >= SETTLES
