"""Mails as mail programs make them, beside what their reader sees: `mails/*.mail` holds the source, then the lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from reply_mcp.text.html import html_to_text

MAILS = sorted((Path(__file__).parent / "mails").glob("*.mail"))
SEEN = "\n=== seen ===\n"


def test_there_are_mails() -> None:
    assert len(MAILS) >= 60


@pytest.mark.parametrize("path", MAILS, ids=lambda path: path.stem)
def test_the_reader_sees(path: Path) -> None:
    source, seen = path.read_text(encoding="utf-8").split(SEEN)
    assert [line for line in html_to_text(source).split("\n") if line] == seen.rstrip("\n").split("\n")
