"""What the program runs with, and under which licence: read from the packages that are installed."""

import re
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

# Each lets a program under the MIT licence use it as a library. Those of the LGPL and the MPL ask for their own files alone.
COMPATIBLE = {
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "LGPL-3.0-only", "MIT", "MIT-0", "MPL-2.0", "PSF-2.0",
    "Python-2.0", "CNRI-Python", "Unlicense",
}  # fmt: skip

# What packages that name no SPDX expression (PEP 639) write instead.
NAMES = {
    "Apache License 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause",
    "GNU Lesser General Public License v3 (LGPLv3)": "LGPL-3.0-only",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "The Unlicense (Unlicense)": "Unlicense",
}


def licence(package: Distribution) -> str:
    """Return the licence as an SPDX expression, or what the package says if it is none that is known."""
    fields = package.metadata
    if expression := fields.get_all("License-Expression"):
        return str(expression[0])
    classifiers = [
        line.rpartition(" :: ")[2]
        for line in fields.get_all("Classifier", [])
        if line.startswith("License :: ")
    ]
    found = [name for name in classifiers if name != "OSI Approved"] or fields.get_all("License", [])
    return " OR ".join(NAMES.get(name, name) for name in found)


def parts(expression: str) -> set[str]:
    """Return the licences that an expression names."""
    return set(re.split(r" (?:AND|OR|WITH) ", re.sub(r"[()]", "", expression)))


def packages() -> dict[str, Distribution]:
    """Return everything that the program runs with, PostgreSQL's driver included, by name."""
    found: dict[str, Distribution] = {}
    waiting = list(_requirements(distribution("aggregator"), {"postgres"}))
    while waiting:
        name, extras = waiting.pop()
        if name in found:
            continue
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:  # of another Python or platform
            continue
        waiting += _requirements(found[name], extras)
    return dict(sorted(found.items()))


def _requirements(package: Distribution, extras: set[str]) -> Iterator[tuple[str, set[str]]]:
    for text in package.requires or ():
        requirement = Requirement(text)
        wanted = [{"extra": extra} for extra in ("", *sorted(extras))]
        if requirement.marker is None or any(requirement.marker.evaluate(extra) for extra in wanted):
            yield canonicalize_name(requirement.name), requirement.extras


def table() -> str:
    """Return a table with a row a package."""
    rows = [f"| {name} | {licence(package)} |" for name, package in packages().items()]
    return "\n".join(["| package | licence |", "| --- | --- |", *rows, ""])


def all_compatible(expression: str) -> bool:
    """Whether a program under the MIT licence may use what is under this one."""
    return parts(expression) <= COMPATIBLE or (" OR " in expression and bool(parts(expression) & COMPATIBLE))
