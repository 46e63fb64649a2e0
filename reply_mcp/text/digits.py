"""Whole numbers in texts: ids, positions, ports."""

from __future__ import annotations

MOST_DIGITS = 18
"""Digits of the longest id; Reply's have ten. What is longer is no id, and costs nothing to tell apart."""


def is_digits(text: str) -> bool:
    """Whether a text is digits of ASCII and nothing else, at most `MOST_DIGITS` of them. `str.isdigit` and `isdecimal`
    take superscripts and the digits of other scripts too, which `int` refuses or reads as something else."""
    return len(text) <= MOST_DIGITS and text.isascii() and text.isdigit()


def whole_number(text: str) -> int | None:
    """The number that a text is, blanks around it aside; None where it is none."""
    stripped = text.strip()
    return int(stripped) if is_digits(stripped) else None
