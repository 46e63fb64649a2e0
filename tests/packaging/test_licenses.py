"""Every package that comes with this one, and every one that checks it, is under a license that asks for no source."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())
PERMISSIVE = {
    "MIT",
    "MIT-0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSD",
    "Apache-2.0",
    "ISC",
    "PSF-2.0",
    "0BSD",
    "Unlicense",
}
BY_FILE = {"certifi", "hypothesis", "pathspec"}
"""Under MPL-2.0, which holds for their own files and for nothing that uses them."""
SPELLED = {
    "MIT License": "MIT",
    "BSD License": "BSD",
    "BSD 2-Clause License": "BSD-2-Clause",
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache Software License": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "ISC License (ISCL)": "ISC",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}


def license_of(package: str) -> str:
    """The license expression that a package declares, from whichever of the three places it uses."""
    metadata = distribution(package).metadata
    classified = [name.rpartition(" :: ")[2] for name in metadata.get_all("Classifier") or () if name[:7] == "License"]
    declared, written = ((metadata.get_all(field) or [""])[0] for field in ("License-Expression", "License"))
    if declared or (written and len(written) < 60):
        return SPELLED.get(declared or written, declared or written)
    return " OR ".join(SPELLED.get(name, name) for name in classified)


def is_permissive(expression: str) -> bool:
    """Whether one may choose terms that are all permissive."""
    choices = re.split(r"\s+OR\s+", expression.replace("(", "").replace(")", ""))
    return any(all(part in PERMISSIVE for part in re.split(r"\s+AND\s+", choice)) for choice in choices)


def needed_by(requirements: list[str]) -> Iterator[str]:
    """The installed packages that these need, and theirs."""
    todo = [Requirement(text) for text in requirements]
    seen: set[str] = set()
    while todo:
        one = todo.pop()
        name = canonicalize_name(one.name)
        extras = one.extras or {""}
        if name in seen or (one.marker and not any(one.marker.evaluate({"extra": extra}) for extra in extras)):
            continue
        seen.add(name)
        try:
            wanted = distribution(name).requires or []
        except PackageNotFoundError:
            continue  # for another system
        yield name
        for text in wanted:
            below = Requirement(text)
            if not below.marker or any(below.marker.evaluate({"extra": extra}) for extra in extras):
                below.marker = None
                todo.append(below)


RUNTIME = [
    *PROJECT["project"]["dependencies"],
    *chain.from_iterable(PROJECT["project"]["optional-dependencies"].values()),
]
PACKAGES = sorted(set(needed_by([*RUNTIME, *PROJECT["dependency-groups"]["dev"]])))


def test_all_packages_are_found() -> None:
    assert {"httpx", "pydantic-core", "h11", "pytest", "pluggy"} <= set(PACKAGES)


@pytest.mark.parametrize("package", PACKAGES)
def test_the_license_is_permissive(package: str) -> None:
    expression = license_of(package)
    assert is_permissive(expression) or (package in BY_FILE and expression == "MPL-2.0"), expression


@pytest.mark.parametrize("expression", ["GPL-3.0-or-later", "MIT AND LGPL-3.0-only", "", "Proprietary"])
def test_others_are_found_out(expression: str) -> None:
    assert not is_permissive(expression)
