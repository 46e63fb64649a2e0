"""The text of a file, whatever encoding it is in.

A mark at the file's beginning, UTF-8 and the NULs of UTF-16 are certain. A file with none of these is read in each of
the usual encodings. Readings that no person wrote are dropped (see `plausibility`), and the others are weighed:
charset-normalizer decides between scripts, the alphabets of languages decide within Latin script. A reading is taken
only where it is clearly ahead; else the caller is asked, with what each encoding reads.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass

from reply_mcp.catalog.areas.contacts.sheets.alphabets import accents, alphabets_needed
from reply_mcp.catalog.areas.contacts.sheets.plausibility import is_plausible, script_of
from reply_mcp.text.cleaning import inline

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (codecs.BOM_UTF8, "utf-8-sig"),
)
_USUAL = {
    "cp1252": "Windows-1252 (Western European)",
    "cp1250": "Windows-1250 (Central European)",
    "cp1251": "Windows-1251 (Cyrillic)",
    "cp1253": "Windows-1253 (Greek)",
    "cp1254": "Windows-1254 (Turkish)",
    "cp1255": "Windows-1255 (Hebrew)",
    "cp1256": "Windows-1256 (Arabic)",
    "cp1257": "Windows-1257 (Baltic)",
    "cp874": "Windows-874 (Thai)",
    "cp932": "Shift_JIS (Japanese)",
    "euc_jp": "EUC-JP (Japanese)",
    "gb18030": "GB18030 (Chinese)",
    "big5": "Big5 (Chinese)",
    "cp949": "CP949 (Korean)",
    "iso8859_2": "ISO-8859-2 (Central European)",
    "iso8859_15": "ISO-8859-15 (Western European)",
    "koi8_r": "KOI8-R (Cyrillic)",
    "koi8_u": "KOI8-U (Cyrillic)",
    "mac_roman": "Mac Roman (Western European)",
    "cp437": "CP437 (DOS)",
    "cp850": "CP850 (DOS, Western European)",
    "cp852": "CP852 (DOS, Central European)",
    "cp866": "CP866 (DOS, Cyrillic)",
}
_CORE = {"cp932": "shift_jis", "gb18030": "gb2312", "cp949": "euc_kr"}
"""Encodings whose rare characters make sense of any bytes: only the common ones count when guessing."""
_BETWEEN_WORDS = re.compile(
    rb"[\x00-\x26\x28-\x2c\x2e-\x3f]+"
)  # no byte that is half of a character of Shift_JIS or Big5
_MOST_WORDS = 400
_LONGEST_WORD = 400
_WIDTH = 40
_MOST_READINGS = 4
_FEW_WORDS = 3
_CLEARLY_AHEAD = 0.1
_MISFIT = 3


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a file; `guessed` is the encoding where nothing in the file says so, and `sample` a word that shows
    whether it is right."""

    text: str
    guessed: str = ""
    sample: str = ""


@dataclass(frozen=True, slots=True)
class _Reading:
    encoding: str
    text: str


def decode(content: bytes, encoding: str | None = None) -> Decoded:
    """The text of a file.

    Args:
        encoding: what the caller says that it is.

    Raises:
        ValueError: where it is not in the encoding given, or no encoding is clearly right.
    """
    if encoding:
        return Decoded(_decode_as(content, encoding))
    for mark, name in _MARKS:
        if content.startswith(mark):
            try:
                return Decoded(content.decode(name))
            except UnicodeDecodeError as error:
                raise ValueError(f"the file is marked as {name} and is not: byte {error.start} is none") from None
    if b"\0" in content and (wide := _wide(content)):
        return wide
    try:
        return Decoded(content.decode())
    except UnicodeDecodeError:
        return _guess(content)


def _decode_as(content: bytes, encoding: str) -> str:
    try:
        if not codecs.lookup(encoding)._is_text_encoding:
            raise LookupError
        return content.decode(encoding)
    except LookupError:
        raise ValueError(
            f'no encoding is called "{encoding[:40]}"; for example {", ".join(list(_USUAL)[:5])}'
        ) from None
    except UnicodeError:
        raise ValueError(f"the file is not {encoding}: some of its bytes are no letters there") from None


