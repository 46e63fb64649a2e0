"""`reply-mcp catalog`: for those who work on the catalog."""

from __future__ import annotations

import argparse
import json
import sys
from difflib import unified_diff
from importlib.resources import files
from pathlib import Path

from reply_mcp import catalog, workflows
from reply_mcp.catalog.index import entries_of, entry_of, index_text
from reply_mcp.catalog.spec.tool_reference import reference
from reply_mcp.cli.spec_document import PUBLISHED, DocumentError, read_document
from reply_mcp.server.search.building import index_of

FACTS = Path(__file__).parents[2] / "tests" / "catalog" / "spec" / "v3_facts.json"
"""What a checkout keeps of Reply's OpenAPI document; see `reply_mcp.catalog.spec.facts`."""


def run(options: argparse.Namespace) -> int:
    """Does what the action says; 1 where something is not current or differs, 2 where it was asked wrongly."""
    if options.reply and (options.action != "check" or options.spec):
        print("reply-mcp: --reply goes with check, in the place of SPEC", file=sys.stderr)
        return 2
    match options.action:
        case "export":
            return _export()
        case "facts":
            return _facts(options.spec, check=options.check)
        case "answers":
            return _answers(options.spec)
        case "check" if options.spec or options.reply:
            return _checked(PUBLISHED if options.reply else options.spec, options.format)
    stale = [path for path, text in indexes().items() if not path.exists() or path.read_text("utf-8") != text]
    if options.action == "check":
        for path in stale:
            print(f"{path.parent.name}/{path.name} is not current: run `reply-mcp catalog build`", file=sys.stderr)
        return 1 if stale else 0
    for path in stale:
        path.write_text(indexes()[path], encoding="utf-8")
        print(f"wrote {path.parent.name}/{path.name}")
    return 0


def _export() -> int:
    from reply_mcp.catalog.spec.export import document

    print(json.dumps(document(catalog.area(name) for name in catalog.AREAS), indent=1, ensure_ascii=False))
    return 0


def _facts(where: str | None, *, check: bool) -> int:
    """Writes the facts of the document, or says how those that are kept differ from it."""
    from reply_mcp.catalog.spec.facts import facts_text

    if not where or not FACTS.parent.is_dir():
        print("reply-mcp: catalog facts needs SPEC, and a checkout to keep its facts in", file=sys.stderr)
        return 2
    try:
        text = facts_text(read_document(where))
    except (DocumentError, ValueError) as error:
        print(f"reply-mcp: the facts of {where} cannot be read: {error}", file=sys.stderr)
        return 1
    kept = FACTS.read_text("utf-8") if FACTS.exists() else ""
    if check:
        sys.stdout.writelines(unified_diff(kept.splitlines(True), text.splitlines(True), FACTS.name, where, n=0))
    elif kept != text:
        FACTS.write_text(text, encoding="utf-8")
        print(f"wrote {FACTS.name}")
    return 1 if check and kept != text else 0


def _answers(where: str | None) -> int:
    """Writes what each operation of the document answers with."""
    from reply_mcp.catalog.spec.answers import answers_text

    try:
        text = answers_text(read_document(where or ""))
    except (DocumentError, ValueError, KeyError) as error:
        print(f"reply-mcp: the answers of {where} cannot be read: {error}", file=sys.stderr)
        return 1
    kept = Path(str(files("reply_mcp.catalog").joinpath("answers.json")))
    if kept.read_text("utf-8") != text:
        kept.write_text(text, encoding="utf-8")
        print(f"wrote {kept.name}")
    return 0


def _checked(where: str, form: str) -> int:
    """Compares the catalog with the document; 1 where a difference matters, 2 where nothing could be compared."""
    from reply_mcp.cli.catalog_check import check_document

    try:
        return check_document(read_document(where), FACTS, where, form)
    except (DocumentError, ValueError) as error:
        print(f"reply-mcp: {where} cannot be compared with: {error}", file=sys.stderr)
        return 2


def indexes() -> dict[Path, str]:
    """What each generated file should hold: the indexes, and in a checkout the tool reference."""
    areas = [catalog.area(name) for name in catalog.AREAS]
    made = [entry_of(one) for name in workflows.MODULES for one in workflows.operations_in(name)]
    described = entries_of(areas)
    entries = [*made, *described]
    files = {
        _index("catalog.generated"): index_text(described),
        _index("workflows"): index_text(made),
        _index("server.search"): index_of(entries).text(),
    }
    documents = Path(__file__).parents[2] / "docs"
    if documents.is_dir():
        files[documents / "tools.md"] = reference(entries, {area.name: (area.title, area.about) for area in areas})
    return files


def _index(package: str) -> Path:
    return Path(str(files(f"reply_mcp.{package}").joinpath("index.json")))
