"""Words that outsiders wrote, made safe to show: nothing invisible, nothing that ends the fence around them."""

from __future__ import annotations

import re
import unicodedata

LINK_WIDTH = 90
"""Characters of a link's target that are shown; the host always is."""

_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u2800\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U000e0000-\U000e0fff\U0001d173-\U0001d17a]"
)
_BREAKS = re.compile("\r\n?|[\u000b\u000c\u0085\u2028\u2029]")
_SPACES = re.compile(r"\s+")
_OPENS = re.compile("<{3,}")
_CLOSES = re.compile(">{3,}")


def clean(text: str) -> str:
    """`text` without control, zero-width, bidirectional and tag characters; every line break becomes a newline."""
    if text.isprintable():
        # Most values; only letters beyond ASCII can be printable and invisible at once.
        return text if text.isascii() else _INVISIBLE.sub("", text)
    text = _BREAKS.sub("\n", text)
    text = _INVISIBLE.sub("", text)
    if text.isascii():
        return text
    return "".join(letter for letter in text if unicodedata.category(letter) != "Cf")


def one_line(text: str, width: int | None = None) -> str:
    """`text` cleaned, on one line, cut to `width` characters with `…`."""
    line = clean(text).strip()
    if "  " in line or not line.isprintable():
        line = _SPACES.sub(" ", line)
    return cut(line, width)


def cut(line: str, width: int | None) -> str:
    """`line` cut to `width` characters with `…`."""
    if width is not None and len(line) > width:
        return line[: max(1, width - 1)].rstrip() + "…"
    return line


def disarm(text: str) -> str:
    """`text` in which nothing reads as the fence's own marks."""
    if "<<<" not in text and ">>>" not in text:
        return text
    text = _OPENS.sub(lambda match: "‹" * len(match.group()), text)
    return _CLOSES.sub(lambda match: "›" * len(match.group()), text)


def fence(text: str) -> str:
    """`text` between marks that it cannot close by itself."""
    return f"<<<\n{disarm(clean(text)).strip()}\n>>>"


def short_link(target: str) -> str:
    """A link's real target, its query cut when long."""
    target = one_line(target)
    if len(target) <= LINK_WIDTH:
        return target
    bare = re.split(r"[?#]", target, maxsplit=1)[0]
    return (bare if len(bare) < LINK_WIDTH else bare[:LINK_WIDTH]) + "…"


def quote(text: str, width: int | None = None) -> str:
    """`text` as `one_line` makes it, in quotation marks that it cannot close by itself."""
    return '"' + disarm(one_line(text, width)).replace('"', "'") + '"'
