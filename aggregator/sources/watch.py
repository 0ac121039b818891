"""The sources file while the service runs: a change counts as soon as it is seen, a faulty file never.

Has no thread of its own: whoever runs the service calls `refresh` every second or two.
"""

import os
import time
from collections.abc import Mapping
from pathlib import Path

from aggregator.sources.load import SourcesFault, load

Signature = tuple[int, int, int] | None

SETTLES = 1.5  # seconds that a file which lost sources must stay as it is to count


class SourcesFile:
    """The last good settings of a file, and what is wrong with it now."""

    def __init__(self, path: Path | str, environ: Mapping[str, str] | None = os.environ) -> None:
        """Read the file; raises SourcesFault where it is faulty, since then no last good one is known.

        `environ` as for `load`: who polls nobody gives None and needs no secrets.
        """
        self.path = Path(path)
        self._environ = environ
        self._seen = self._signature()
        self.settings = load(path, environ)
        self.faults: tuple[str, ...] = ()
        self._shrunk: tuple[Signature, float] | None = None  # and since when, on the monotonic clock

    def has_changed(self) -> bool:
        """Whether the file was changed or replaced since it was last read."""
        return self._signature() != self._seen

    def refresh(self) -> bool:
        """Read the file again if it was changed or replaced; return whether settings or faults are new.

        One that lost sources is looked at again before it counts: many editors cut a file before they write it, or write
        it in parts. An admin who removes some waits a moment longer.
        """
        signature = self._signature()
        if signature == self._seen:
            return False
        before = self.settings, self.faults
        try:
            settings = load(self.path, self._environ)
        except SourcesFault as fault:
            self._seen, self.faults = signature, fault.faults
        else:
            if len(settings.sources) < len(self.settings.sources) and not self._is_settled(signature):
                return False
            self._seen, self.settings, self.faults = signature, settings, ()
        return before != (self.settings, self.faults)

    def _is_settled(self, signature: Signature) -> bool:
        """Whether the file has stayed as it is since it was first seen so."""
        now = time.monotonic()
        if self._shrunk is None or self._shrunk[0] != signature:
            self._shrunk = signature, now
        return now - self._shrunk[1] >= SETTLES

    def _signature(self) -> Signature:
        """Tell one state of the file from another; the inode, since editors put a new file in its place."""
        try:
            stat = self.path.stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_size, stat.st_ino
