"""Themes for tests: a folder written from texts, and a picture as small as there can be."""

import base64
import re
from collections.abc import Mapping
from pathlib import Path

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 2"><circle r="1"/></svg>'
GUIDE = Path(__file__).parents[2] / "docs" / "theme.md"


def write_theme(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write the files of a theme, by their names below its folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def example() -> dict[str, str]:
    """Return the files of the theme in the guide, by their names below its folder."""
    found = re.findall(
        r"^`evening/([\w./-]+)`\n\n```\w+\n(.*?)^```", GUIDE.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    return dict(found)
