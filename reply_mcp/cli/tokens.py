"""How many tokens a text takes for a model."""

from __future__ import annotations

import math
from functools import cache
from typing import Any


@cache
def _encoding() -> Any:
    try:
        import bpe_openai  # type: ignore[import-untyped]
    except ImportError:
        return None
    return bpe_openai.get_encoding("o200k_base")


def exact() -> bool:
    """Whether tokens are counted (o200k, extra `tokens` installed) or estimated from the characters."""
    return _encoding() is not None


def count(text: str) -> int:
    """Tokens of `text` in o200k; without the extra, an estimate of one for each 3.6 characters."""
    encoding = _encoding()
    return math.ceil(len(text) / 3.6) if encoding is None else len(encoding.encode(text))
