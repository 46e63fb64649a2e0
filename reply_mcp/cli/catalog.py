"""`reply-mcp catalog`: for those who work on the catalog."""

from __future__ import annotations

import argparse
import json
import sys
from importlib.resources import files
from pathlib import Path

from reply_mcp import catalog, workflows
from reply_mcp.catalog.index import entries_of, index_text
from reply_mcp.catalog.reference import reference


def run(options: argparse.Namespace) -> int:
    if options.action == "export":
        from reply_mcp.catalog.openapi import document

        print(json.dumps(document(catalog.area(name) for name in catalog.AREAS), indent=1, ensure_ascii=False))
        return 0
    stale = [path for path, text in indexes().items() if not path.exists() or path.read_text("utf-8") != text]
    if options.action == "check":
        for path in stale:
            print(f"{path.parent.name}/{path.name} is not current: run `reply-mcp catalog build`", file=sys.stderr)
        return 1 if stale else 0
    for path in stale:
        path.write_text(indexes()[path], encoding="utf-8")
        print(f"wrote {path.parent.name}/{path.name}")
    return 0


def indexes() -> dict[Path, str]:
    """What each generated file should hold: the indexes, and in a checkout the tool reference."""
    areas = [catalog.area(name) for name in catalog.AREAS]
    made = [workflows.area(name) for name in workflows.MODULES]
    files = {_index("catalog"): index_text(areas), _index("workflows"): index_text(made)}
    documents = Path(__file__).parents[2] / "docs"
    if documents.is_dir():
        entries = [*entries_of(made), *entries_of(areas)]
        files[documents / "tools.md"] = reference(entries, {area.name: (area.title, area.about) for area in areas})
    return files


def _index(package: str) -> Path:
    return Path(str(files(f"reply_mcp.{package}").joinpath("index.json")))
