"""What reading makes of every document of the corpus: `python -m tests.corpus_report [EXCERPTS_FILE]`.

Prints a line a document, and writes all excerpts to a file to be read with one's own eyes.
"""

import sys
from collections import Counter
from pathlib import Path

from aggregator import explain
from aggregator.model import Entry, FeedContent
from aggregator.normalize.excerpt import excerpt
from aggregator.reading.read import read
from tests.support.corpus import MISSING, Sample, samples

FIELDS = ("guid", "link", "title", "text", "authors", "tags", "language", "enclosures", "comments", "origin")


def line(sample: Sample, reading: FeedContent) -> str:
    """Return what became of a document: found and kept entries, where dates come from, fields filled, warnings."""
    dates = Counter(date_from(entry) for entry in reading.entries)
    filled = Counter(name for entry in reading.entries for name in FIELDS if getattr(entry, name))
    trouble = (
        [explain.fault(reading.fault)]
        if reading.fault
        else [explain.warning(one) for one in reading.warnings]
    )
    return (
        f"{sample.file}: {reading.format or '-'}, {sample.entries} found, {len(reading.entries)} kept;"
        f" dates {dict(dates)}; {dict(filled)}{'; ' if trouble else ''}{'; '.join(trouble)}"
    )


def date_from(entry: Entry) -> str:
    return "published" if entry.published else "updated" if entry.updated else "first sight"


def shown(entry: Entry) -> str:
    date = (entry.published or entry.updated or "undated", entry.minutes)
    return f"{entry.title}\n  {date[0]} • {date[1]} min read • {', '.join(entry.authors)}\n  {excerpt(entry.text, 500)}\n"


def main() -> None:
    excerpts = Path(sys.argv[1] if len(sys.argv) > 1 else "excerpts.txt")
    found = samples()
    if not found:
        sys.exit(MISSING)
    with excerpts.open("w", encoding="utf-8") as page:
        for sample in found:
            reading = read(sample.body, content_type=None, address=sample.url)
            print(line(sample, reading))  # noqa: T201 - a command's output
            page.writelines([f"== {sample.file}\n", *(shown(entry) for entry in reading.entries)])


if __name__ == "__main__":
    main()