def _wide(content: bytes) -> Decoded | None:
    """UTF-16 without a mark, in which every other byte of usual text is NUL."""
    even, odd = content[0::2].count(0), content[1::2].count(0)
    if max(even, odd) < len(content) // 8 or min(even, odd) * 4 > max(even, odd):
        return None
    name = "utf-16-le" if odd > even else "utf-16-be"
    try:
        text = content[: len(content) // 2 * 2].decode(name)
    except UnicodeDecodeError:
        return None
    return Decoded(text, name.upper(), "") if "\0" not in text else None


def _guess(content: bytes) -> Decoded:
    parts = (part for part in _BETWEEN_WORDS.split(content) if len(part) <= _LONGEST_WORD and not part.isascii())
    words = list(dict.fromkeys(parts))[:_MOST_WORDS]
    joined = b" ".join(words)
    groups = _group(_readings(joined)) if words else []
    ranked = sorted(((_cost(group[0], joined), group) for group in groups), key=lambda pair: pair[0])
    found = [reading for _, group in ranked for reading in group if _can_decode(content, reading.encoding)]
    if not found:
        raise ValueError(
            "the file is not UTF-8, and none of the usual encodings makes words of it; give its encoding, or save it "
            "as UTF-8"
        )
    if not _is_clear([cost for cost, _ in ranked], len(words)) or found[0] not in ranked[0][1]:
        firsts = {group[0].encoding: group[0].text for _, group in ranked[:_MOST_READINGS]}
        reads = "; ".join(f'encoding="{name}" reads {_samples(text, firsts.values())}' for name, text in firsts.items())
        raise ValueError(f"the file is not UTF-8, and its encoding is not certain: {reads}. Give the right one")
    text = content.decode(found[0].encoding)
    return Decoded(text, _USUAL[found[0].encoding], found[0].text.split()[0])


def _is_clear(costs: list[float], words: int) -> bool:
    """Whether the first of these is far enough ahead, for so many words that differ."""
    if len(costs) < 2:
        return True
    # A list in several languages fits other alphabets by chance, and so do a few words.
    wanted = _CLEARLY_AHEAD + (1 if words <= _FEW_WORDS else max(0, (costs[0] - 1) / 2))
    return costs[1] - costs[0] >= wanted


def _readings(joined: bytes) -> list[_Reading]:
    readings = []
    for encoding in _USUAL:
        try:
            text = joined.decode(_CORE.get(encoding, encoding))
        except UnicodeDecodeError:
            continue
        if is_plausible(text):
            readings.append(_Reading(encoding, text))
    return readings


def _group(readings: Iterable[_Reading]) -> list[list[_Reading]]:
    """Readings that are the same letter for letter need no decision between them."""
    groups: dict[str, list[_Reading]] = {}
    for reading in readings:
        groups.setdefault(reading.text, []).append(reading)
    return list(groups.values())


def _cost(reading: _Reading, joined: bytes) -> float:
    """How unlikely a reading is: alphabets needed in Latin script, else what charset-normalizer says of it."""
    words = [accents(part) for word in reading.text.split() for part in word.split("-")]
    if any(not letter.isascii() and script_of(letter) == "LATIN" for letter in reading.text):
        needed, misfits = alphabets_needed(words)
        return needed + _MISFIT * misfits
    from charset_normalizer import from_bytes

    for match in from_bytes(joined, cp_isolation=[reading.encoding], threshold=1, enable_fallback=False):
        return float(match.chaos - match.coherence)
    return 1.0


def _can_decode(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _samples(text: str, others: Iterable[str]) -> str:
    """The words of a reading that other readings have otherwise, two at most."""
    columns = zip(text.split(), *(other.split() for other in others), strict=False)
    differing = [mine for mine, *rest in columns if set(rest) != {mine}]
    return ", ".join(f'"{inline(word, _WIDTH)}"' for word in (differing or text.split())[:2])
