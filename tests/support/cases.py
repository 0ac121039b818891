"""Small feeds that other programs failed on, each with the right result, if available: beside the checkout, or in FEED_CASES."""

import os
import tomllib
from pathlib import Path
from typing import Any

CASES = Path(os.environ.get("FEED_CASES", Path(__file__).parents[3] / "shared" / "cases"))
MISSING = f"no cases at {CASES}: set FEED_CASES to a folder of folders with case.toml"


Case = tuple[Path, dict[str, Any]]


def cases_of_one_document() -> list[Case]:
    """Return the folders whose expectation one document decides, each with its `case.toml`."""
    return [case for case in _cases() if _polls(case[1]) == [1]]


def cases_of_several_documents() -> list[Case]:
    """Return the other folders: several feeds, or several polls."""
    return [case for case in _cases() if _polls(case[1]) != [1]]


def _cases() -> list[Case]:
    return [(path.parent, tomllib.loads(path.read_text())) for path in sorted(CASES.glob("*/case.toml"))]


def _polls(case: dict[str, Any]) -> list[int]:
    return [len(feed["documents"]) for feed in case["feed"]]
