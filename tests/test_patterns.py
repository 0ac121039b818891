"""No pattern over a publisher's text takes more than linear time.

Every pattern of the package is found by itself: those that modules hold, and those that are written into calls of `re`.
Each is given texts that are made for it: its own words and classes, repeated, behind its own beginnings.
"""

import ast
import importlib
import pkgutil
import re
import signal
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from itertools import product
from pathlib import Path
from re import _parser as parser  # type: ignore[attr-defined]  # the tree of a pattern has no public name
from types import ModuleType
from typing import Any

import pytest
import regex

import aggregator

# What meets an admin's words alone, or runs in no service.
OUR_OWN = ("aggregator.cli", "aggregator.store.migrations", "aggregator.sources", "aggregator.__main__")
# Characters that the patterns of a module meet at most, where the code cuts the text before.
LONGEST = {
    "aggregator.normalize.boilerplate": 900,
    "aggregator.normalize.dates": 100,
    "aggregator.normalize.links": 2000,
    "aggregator.normalize.authors": 800,
    "aggregator.languages": 200,
    "aggregator.normalize.link_to_whole": 40,
    "aggregator.parse": 4096,
}
LENGTH = 3_000
QUICK = 0.001  # seconds for LENGTH characters: no work that grows with the square is done as soon
GIVE_UP = 2.0  # seconds
COMMON = (
    " ",
    "\n",
    "a",
    "A",
    "1",
    "<",
    ">",
    "&",
    "-",
    ".",
    "/",
    ":",
    "=",
    '"',
    "'",
    "(",
    "_",
    "é",
    "日",
    "\u0301",
)
METHODS = {"search", "match", "fullmatch", "findall", "finditer", "sub", "subn", "split"}

Patterns = re.Pattern[Any] | regex.Pattern[Any]


def modules() -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(aggregator.__path__, "aggregator."):
        if not found.name.startswith(OUR_OWN):
            yield importlib.import_module(found.name)


def held(value: Any) -> Iterator[Patterns]:
    """Find the patterns in a value of a module."""
    if isinstance(value, re.Pattern | regex.Pattern):
        yield value
    elif isinstance(value, tuple | list | set | frozenset):
        for item in value:
            yield from held(item)
    elif isinstance(value, dict):
        yield from held(tuple(value.items()))
    elif (
        is_dataclass(value)
        and not isinstance(value, type)
        and type(value).__module__.startswith("aggregator")
    ):
        yield from held([getattr(value, field.name) for field in fields(value)])


def named(module: ModuleType) -> Iterator[tuple[Patterns, str]]:
    """Find the patterns that a module has names for, each with the methods that are called by that name."""
    for node in ast.walk(tree_of(module)):
        match node:
            case ast.Attribute(value=ast.Name(id=name), attr=method) if method in METHODS:
                if isinstance(pattern := getattr(module, name, None), re.Pattern | regex.Pattern):
                    yield pattern, method


def tree_of(module: ModuleType) -> ast.Module:
    return ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))


def written(module: ModuleType) -> Iterator[tuple[Patterns, str]]:
    """Find the patterns that are written into calls, as in `re.sub("...", ...)`, each with the method."""
    for node in ast.walk(tree_of(module)):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="re" | "regex" as engine), attr=name),
                args=[ast.Constant(value=str() | bytes() as pattern), *_],
            ) if name in METHODS:
                yield importlib.import_module(engine).compile(pattern), name


def all_patterns() -> list[Any]:
    found: dict[tuple[str, Any, int], Any] = {}
    methods: dict[tuple[str, Any, int], set[str]] = defaultdict(set)
    for module in modules():
        known = [*named(module), *written(module)]
        others = [
            pattern
            for value in vars(module).values()
            if not isinstance(value, re.Pattern | regex.Pattern)
            for pattern in held(value)
        ]
        for pattern, method in [
            *known,
            *((pattern, method) for pattern in others for method in ("search", "fullmatch")),
        ]:
            key = (type(pattern).__module__, pattern.pattern, pattern.flags)
            methods[key].add(method if method in ("match", "fullmatch") else "search")
            case = pytest.param(
                pattern, methods[key], LONGEST.get(module.__name__), id=f"{module.__name__[11:]}-{len(found)}"
            )
            found.setdefault(key, case)
    return list(found.values())


