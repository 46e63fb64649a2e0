"""How many tokens a text takes for a model: counted where the ranks are installed, estimated where they are not.

Counting exactly needs a tokenizer with megabytes of ranks (extra `tokens`), which only people who look at figures
want. The estimate needs none, costs microseconds and errs on the long side: answers are cut to size by it.
"""

from __future__ import annotations

import math
import re
from functools import cache
from typing import Any

SAFETY = 1.04
"""What the estimate is multiplied by, so that it rarely falls short."""

_PIECES = re.compile(r"[a-z]+|[A-Z][a-z]*|[0-9]{1,3}|\s+|[^\x00-\x7f]+|.", re.DOTALL)
_WORD_CHARACTERS_PER_TOKEN = 6.5


@cache
def _encoding() -> Any:
    try:
        import bpe_openai  # type: ignore[import-untyped]
    except ImportError:
        return None
    return bpe_openai.get_encoding("o200k_base")


def counts_exactly() -> bool:
    """Whether `count_tokens` counts (o200k, extra `tokens` installed) or estimates."""
    return _encoding() is not None


def count_tokens(text: str) -> int:
    """Tokens of `text` in o200k; without the extra, the estimate."""
    encoding = _encoding()
    return estimate_tokens(text) if encoding is None else len(encoding.encode(text))


def estimate_tokens(text: str) -> int:
    """Tokens (o200k) that `text` takes, rather a few percent too many than too few."""
    total = 0.0
    for match in _PIECES.finditer(text):
        piece = match.group()
        first = piece[0]
        if first.isascii():
            if first.isalpha():
                total += _letters(piece)
            elif first.isspace():
                total += 0.05 if piece == " " else math.ceil(len(piece) / 60)
            elif first.isdigit():
                total += 1
            else:
                total += 0.9
        else:
            total += sum(_foreign(ord(character)) for character in piece)
    return math.ceil(total * SAFETY)


def _letters(piece: str) -> float:
    # A name or an unusual word splits into more tokens than its length suggests; a short lower-case word is one.
    return 1.0 if len(piece) <= 4 else len(piece) / _WORD_CHARACTERS_PER_TOKEN + 0.5


def _foreign(code: int) -> float:
    if code < 0x250 or 0x2000 <= code < 0x2070:  # accented Latin, dashes and quotes
        return 0.9
    if code < 0x0700:  # Greek, Cyrillic, Hebrew, Arabic
        return 0.6
    if 0x2E80 <= code < 0xFFFF:  # East Asian scripts
        return 1.2
    return 3.0  # emoji and scripts that the ranks hardly know
