"""Texts as they are compared: what they say and where their links lead, in whichever form it was written."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime

from reply_mcp.text.cleaning import clean, decode_entities
from reply_mcp.text.html import words_and_targets

_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?([Zz]|[+-]\d\d:\d\d)")
_ADDRESS = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")
_WEB_ORIGIN = re.compile(r"[A-Za-z][A-Za-z+.-]*://[^/?#\s]*(?:/$)?")


def canonical_text(text: str) -> str:
    """The same text for `<p>Yes</p>`, `Yes` and `Yes` with line breaks after it; for `&amp;` and `&`; for accents as
    letters of their own or as marks; for one time in two zones; for an email address in capitals.

    Of HTML its words and the targets of its links and pictures stay. Case counts, but for addresses and hosts.
    """
    plain = str.__str__(text)
    if "<" in plain or "&" in plain:
        plain = decode_entities(words_and_targets(plain))
    plain = " ".join(unicodedata.normalize("NFC", clean(plain)).split())
    if _INSTANT.fullmatch(plain):
        try:
            return datetime.fromisoformat(plain.upper()).astimezone(UTC).isoformat()
        except (ValueError, OverflowError):
            return plain
    if _ADDRESS.fullmatch(plain):
        return plain.casefold()
    return _WEB_ORIGIN.sub(lambda match: match.group().lower().removesuffix("/"), plain)
