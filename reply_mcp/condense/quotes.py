"""A message's own words: without the messages it quotes and the signature below it.

`mail-parser-reply` knows how mail programs of many languages head what they quote. It also takes a list item for a
signature and one `To:` for a header, so what it finds is believed only where it looks the part.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from reply_mcp.condense.markup import QUOTE_MARK, tidy, to_text

_LINE_WIDTH = 240  # what the library reads of a line: its patterns take quadratic time in a line's length
_LINES = 400
_CONTEXT = 100
_POINTS_BELOW = re.compile(
    r"\b(?:see|answers?|comments?|replies|response)\b.{0,30}\b(?:below|in-?line|in red)\b|\bin-?line\b"
    r"|siehe unten|ci-dessous|más abajo|qui sotto",
    re.IGNORECASE,
)
_MOBILE = re.compile(
    r"^(?:sent from|get outlook for|gesendet von|von meinem .{1,20} gesendet|envoyé (?:de|depuis)|enviado (?:desde|do)"
    r"|inviato da|verzonden vanaf|wysłano z|sendt fra|skickat från)\b.{0,60}$",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"^(?:(?:best|kind|warm|many)?\s*(?:regards|wishes)|best|cheers|thanks|thank you|thx|sincerely|yours.{0,12}|br|rgds"
    r"|(?:mit )?(?:freundliche[nm]?|beste[n]?|viele|liebe|schöne)? ?gr(?:ü|ue)(?:ß|ss)en?|mfg|vg|lg|cordialement"
    r"|bien à vous"
    r"|saludos|un saludo|atentamente|gracias|cordiali saluti|met vriendelijke groet"
    r"|pozdrawiam|mvh|all the best)[\s,.!]*$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Own:
    """The words a message adds to its thread, and how many quoted messages and signatures were cut from it."""

    text: str
    quotes: int = 0
    signatures: int = 0
    hidden: int = 0


def own_words(body: str) -> Own:
    """What the sender wrote. Answers between quoted lines stay, each below the start of the line it answers."""
    plain = to_text(body, split=True)
    whole = to_text(body) if plain.quotes else plain
    lines = plain.text.split("\n")
    cut = 0
    start = _trail_start(plain.text)
    if start is not None:
        before, after = lines[:start], lines[start:]
        heads = next((i for i, line in enumerate(after[:4]) if _is_quote(line)), None)
        if heads is not None:
            lines = before + after[heads:]
        elif _has_own(before) and not _POINTS_BELOW.search("\n".join(before)):
            lines, cut = before, 1
    text, quotes = _without_quotes(lines, plain.quotes)
    own, signatures = _without_signature(text)
    if not own.strip() or (plain.quotes and _POINTS_BELOW.search(own) and not _interleaved(text)):
        # A forward, or answers written into the quoted message itself: everything is theirs to say.
        return Own(tidy(whole.text.replace(QUOTE_MARK, "")), 0, 0, plain.hidden)
    return Own(own, quotes + cut, signatures + plain.signatures, plain.hidden)


def _is_quote(line: str) -> bool:
    return line.startswith((">", QUOTE_MARK))


def _has_own(lines: list[str]) -> bool:
    return any(line.strip() and not _is_quote(line) for line in lines)


def _interleaved(text: str) -> bool:
    return any(line.startswith(">") for line in text.split("\n"))


def _without_quotes(lines: list[str], quotes: list[str]) -> tuple[str, int]:
    """The lines without quoted blocks; of a block that is answered below, the start of its last line stays."""
    kept: list[str] = []
    cut = 0
    index = 0
    while index < len(lines):
        if not _is_quote(lines[index]):
            kept.append(lines[index])
            index += 1
            continue
        block: list[str] = []
        while index < len(lines) and (_is_quote(lines[index]) or not lines[index].strip()):
            block.append(lines[index])
            index += 1
        words = _quoted_words(block, quotes)
        below = _without_signature("\n".join(lines[index:]))[0]
        if words and re.search(r"\w", "".join(line for line in below.split("\n") if not _is_quote(line))):
            last = words[-1]
            kept.append("> " + (last if len(last) <= _CONTEXT else last[:_CONTEXT].rstrip() + "…"))
        cut += 1
    return tidy("\n".join(kept)), cut


def _quoted_words(block: list[str], quotes: list[str]) -> list[str]:
    words: list[str] = []
    for line in block:
        number = line.removeprefix(QUOTE_MARK)
        if line.startswith(QUOTE_MARK) and number.isdecimal() and int(number) < len(quotes):
            words += [part.lstrip("> ") for part in quotes[int(number)].split("\n")]
        else:
            words.append(line.lstrip("> "))
    return [word for word in words if word.strip()]


def _trail_start(text: str) -> int | None:
    """The line at which the header of a quoted message starts."""
    lines = [line[:_LINE_WIDTH] for line in text.split("\n")][:_LINES]
    for index, line in enumerate(lines):
        following = " ".join(lines[index : index + 2])
        if _ATTRIBUTION.match(line) or (_ATTRIBUTION.match(following) and _ATTRIBUTION_START.match(line)):
            return index
        if re.match(
            r"^[-_]{2,} ?(?:original message|ursprüngliche nachricht|message d'origine)\b", line, re.IGNORECASE
        ):
            return index
    if not _MAY_HEAD.search("\n".join(lines)):
        return None
    squeezed = [re.sub(r"[-_]{10,}", "", line) for line in lines]
    position = 0
    try:
        segments = _parser().read("\n".join(squeezed)).replies
    except Exception:  # the library's patterns meet any text there is
        return None
    for segment in segments:
        header = (segment.headers or "").strip()
        if header and _plausible(header):
            first = header.split("\n")[0].strip()
            return next((i for i in range(position, len(squeezed)) if squeezed[i].strip() == first), None)
        position = min(len(squeezed), position + max(0, segment.content.count("\n") - 1))
    return None


_ATTRIBUTION_START = re.compile(r"^(?:On|Am|Le|El|Il|Op|Den|Em|W dniu|Dnia|Dne)\b.*\d", re.IGNORECASE)
_ATTRIBUTION = re.compile(
    r"^(?=.*\d)(?:On|Am|Le|El|Il|Op|Den|Em|W dniu|Dnia|Dne)\b.{4,200}"
    r"(?:wrote|schrieb|a écrit|escribió|ha scritto|schreef|skrev|escreveu|pisze|napisał\S*)\b.{0,80}[:：]\s*$",
    re.IGNORECASE,
)


def _plausible(header: str) -> bool:
    lines = [line for line in header.split("\n") if line.strip()]
    labelled = sum(bool(re.match(r"^[>* ]*[^\W\d][\w ./-]{0,18}\*?\s?[:：]", line)) for line in lines)
    dated = bool(re.search(r"@|\b(?:19|20)\d\d\b|\d{1,2}[:.]\d\d", header))
    return dated and (labelled >= 2 or lines[-1].rstrip().endswith((":", "：")))


_MAY_HEAD = re.compile(r"^[>* ]*[^\W\d][\w ./-]{0,18}\*?\s?[:：]|[:：]\s*$", re.MULTILINE)


@lru_cache(1)
def _parser() -> Any:
    # Imported here: most calls show no messages.
    from mailparser_reply import EmailReplyParser  # type: ignore[import-untyped]

    return EmailReplyParser(languages=["en", "de", "fr", "es", "it", "nl", "pl", "da", "sv", "cs"])


def _without_signature(text: str) -> tuple[str, int]:
    """The text above its signature, where what follows a closing or `--` is short enough to be one."""
    lines = text.split("\n")
    for index, line in enumerate(lines):
        bare = line.strip()
        marked = bare in {"--", "—", "__"}
        closes = bool(_CLOSING.match(bare)) and index > 0
        if not (marked or closes or _MOBILE.match(bare)):
            continue
        below = [other for other in lines[index + 1 : index + 40] if other.strip()]
        marked = marked and len(below) <= 12
        if _MOBILE.match(bare) and not below:
            return tidy("\n".join(lines[:index])), 1
        if marked or (closes and below and len(below) <= 8 and all(_signs(other) for other in below)):
            return tidy("\n".join(lines[:index])), 1
    return text, 0


def _signs(line: str) -> bool:
    """Whether a line could be a name, a title, an address or a number rather than something said."""
    return _MOBILE.match(line.strip()) is not None or (
        len(line) <= 70
        and not re.search(r"[?!]|\.\s|\.$", line)
        and not line.startswith((">", "-"))
        and len(line.split()) <= 9
    )
