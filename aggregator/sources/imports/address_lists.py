"""Plain lists of addresses: one per line, or a table with a column of them."""

import csv
import re
import shlex
from collections.abc import Sequence
from io import StringIO

from aggregator.sources.imports.found import Import, Listed, Note, collected

HERE = "this line"

# The names of columns, as spreadsheets and exports of readers write them, in lower case without blanks.
COLUMNS = {
    "url": ("feedurl", "xmlurl", "feed", "rss", "atom", "url", "feedaddress", "address", "link"),
    "title": ("title", "name", "blog", "author"),
    "tags": ("tags", "tag", "category", "categories", "group", "groups", "folder"),
    "slug": ("slug",),
}


def read_lines(text: str) -> Import:
    """Read one address per line, which may be followed by a title, or by Newsboat's tags and `~title` in quotes.

    Blank lines and those that begin with `#` or `;` are skipped.
    """
    lines = enumerate(text.splitlines(), 1)
    return collected((_of_line(number, line) for number, line in lines if _counts(line)), (), HERE)


def _counts(line: str) -> bool:
    return bool(line.strip()) and line.lstrip()[0] not in "#;"


def _of_line(number: int, line: str) -> Listed:
    url, _, rest = re.sub(r"\s+", " ", line.strip()).partition(" ")
    url = url.strip("<>")
    if not re.match(r'["~]', rest):
        return Listed(number, url, rest.removeprefix("#").strip())
    try:
        words = shlex.split(rest)
    except ValueError:  # an unclosed quote
        return Listed(number, url, rest.strip('"'))
    titles = [word[1:] for word in words if word.startswith("~")]
    return Listed(number, url, "".join(titles[:1]), tuple(word for word in words if word[:1] not in "~!"))


def read_csv(text: str) -> Import:
    """Read a table with a column of addresses, with or without a line of names above it.

    The columns may be separated by commas, semicolons or tabs.
    """
    rows = csv.reader(StringIO(text), delimiter=_delimiter(text), skipinitialspace=True)
    table: list[tuple[int, list[str]]] = []
    line = 1
    for row in rows:
        if any(cell.strip() for cell in row) and not row[0].lstrip().startswith("#"):
            table.append((line, [cell.strip() for cell in row]))
        line = rows.line_num + 1
    if not table:
        return Import((), ())
    columns = _named(table[0][1])
    notes = _unused(table[0]) if columns else []
    rest = table[1:] if columns else table
    columns = columns or _guessed([row for _, row in table])
    return collected((_of_row(number, row, columns) for number, row in rest), notes, HERE)


def _delimiter(text: str) -> str:
    first = next((line for line in text.splitlines() if _counts(line)), "")
    return max(",;\t", key=first.count)


def _plain(name: str) -> str:
    return re.sub(r"[\W_]", "", name.lower())


def _named(header: Sequence[str]) -> dict[str, int]:
    """Return the index of each column by the names in the first line; empty if it has none."""
    names = [_plain(name) for name in header]
    found = {
        key: names.index(name)
        for key, known in COLUMNS.items()
        if (name := next((one for one in known if one in names), None))
    }
    return found if "url" in found else {}


def _unused(header: tuple[int, Sequence[str]]) -> list[Note]:
    line, names = header
    used = _named(names).values()
    return [
        Note(line, f"the column `{name}` has no counterpart")
        for number, name in enumerate(names)
        if name and number not in used
    ]


def _guessed(rows: Sequence[Sequence[str]]) -> dict[str, int]:
    """Return the columns of a table without names: the first with addresses, and the first other one as titles."""
    first = rows[0]
    address = next((number for number, cell in enumerate(first) if "://" in cell), 0)
    title = next(
        (number for number, cell in enumerate(first) if number != address and "://" not in cell), None
    )
    return {"url": address} if title is None else {"url": address, "title": title}


def _of_row(line: int, row: Sequence[str], columns: dict[str, int]) -> Listed:
    def cell(key: str) -> str:
        number = columns.get(key)
        return row[number] if number is not None and number < len(row) else ""

    tags = tuple(tag.strip() for tag in re.split(r"[,;|]", cell("tags")) if tag.strip())
    return Listed(line, cell("url"), cell("title"), tags, cell("slug"))
