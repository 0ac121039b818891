"""Links between pages: each leads to a file that is there, and to a heading that it has."""

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.documentation.pages import DOCS, PAGES, ROOT

FENCED = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")


def anchor(heading: str) -> str:
    """Return the anchor of a heading, as code hosts and Python-Markdown both make it."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "")
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().strip().lower()
    return re.sub(r"[\s]+", "-", re.sub(r"[^\w\s-]", "", plain))


def anchors(file: Path) -> set[str]:
    text = FENCED.sub("", file.read_text(encoding="utf-8"))
    return {anchor(heading) for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}


def links(file: Path) -> Iterator[tuple[Path, str]]:
    for target in LINK.findall(FENCED.sub("", file.read_text(encoding="utf-8"))):
        if "://" not in target and not target.startswith("mailto:"):
            path, _, fragment = target.partition("#")
            yield (file.parent / path).resolve() if path else file, fragment


@pytest.mark.parametrize("file", PAGES, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_link_leads_somewhere(file: Path) -> None:
    found = list(links(file))

    assert [str(target) for target, _ in found if not target.exists()] == []
    headed = [(target, fragment) for target, fragment in found if fragment]
    assert [(target.name, fragment) for target, fragment in headed if fragment not in anchors(target)] == []


@pytest.mark.parametrize("file", sorted(DOCS.rglob("*.md")), ids=lambda file: str(file.relative_to(DOCS)))
def test_pages_of_the_site_link_to_pages_of_the_site(file: Path) -> None:
    assert [str(target) for target, _ in links(file) if not target.is_relative_to(DOCS)] == []


def test_every_page_is_in_the_navigation() -> None:
    navigation = (ROOT / "zensical.toml").read_text(encoding="utf-8")

    assert {str(file.relative_to(DOCS)) for file in DOCS.rglob("*.md")} == set(
        re.findall(r'"([\w/-]+\.md)"', navigation)
    )


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) < 150
