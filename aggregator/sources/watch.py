"""Watches the sources file and its folder while the service runs: valid changes are applied, faulty files never.

Has no thread of its own: the service calls `refresh` every second or two.
"""

import os
import time
from collections.abc import Mapping
from pathlib import Path

from aggregator.sources.files import Signature, SourcesFault, signature
from aggregator.sources.load import load

SETTLES = 1.5  # seconds that a list which lost sources must stay unchanged to count

# A web process checks at every request; less often for a folder of thousands of files.
SHARE_OF_LOOKING = 0.05  # of its time
LONGEST_WITHOUT_LOOK = 2.0  # seconds


class SourcesFile:
    """The last good settings of a list, and its current faults."""

    def __init__(self, path: Path | str, environ: Mapping[str, str] | None = os.environ) -> None:
        """Read the list; raises SourcesFault if it is faulty, since there is no last good one yet.

        `environ` as for `load`: None for callers that do not poll and need no secrets.
        """
        self.path = Path(path)
        self._environ = environ
        self._next_look = 0.0  # on the monotonic clock
        self._seen = self._look()
        self.settings = load(path, environ)
        self.faults: tuple[str, ...] = ()
        self._shrunk: tuple[Signature, float] | None = None  # and since when, on the monotonic clock

    def refresh(self) -> bool:
        """Read the list again if a file was changed, added or removed; return whether settings or faults changed.

        A list that lost sources is checked again before it counts: many editors truncate a file before they
        write it, or write it in parts. An intended removal takes a moment longer.
        """
        if time.monotonic() < self._next_look:
            return False
        state = self._look()
        if state == self._seen:
            return False
        before = self.settings, self.faults
        try:
            settings = load(self.path, self._environ)
        except SourcesFault as fault:
            self._seen, self.faults = state, fault.faults
        else:
            if len(settings.sources) < len(self.settings.sources) and not self._is_settled(state):
                return False
            self._seen, self.settings, self.faults = state, settings, ()
        return before != (self.settings, self.faults)

    def _is_settled(self, state: Signature) -> bool:
        """Whether the files have stayed unchanged since they were first seen like this."""
        now = time.monotonic()
        if self._shrunk is None or self._shrunk[0] != state:
            self._shrunk = state, now
        return now - self._shrunk[1] >= SETTLES

    def _look(self) -> Signature:
        began = time.monotonic()
        state = signature(self.path)
        if len(state) > 1:
            ended = time.monotonic()
            self._next_look = ended + min((ended - began) / SHARE_OF_LOOKING, LONGEST_WITHOUT_LOOK)
        return state
