"""docs/monitoring.md: every key of the log as JSON."""

import ast
import json
import logging
import sys
from collections.abc import Iterator

from aggregator.logs import JsonFormatter
from tests.documentation.pages import ROOT, first_column, page, section


def extra_keys() -> Iterator[str]:
    """Find what calls of the log give as `extra`, anywhere in the program."""
    for file in (ROOT / "aggregator").rglob("*.py"):
        for part in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(part, ast.keyword) and part.arg == "extra" and isinstance(part.value, ast.Dict):
                yield from (str(key.value) for key in part.value.keys if isinstance(key, ast.Constant))


def common_keys() -> set[str]:
    try:
        raise ValueError("a fault")  # noqa: TRY301 - one has to be raised to be logged
    except ValueError:
        record = logging.makeLogRecord({"exc_info": sys.exc_info()})
    return set(json.loads(JsonFormatter().format(record)))


def test_every_key_of_the_log_is_told_and_no_other() -> None:
    assert first_column(section(page("monitoring"), "## The log")) == common_keys() | set(extra_keys())
