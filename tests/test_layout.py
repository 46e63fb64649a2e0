"""The shape of the tree: no circles between files, no crowded folder, no long module, and a map of each folder."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "reply_mcp"
MOST_MODULES = 30
MOST_LINES = 400
LONGER: dict[str, str] = {}
"""Modules that may be longer, and why no cut is natural."""


def circles(imports: dict[str, set[str]]) -> list[list[str]]:
    """Groups of modules of which each imports every other one, directly or through others of the group."""
    reached: dict[str, set[str]] = {}
    for start in imports:
        todo, seen = [start], set()
        while todo:
            for found in imports[todo.pop()] - seen:
                seen.add(found)
                todo.append(found)
        reached[start] = seen
    groups = {frozenset({one, *(other for other in reached[one] if one in reached[other])}) for one in imports}
    return sorted(sorted(group) for group in groups if len(group) > 1)


@pytest.mark.parametrize(
    ("imports", "found"),
    [
        ({"a": {"b"}, "b": {"c"}, "c": set()}, []),
        ({"a": {"b"}, "b": {"c"}, "c": {"b"}}, [["b", "c"]]),
        ({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}, [["a", "b", "c"]]),
    ],
)
def test_circles_are_found(imports: dict[str, set[str]], found: list[list[str]]) -> None:
    assert circles(imports) == found


def test_no_files_import_one_another_in_a_circle() -> None:
    """Also none that runs through a package's `__init__`, which the contracts of import-linter do not see. Imports for
    type checking alone are no part of a circle."""
    graph = grimp.build_graph("reply_mcp", cache_dir=None, exclude_type_checking_imports=True)
    assert len(graph.modules) > 300
    assert circles({one: graph.find_modules_directly_imported_by(one) for one in graph.modules}) == []


def test_no_folder_is_crowded() -> None:
    modules = Counter(path.parent.relative_to(PACKAGE.parent) for path in PACKAGE.rglob("*.py"))
    assert {str(folder): count for folder, count in modules.items() if count > MOST_MODULES} == {}


def test_no_module_is_long() -> None:
    lines = {
        str(path.relative_to(PACKAGE.parent)): path.read_text("utf-8").count("\n") for path in PACKAGE.rglob("*.py")
    }
    assert {name: count for name, count in lines.items() if count > MOST_LINES and name not in LONGER} == {}
    assert {name for name in LONGER if lines.get(name, 0) <= MOST_LINES} == set(), "these are no exceptions any more"


UNMAPPED = {"catalog/areas", "sandbox/handlers"}
"""Folders of the areas, whose names are those of the toolsets."""
HOOKS = "named `…_hooks`"
"""What a map says of modules of hooks that it does not name one by one."""


def mapped(docstring: str) -> set[str]:
    """The words that a package's docstring stands for modules by: in backticks, or at the beginning of a row."""
    rows = re.findall(r"^([\w, ]+?)  +\S", docstring, re.MULTILINE)
    return {*re.findall(r"`(\w+)`", docstring), *(name for row in rows for name in row.split(", "))}


@pytest.mark.parametrize(
    "folder", sorted(str(path.parent.relative_to(PACKAGE)) for path in PACKAGE.rglob("__init__.py"))
)
def test_a_package_says_what_each_of_its_modules_is_for(folder: str) -> None:
    modules = {path.stem for path in (PACKAGE / folder).glob("*.py")} - {"__init__", "__main__"}
    packages = {path.parent.name for path in (PACKAGE / folder).glob("*/__init__.py")}
    if len(modules | packages) < 2 or folder in UNMAPPED or folder == ".":
        return
    docstring = ast.get_docstring(ast.parse((PACKAGE / folder / "__init__.py").read_text("utf-8"))) or ""
    unnamed = (modules | packages) - mapped(docstring) - {"area"}
    assert {one for one in unnamed if not (one.endswith("_hooks") and HOOKS in docstring)} == set()


@pytest.mark.parametrize(
    "folder", sorted(str(path.parent.relative_to(PACKAGE)) for path in PACKAGE.rglob("__init__.py"))
)
def test_a_map_names_no_module_that_is_gone(folder: str) -> None:
    docstring = ast.get_docstring(ast.parse((PACKAGE / folder / "__init__.py").read_text("utf-8"))) or ""
    rows = re.findall(r"^([a-z_]+(?:, [a-z_]+)*)  +\S", docstring, re.MULTILINE)
    names = {name for row in rows for name in row.split(", ")}
    there = {path.stem for path in (PACKAGE / folder).iterdir()}
    assert names - there == set()


@pytest.mark.parametrize("page", ["docs/architecture.md", "CONTRIBUTING.md"])
def test_a_page_for_those_who_change_the_code_names_files_that_are_there(page: str) -> None:
    """Paths in backticks, from the root or from the package, and names of modules alone; `foo` stands for a new one."""
    code = re.findall(r"`([\w./-]+(?:\.py|\.md|\.json|\.yml|\.txt|/))`", (ROOT / page).read_text("utf-8"))
    named = {one for one in code if "foo" not in one and not one.startswith(("/v3", "~"))}
    assert named
    modules = {path.name for path in PACKAGE.rglob("*.py")}
    missing = {
        one for one in named if not (ROOT / one).exists() and not (PACKAGE / one).exists() and one not in modules
    }
    assert {one for one in missing if not any(PACKAGE.rglob(one.rstrip("/")))} == set()
