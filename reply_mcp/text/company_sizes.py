"""Company sizes as people say them: contacts have them as words (`Fifty`), companies as ranges (`11-50`)."""

from __future__ import annotations

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