def pieces(pattern: Patterns) -> list[str]:
    """Return what a pattern is made of: its words, and a character of each of its classes."""
    source = pattern.pattern.decode("latin-1") if isinstance(pattern.pattern, bytes) else pattern.pattern
    try:
        tree = parser.parse(source, pattern.flags & re.VERBOSE)
    except re.error:  # of `regex`, which knows more
        return []
    return [piece for piece in dict.fromkeys(collected(tree)) if piece]


def collected(tree: Any) -> Iterator[str]:
    word = ""
    for code, argument in tree:
        if str(code) == "LITERAL":
            word += chr(argument)
            continue
        yield word
        word = ""
        if str(code) == "IN":
            yield next(
                (
                    chr(value if str(kind) == "LITERAL" else value[0])
                    for kind, value in argument
                    if str(kind) in ("LITERAL", "RANGE")
                ),
                "",
            )
        for inner in branches(argument):
            yield from collected(inner)
    yield word


def branches(argument: Any) -> Iterator[Any]:
    if isinstance(argument, parser.SubPattern):
        yield argument
    elif isinstance(argument, tuple | list):
        for part in argument:
            yield from branches(part)


def attacks(pattern: Patterns, length: int) -> Iterator[str]:
    own = pieces(pattern)
    beginnings = ["", *own[:6], "".join(own)[:60]]
    repeated = [
        *COMMON,
        *own,
        *(one + other for one, other in product(own[:6], repeat=2)),
        *(f"{piece} " for piece in own),
    ]
    for beginning, piece in product(beginnings, dict.fromkeys(repeated)):
        text = beginning + piece * (length // len(piece))
        yield text[: length - 1] + "\x00"  # nothing ends so


def runs(pattern: Any, methods: set[str], text: str) -> Callable[[], object]:
    subject = text.encode("utf-8", "replace") if isinstance(pattern.pattern, bytes) else text

    def run() -> None:
        if "search" in methods:  # and all that look for one after the other
            pattern.sub(subject[:0], subject)
        for method in methods - {"search"}:
            getattr(pattern, method)(subject)

    return run


def seconds(run: Callable[[], object]) -> float:
    start = time.process_time()
    run()
    return time.process_time() - start


@pytest.fixture
def _given_up() -> Iterator[None]:
    def stop(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGVTALRM, stop)
    yield
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    signal.signal(signal.SIGVTALRM, before)


def too_slow(pattern: Any, methods: set[str], longest: int | None = None) -> str:
    """Return the text that takes a pattern more than a time that grows with the length; empty if none does."""
    length = min(longest or LENGTH, LENGTH)
    texts = attacks(pattern, length), attacks(pattern, min(longest or 8 * LENGTH, 4 * length))
    for shorter, longer in zip(*texts, strict=True):
        signal.setitimer(signal.ITIMER_VIRTUAL, GIVE_UP)
        try:
            if all(is_steep(pattern, methods, shorter, longer) for _ in range(3)):
                return shorter
        except TimeoutError:
            return shorter
    return ""


def is_steep(pattern: Any, methods: set[str], shorter: str, longer: str) -> bool:
    """Whether a text four times as long takes more than eight times as long: once may be the machine's fault."""
    took = seconds(runs(pattern, methods, shorter))
    whole = seconds(runs(pattern, methods, longer)) if took > QUICK else 0.0
    return whole > 8 * took + 0.005


@pytest.mark.usefixtures("_given_up")
@pytest.mark.parametrize(("pattern", "methods", "longest"), all_patterns())
def test_a_pattern_takes_a_time_that_grows_with_the_text(
    pattern: Any, methods: set[str], longest: int | None
) -> None:
    assert too_slow(pattern, methods, longest) == ""


@pytest.mark.usefixtures("_given_up")
@pytest.mark.parametrize("slow", [r"\s+$", r"(?:share |share|x| )+", r"(?:a|b)*c", r"\w+@\w+"])
def test_a_slow_pattern_is_told_from_a_quick_one(slow: str) -> None:
    assert too_slow(re.compile(slow), {"search", "fullmatch"})


def test_patterns_are_found() -> None:
    sources = [str(case.values[0].pattern) for case in all_patterns()]

    assert len(sources) > 80
    assert any("utm_" in source for source in sources)  # held by a module
    assert any("appeared first" in source for source in sources)  # held by a value
    assert r"\d{10}" in sources  # written into a call
