"""The sources file while the service runs: a change counts as soon as it is seen, a faulty file never.

Has no thread of its own: whoever runs the service calls `refresh` every second or two.
"""

import os
import time
from collections.abc import Mapping
from pathlib import Path

from aggregator.sources.load import SourcesFault, load

Signature = tuple[int, int, int] | None

EMPTY_FOR = 3.0  # seconds that a file must stay empty to count


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
        self._emptied: float | None = None  # since when the file is empty, on the monotonic clock

    def has_changed(self) -> bool:
        """Whether the file was changed or replaced since it was last read."""
        return self._signature() != self._seen

    def refresh(self) -> bool:
        """Read the file again if it was changed or replaced; return whether settings or faults are new.

        One that has become empty is looked at again before it counts: many editors cut a file before they write it.
        An admin who empties it waits a moment longer.
        """
        signature = self._signature()
        if signature == self._seen:
            self._emptied = None
            return False
        if self._is_still_to_be_written():
            return False
        self._seen = signature
        before = self.settings, self.faults
        try:
            self.settings, self.faults = load(self.path, self._environ), ()
        except SourcesFault as fault:
            self.faults = fault.faults
        return before != (self.settings, self.faults)

    def _is_still_to_be_written(self) -> bool:
        if not self.settings.sources or not self.path.exists() or self.path.read_bytes().strip():
            self._emptied = None
            return False
        now = time.monotonic()
        if self._emptied is None:
            self._emptied = now
        return now - self._emptied < EMPTY_FOR

    def _signature(self) -> Signature:
        """Tell one state of the file from another; the inode, since editors put a new file in its place."""
        try:
            stat = self.path.stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_size, stat.st_ino
