"""Small feeds that other programs failed on, each with what is right, if they are at hand: beside the checkout, or in FEED_CASES."""

import os
import tomllib
from pathlib import Path
from typing import Any

CASES = Path(os.environ.get("FEED_CASES", Path(__file__).parents[3] / "shared" / "cases"))
MISSING = f"no cases at {CASES}: set FEED_CASES to a folder of folders with case.toml"


def cases_of_one_document() -> list[tuple[Path, dict[str, Any]]]:
    """Return the folders whose expectation one document decides, each with its `case.toml`."""
    found = [(path.parent, tomllib.loads(path.read_text())) for path in sorted(CASES.glob("*/case.toml"))]
    return [
        (folder, case) for folder, case in found if [len(feed["documents"]) for feed in case["feed"]] == [1]
    ]
