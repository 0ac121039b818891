"""The pages that people read, and what is quoted in them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(
    [*DOCS.rglob("*.md"), *ROOT.glob("*.md"), ROOT / "aggregator" / "README.md", ROOT / "tests" / "README.md"]
)


def page(name: str) -> str:
    """Return the text of a page of `docs/`."""
    return (DOCS / f"{name}.md").read_text(encoding="utf-8")


def section(text: str, heading: str) -> str:
    """Return what stands below a heading, up to the next one of the same level or above."""
    level = len(heading) - len(heading.lstrip("#"))
    _, found, below = text.partition(f"{heading}\n")
    assert found, heading
    return re.split(rf"^#{{1,{level}}} ", below, maxsplit=1, flags=re.MULTILINE)[0]


def first_column(text: str) -> set[str]:
    """Return what is marked as code in the first column of the tables of a text."""
    cells = re.findall(r"^\| (`[^|]*?) \|", text.replace(r"\|", "/"), re.MULTILINE)
    return {name for cell in cells for name in re.findall(r"`([^`]+)`", cell)}


@dataclass(frozen=True, slots=True)
class Snippet:
    """A block of code on a page."""

    file: Path
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        """Return where it stands, as a name for a test."""
        return f"{self.file.relative_to(ROOT)}:{self.line}"


def snippets(*languages: str) -> Iterator[Snippet]:
    """Find the blocks of code in these languages on all pages."""
    for file in PAGES:
        text = file.read_text(encoding="utf-8")
        for found in re.finditer(r"^ *```(\w+)\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL):
            if found[1] in languages:
                yield Snippet(file, text.count("\n", 0, found.start()) + 1, found[1], found[2])
