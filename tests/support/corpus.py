"""Real feed documents, if available: beside the checkout, or in FEED_CORPUS."""

import csv
import os
from dataclasses import dataclass
from pathlib import Path

CORPUS = Path(os.environ.get("FEED_CORPUS", Path(__file__).parents[3] / "shared" / "corpus"))
MISSING = f"no feed corpus at {CORPUS}: set FEED_CORPUS to a folder with manifest.tsv and feeds/"


@dataclass(frozen=True, slots=True)
class Sample:
    """A document of the corpus with what its manifest says."""

    file: str
    url: str
    format: str
    group: str
    entries: int

    @property
    def body(self) -> bytes:
        return (CORPUS / "feeds" / self.file).read_bytes()

    def __str__(self) -> str:
        return self.file


def samples() -> list[Sample]:
    """All documents; none if the corpus is missing."""
    if not (CORPUS / "manifest.tsv").exists():
        return []
    with (CORPUS / "manifest.tsv").open(encoding="utf-8", newline="") as manifest:
        rows = csv.DictReader(manifest, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [
            Sample(
                row["file"], row["url"].removeprefix("~"), row["format"], row["group"], int(row["entries"])
            )
            for row in rows
        ]
