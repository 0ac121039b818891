"""docs/reading.md: every address, every parameter of a query, every field that is ours alone."""

import ast
import re
from pathlib import Path
from typing import Any

from typing_extensions import override
from werkzeug.datastructures import MultiDict

from aggregator.outputs.feeds import jsonfeed
from aggregator.web.display.query import view_of
from tests.documentation.pages import first_column, page, section
from tests.support.site import Site

PAGE = page("reading")
# What stands in the page for a part of an address that varies.
EXAMPLES = {
    "tag": "TAG",
    "slug": "SLUG",
    "token": "TOKEN",
    "hashed": "NAME",
    "month": "2026-11",
    "name": "2026-W47",
}


def example(rule: str) -> str:
    """Return an address as the page writes it for a rule of Flask's."""
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: EXAMPLES.get(found[1], found[0]), rule)


def test_every_address_is_told_and_no_other(site: Site) -> None:
    rules = {example(rule.rule) for rule in site.app.url_map.iter_rules()}
    sizes = {name for name in first_column(section(PAGE, "## Addresses")) if name.startswith("/icon-")}
    rules = rules - {"/icon-<int:size>.png"} | sizes

    assert first_column(section(PAGE, "## Addresses")) == rules, "docs/reading.md lists every address"


class Asked(MultiDict[str, str]):
    """A query string that remembers what it was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    @override
    def get(self, key: str, *rest: Any, **more: Any) -> Any:
        self.names.add(key)
        return super().get(key, *rest, **more)

    @override
    def getlist(self, key: str, *rest: Any, **more: Any) -> Any:
        self.names.add(key)
        return super().getlist(key, *rest, **more)


def test_every_parameter_of_a_query_is_told_and_no_other() -> None:
    asked = Asked()
    view_of(asked)

    told = {name.partition("=")[0] for name in first_column(section(PAGE, "## Queries"))}
    assert told == asked.names, "docs/reading.md lists every parameter"


def names_in(tree: ast.AST) -> set[str]:
    """Return the keys of all objects that an expression builds."""
    return {
        str(key.value)
        for part in ast.walk(tree)
        if isinstance(part, ast.Dict)
        for key in part.keys
        if isinstance(key, ast.Constant)
    }


def test_every_field_of_the_extension_is_told_and_no_other() -> None:
    # Read from the source, since a field that is empty is not sent.
    tree = ast.parse(Path(jsonfeed.__file__).read_text(encoding="utf-8"))
    extensions = [
        value
        for part in ast.walk(tree)
        if isinstance(part, ast.Dict)
        for key, value in zip(part.keys, part.values, strict=True)
        if isinstance(key, ast.Name) and key.id == "EXTENSION"
    ]
    own = [
        part
        for part in ast.walk(tree)
        if isinstance(part, ast.FunctionDef) and part.name in {"_source", "_mention"}
    ]
    assert len(extensions) == len(own) == 2

    sent = {name for part in [*extensions, *own] for name in names_in(part)}
    told = section(PAGE, "### `_aggregator` in JSON Feed")
    assert sent == first_column(told) | (sent & set(re.findall(r"`(\w+)`", told)))
