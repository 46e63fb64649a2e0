"""The tool reference as Markdown, generated from the index."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from reply_mcp.catalog.index import Entry


def reference(entries: Iterable[Entry], areas: Mapping[str, tuple[str, str]]) -> str:
    """A section for each area, a row for each tool; `areas` gives title and about by name, in order."""
    rows = list(entries)
    callable_ = [entry for entry in rows if entry.tool]
    lines = [
        "# Tools",
        "",
        "Generated from the catalog by `make catalog`; do not edit.",
        "",
        f"{len(callable_)} tools. **Bold** ones are in the default profile; the others are listed by `--toolsets`, or "
        "found and run by `reply_find_tools`, `reply_run_read` and `reply_run_write`. Effects: `read`; `write`; `send` "
        "reaches people or starts sending; `spend` uses credits; `share` lets somebody read or receive what they could "
        "not before; `delete` cannot be undone.",
    ]
    for name, (title, about) in areas.items():
        own = [entry for entry in rows if entry.area == name]
        lines += ["", f"## {title} (`{name}`)", "", about, ""]
        lines += ["| tool | what it does | effect | operation | scope |", "| --- | --- | --- | --- | --- |"]
        lines += [_row(entry) for entry in own if entry.tool]
        coming = [f"{entry.id} ({entry.about.splitlines()[0].rstrip('.')})" for entry in own if not entry.tool]
        if coming:
            lines += ["", f"Announced by Reply and not released yet: {', '.join(coming)}."]
    return "\n".join(lines) + "\n"


def _row(entry: Entry) -> str:
    tool = f"`{entry.tool}`"
    about = " ".join(entry.about.split()).replace("|", "\\|")
    operations = ", ".join(entry.operations) or entry.id
    cells = (f"**{tool}**" if entry.core else tool, about, str(entry.effect), operations, entry.scope or "")
    return f"| {' | '.join(cells)} |"
