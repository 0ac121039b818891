"""The site that is built from the pages: nothing is missing in it, and nothing is loaded from elsewhere."""

import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest

from tests.documentation.pages import ROOT
from tests.support.programs import check, program


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Mapping[Path, str]:
    """Build the site, and return its pages with their texts."""
    zensical = program("zensical", "pip install -e '.[docs]'")
    folder = tmp_path_factory.mktemp("pages")
    shutil.copytree(ROOT / "docs", folder / "docs")
    shutil.copy(ROOT / "zensical.toml", folder)
    check(zensical, "build", "--strict", "--config-file", folder / "zensical.toml")
    return {file: file.read_text(encoding="utf-8") for file in (folder / "site").rglob("*.html")}


def test_every_link_leads_to_a_page_and_a_heading_of_the_site(site: Mapping[Path, str]) -> None:
    broken = []
    for file, text in site.items():
        for target in re.findall(r'<a[^>]* href="([^"]+)"', text):
            if re.match(r"[a-z]+:", target) or file.name == "404.html":
                continue
            path, fragment = urldefrag(unquote(target))
            there = (file.parent / path).resolve() if path else file
            there = there / "index.html" if there.is_dir() else there
            if there not in site or (fragment and f'id="{fragment}"' not in site[there]):
                broken.append(f"{file.name}: {target}")

    assert len(site) > 20
    assert broken == []


def test_nothing_is_loaded_from_elsewhere(site: Mapping[Path, str]) -> None:
    loaded = r'<(?:script|img|iframe)[^>]* src="([^"]+)"|<link[^>]* rel="?(?:stylesheet|preload|icon)"?[^>]* href="([^"]+)"'
    found = {"".join(pair) for text in site.values() for pair in re.findall(loaded, text)}

    assert found
    assert [address for address in found if address.startswith(("http:", "https:", "//"))] == []
