"""Draws the pictures of the documentation from the embedded Reply: `make pictures`.

    python manifests/pictures.py [FOLDER]

`conversation-light.svg` and `conversation-dark.svg` are the beginning of `reply-mcp demo` as a terminal shows it; the
pictures of the page beside an answer are made by `make apps` with `SHOTS`.
"""

from __future__ import annotations

import re
import subprocess
import sys
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import DEFAULT_TERMINAL_THEME, DIMMED_MONOKAI
from rich.text import Text

FOLDER = Path(__file__).resolve().parent.parent / "docs/images"
SHOWN = ("── What needs me", "── Tell them", "── Start it")
"""The steps that the picture shows."""
WIDTH = 134
_FONT_FACES = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)


def main() -> int:
    """Writes the pictures; 1 where the demo failed."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    demo = subprocess.run([sys.executable, "-m", "reply_mcp", "demo"], capture_output=True, text=True, check=False)
    if demo.returncode:
        print(demo.stderr, file=sys.stderr)
        return 1
    steps = [step for step in demo.stdout.split("\n\n") if step.startswith("── ")]
    folder.mkdir(parents=True, exist_ok=True)
    for name, theme in (("light", DEFAULT_TERMINAL_THEME), ("dark", DIMMED_MONOKAI)):
        console = Console(record=True, width=WIDTH, file=StringIO(), force_terminal=True)
        for step in steps:
            if step.startswith(SHOWN):
                for line in step.splitlines():
                    console.print(_styled(line), no_wrap=True, overflow="ellipsis", crop=True)
                console.print()
        picture = console.export_svg(title="reply-mcp demo", theme=theme)
        # Forges load no fonts from elsewhere; the browser's own monospace looks as well.
        (folder / f"conversation-{name}.svg").write_text(_FONT_FACES.sub("", picture), "utf-8")
    return 0


def _styled(line: str) -> Text:
    if line.startswith("── "):
        return Text(line.removeprefix("── "), style="bold")
    if line.startswith("> "):
        return Text(line, style="cyan")
    if line.startswith(("  ? ", "  The host", "  The person")):
        return Text(line, style="magenta")
    return Text(line, style="dim" if line.startswith("  [") and line.endswith("]") else "")


if __name__ == "__main__":
    sys.exit(main())
