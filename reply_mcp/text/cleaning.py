"""Words that outsiders wrote, made safe to show: nothing invisible, nothing that ends the fence around them."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable

from reply_mcp.text.lookalikes import as_read

LINK_WIDTH = 90
"""Characters of a link's target that are shown; the host always is."""

_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u2800\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U000e0000-\U000e0fff\U0001d173-\U0001d17a]"
)
_BREAKS = re.compile("\r\n?|[\u000b\u000c\u0085\u2028\u2029]")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][\da-fA-F]{1,6}|[a-zA-Z]\w{1,30});")
_SHOWN = bytes([*range(0x20, 0x7F), 0x0A])
_SPACES = re.compile(r"\s+")
_OPENS = re.compile("<{3,}")
_CLOSES = re.compile(">{3,}")
_CONFIRM = re.compile(r"(confirm[\s\"'`]{0,9})=(?=[\s\"'`]{0,9}\w{4})", re.IGNORECASE)
"""What an agent might take for a code that a person gave."""
_DISARMED = str.maketrans({"=": "[=]", "＝": "[=]"})
OURS = tuple(
    "not done yet|to go ahead|call again|once the person|the person agree|person has agreed|nothing was sent|"
    "nothing was changed|nothing was done|outside text|ignore all|ignore any|ignore previous|ignore prior|"
    "ignore the above|system:|assistant:|<system|</system|reply_run|reply_send|reply_start|reply_delete|reply_enroll|"
    "reply_create|reply_update".split("|")
)
"""Words that this server says itself, or that speak to the agent: a value with them says that it is outside text."""
TRIGGERS = (*OURS, "confirm", "<<<", ">>>")
_MARKED = re.compile(r"\[outside text: [^\[\]]*[\]…]?")
INLINE_WIDTH = 300
"""Characters of a value from outside that a text of ours shows."""


def clean(text: str) -> str:
    """`text`, as a plain string, without control, zero-width, bidirectional and tag characters; every line break
    becomes a newline."""
    text = str.__str__(text)  # the plain string behind one that is marked as from outside
    if text.isascii() and text.isprintable():
        return text
    # Of each letter once, without those that are always shown: a page has thousands, and few different ones.
    letters = "".join(set(text.encode(errors="surrogatepass").translate(None, _SHOWN).decode(errors="surrogatepass")))
    if letters.isprintable() and not _INVISIBLE.search(letters):
        return text
    text = _BREAKS.sub("\n", text)
    text = _INVISIBLE.sub("", text)
    formats = [letter for letter in set(letters) if unicodedata.category(letter) == "Cf"]
    return text.translate(dict.fromkeys(map(ord, formats))) if formats else text


def is_shown_whole(address: str) -> bool:
    """Whether a reader sees every sign of an address or URL: none is a blank, or dropped by `clean`."""
    return not _SPACES.search(address) and str.__str__(address) == clean(address)


def decode_entities(text: str) -> str:
    """`text` with `&amp;` and its like as the letters that they stand for; `&copy=2` of an address is none."""
    return _ENTITY.sub(lambda match: html.unescape(match.group()), text) if "&" in text else text


def may_have_entities(text: str) -> bool:
    """Whether `decode_entities` may change the text."""
    return "&" in text and _ENTITY.search(text) is not None


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
    """`text` in which nothing reads as the fence's own marks, or gives a code to confirm with."""
    if "<<<" in text or ">>>" in text:
        text = _OPENS.sub(lambda match: "‹" * len(match.group()), text)
        text = _CLOSES.sub(lambda match: "›" * len(match.group()), text)
    text = _CONFIRM.sub(r"\1[=]", text)
    # Letters that look like others stand for more or fewer than one: no place in `text` can be told.
    return text.translate(_DISARMED) if not text.isascii() and _CONFIRM.search(as_read(text)) else text


def inline(text: str, width: int | None = INLINE_WIDTH) -> str:
    """A value from outside as it may stand within a sentence or quotation marks of ours: on one line, cleaned,
    entities decoded, disarmed, without `"`, of at most `width` characters; as `[outside text: …]` where its words could
    pass for ours."""
    line = disarm(one_line(decode_entities(text), width)).replace('"', "'")
    if contains(line, OURS) and not _MARKED.fullmatch(line):
        return f"[outside text: {line.replace('[', '(').replace(']', ')')}]"
    return line


def contains(text: str, words: Iterable[str]) -> bool:
    """Whether one of the words, given in lower case, stands in `text` in any case, or seems to."""
    lowered = as_read(text).lower()
    for word in words:  # noqa: SIM110 (every string of every answer comes here; a generator takes thrice as long)
        if word in lowered:
            return True
    return False


def is_safe_inline(text: str, triggers: Iterable[str] = TRIGGERS) -> bool:
    """Whether `inline` would leave the text as it is; quick, since every string of every answer is asked about.

    Args:
        triggers: those of `TRIGGERS` that may stand in it at all.
    """
    return (
        len(text) <= INLINE_WIDTH
        and text.isprintable()
        and '"' not in text
        and not may_have_entities(text)
        and (text.isascii() or clean(text) == text)
        and (not triggers or not contains(text, triggers))
        and "  " not in text
        and text == text.strip()
    )


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
    """`text` as `inline` makes it, in quotation marks that it cannot close by itself."""
    return f'"{inline(text, width)}"'
