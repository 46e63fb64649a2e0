"""Snapshots that people read in review: a file for each, compared as text, written anew by `make snapshots`."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable
from pathlib import Path

FOLDER = Path(__file__).parent
WRITES = os.environ.get("SNAPSHOTS") == "write"


def check(name: str, text: str) -> None:
    """Fails with a diff where the snapshot (a path below this folder) holds another text, or writes it."""
    path = FOLDER / name
    text = text.rstrip("\n") + "\n"
    kept = path.read_text("utf-8") if path.exists() else ""
    if kept == text:
        return
    if WRITES:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return
    lines = difflib.unified_diff(kept.splitlines(), text.splitlines(), f"kept/{name}", f"now/{name}", lineterm="")
    raise AssertionError("\n".join(["`make snapshots` writes it anew; then read the diff.", *lines]))


def check_none_stale(folder: str, names: Iterable[str]) -> None:
    """Fails where the folder has a file that no snapshot is of any more, or deletes it."""
    stale = {path.name for path in (FOLDER / folder).iterdir()} - set(names)
    if WRITES:
        for name in stale:
            (FOLDER / folder / name).unlink()
        return
    assert not stale, f"no snapshot of these any more: {', '.join(sorted(stale))}; `make snapshots` deletes them"
