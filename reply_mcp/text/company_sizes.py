"""Company sizes as people say them: contacts have them as words (`Fifty`), companies as ranges (`11-50`)."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from typing import Any

from reply_mcp.text.names import fold_name

_RANGES = {
    "selfemployed": "1",
    "ten": "2-10",
    "fifty": "11-50",
    "twohundred": "51-200",
    "fivehundred": "201-500",
    "onethousand": "501-1000",
    "fivethousand": "1001-5000",
    "tenthousand": "5001-10000",
    "overtenthousand": "10001+",
}


def format_company_size(size: object) -> str:
    """`11-50` of both `Fifty` and `11-50`; "" where no size is known, and what is no size as it is."""
    text = str(size or "").strip()
    return "" if text.casefold() in ("empty", "none") else _RANGES.get(fold_name(text), text)


def company_size_bounds(size: object) -> tuple[float, float] | None:
    """The fewest and the most people of a size, or of a number; None for what is neither."""
    low, _, high = format_company_size(size).partition("-")
    try:
        fewest = float(low.rstrip("+"))
        return fewest, float(high) if high else float("inf") if low.endswith("+") else fewest
    except ValueError:
        return None


_BETWEEN = re.compile(r"\s*(?:[‐‑–—]|\bto\b)\s*")
_THOUSANDS = re.compile(r"(?<=\d)[,.\s](?=\d{3}(?!\d))")
_PEOPLE = re.compile(r"\s*(?:employees|people|staff)\s*$", re.IGNORECASE)
_LARGEST = 10_000


def company_size_in(words: Iterable[str]) -> Callable[[Any], Any]:
    """What gives of a size, however it is said (`Fifty`, `11-50`, `11 – 50 employees`, 35), the one of these words that
    means it; any other value as it is."""
    words = tuple(words)
    spelled = {fold_name(word): word for word in words}
    ranges = [(bounds, word) for word in words if (bounds := company_size_bounds(word)) is not None]

    def translate(value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, str | int):
            return value
        text = _THOUSANDS.sub("", _BETWEEN.sub("-", _PEOPLE.sub("", f"{value}")))
        if word := spelled.get(fold_name(text)):
            return word
        low, high = company_size_bounds(text) or (math.nan, math.nan)
        if high == math.inf:
            low = high if low >= _LARGEST else math.nan
        return next((word for (least, most), word in ranges if least <= low and high <= most), value)

    return translate
