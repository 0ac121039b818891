"""Plain English in code and documents: words that readers stumble over, each with what to write instead.

A list, not a style checker: a word comes in when a reader has stumbled over it. Sentences of the interface are the
catalogues' affair.
"""

import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

INSTEAD = {
    "anew": "again",
    "anyhow": "anyway",
    "at hand": "available",
    "for ever": "forever, or permanent",
    "hence": "so",
    "in the mean": "on average",
    "in vain": "without success",
    "lest": "so that ... not",
    "shall": "must, or will",
    "thus": "so",
    "whichever": "any, or regardless of which",
    "wish of": "request of, or hint of",
    "wishes of": "requests of, or hints of",
}
# "Where" for a condition: "None where there is none".
CONDITION = re.compile(
    r"\b(?:None|empty|nothing|False|True|Raises \w+|Error|Fault|fails?|else)\b,? where (?:a|an|the|it|there|that|this|no)\b",
    re.IGNORECASE,
)
UNWANTED = re.compile(rf"\b(?:{'|'.join(INSTEAD)})\b", re.IGNORECASE)


def texts() -> Iterator[Path]:
    """Yield the files that people read."""
    for folder in ("aggregator", "tests", "docs", "config", "deploy"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in {".py", ".md", ".toml", ".js", ".css"} and path != Path(__file__).resolve():
                yield path
    yield from sorted(ROOT.glob("*.md"))


def prose(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the numbered lines of a document; of Python its comments and docstrings, since tests quote feeds."""
    text = path.read_text()
    if not UNWANTED.search(text) and not CONDITION.search(text):
        return
    if path.suffix != ".py":
        yield from enumerate(text.splitlines(), start=1)
        return
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        is_docstring = token.type == tokenize.STRING and token.string.lstrip("r").startswith('"""')
        if token.type == tokenize.COMMENT or is_docstring:
            yield from enumerate(token.string.splitlines(), start=token.start[0])


def complaints(path: Path, root: Path = ROOT) -> Iterator[str]:
    """Yield each unwanted word with its place and what to write instead."""
    for number, line in prose(path):
        place = f"{path.relative_to(root)}:{number}"
        for match in UNWANTED.finditer(line):
            yield f"{place}: write {INSTEAD[match[0].lower()]}, not “{match[0]}”"
        if CONDITION.search(line):
            yield f"{place}: write “if” for a condition, not “where”"


def test_words_that_readers_stumble_over_stay_out() -> None:
    found = [complaint for path in texts() for complaint in complaints(path)]

    assert not found, "\n".join(found)


def test_an_unwanted_word_is_found_in_a_comment(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text('"""Return the slug; None where there is none."""\nlist()  # made anew\nsay("anew")\n')

    assert list(complaints(path, tmp_path)) == [
        "module.py:1: write “if” for a condition, not “where”",
        "module.py:2: write again, not “anew”",
    ]
