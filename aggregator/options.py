"""Options of a service from the command line and the environment."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Options:
    """Where the sources file and the store are, and where the web side listens."""

    config: Path
    database: str
    host: str = "127.0.0.1"
    port: int = 8000
