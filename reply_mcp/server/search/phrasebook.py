"""Reading `phrases.txt` for the index: each way of speaking as a pattern, with the signs that it may fit a query."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files

from reply_mcp.server.search.phrases import Phrase

_GAP = r"((?:\S+ ){0,5}?)"
"""A place for words that stay; the only groups of the patterns."""


def phrase_rows() -> list[Phrase]:
    """The phrases of `phrases.txt`."""
    text = files(__package__).joinpath("phrases.txt").read_text(encoding="utf-8")
    rows: list[Phrase] = []
    for line in text.splitlines():
        if not line.startswith("#"):
            meant, _, said = line.partition(": ")
            ways = "|".join(one.strip().replace("* ", _GAP) for one in said.split(" | "))
            rows.append((meant, rf"(?<![\w-])(?:{ways})(?![\w-])", sorted(signs_of(ways.replace(_GAP, ".")))))
    return rows


def signs_of(pattern: str) -> set[str]:
    """Texts of which one stands in all that a pattern of words and groups fits: for each of its ways, the longest
    piece that it cannot lack.

    Raises:
        ValueError: where there is a way that may lack any piece.
    """
    signs = _ways(iter([*_PIECE.findall(pattern.lower()), (")", "")]), "(?:")
    if not signs:
        raise ValueError(f"a way of saying it has no fixed word: {pattern}")
    return signs


_PIECE = re.compile(r"(\(\?[:!=<]+|\\.|\[[^\]]*\]|.)([?*+]?)")
"""A letter, a class, or where a group begins or ends, with how often it may stand."""


def _ways(pieces: Iterator[tuple[str, str]], group: str) -> set[str]:
    """The signs of a group from after its beginning up to its end; none where it may lack any, or only looks around."""
    ways: list[set[str]] = []
    fixed: list[set[str]] = [set()]
    run = ""
    for piece, times in pieces:
        letter = piece[1:] if piece.startswith("\\") and not piece[1:].isalnum() else piece
        if len(letter) == 1 and letter not in "().^$|" and times in ("", "+"):
            run += letter
            if not times:
                continue
        fixed.append({run} if run else set())
        run = ""
        if piece.startswith("("):
            fixed.append(_ways(pieces, piece))
        elif piece in ("|", ")"):
            ways.append(max(fixed, key=lambda signs: min(map(len, signs), default=0)))
            fixed = [set()]
        if piece == ")":
            looks = group not in ("(", "(?:")
            return set() if looks or times in ("?", "*") or not all(ways) else set().union(*ways)
    raise ValueError("a group that does not end")
