"""Email addresses and hosts: as they are compared, which of their letters pass for others, and secrets in URLs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from itertools import islice
from typing import Any
from urllib.parse import unquote

from reply_mcp.text.cleaning import clean, decode_entities, inline
from reply_mcp.text.lookalikes import as_read

MOST_NOTED = 5
"""Addresses and hosts of whose letters a text says something."""

_AROUND = r"""\s@,;:<>()\[\]"'`‹›“”«»/?#\\"""
_ADDRESS = re.compile(rf"([^{_AROUND}]{{1,64}})@([^{_AROUND}]{{1,253}})")
_URL_HOST = re.compile(r"""[A-Za-z][A-Za-z+.-]*:/{2}(?:[^\s/?#"'<>\\@]*@)?([^\s/?#"'<>\\@:]+)""")
_USERINFO = re.compile(r"(?<=://)(?!\[hidden\]@)[^\s/?#\"<>]+(?=@)")
_BARE_HOST = re.compile(rf"(?<![^{_AROUND}])(?<![@/])(?:[^{_AROUND}.]{{1,63}}\.)+[a-z]{{2,}}(?![^{_AROUND}.!]|@)")
_LATIN, _JAPANESE, _CHINESE, _KOREAN = (
    {"Latin"},
    {"CJK", "Hiragana", "Katakana"},
    {"CJK", "Bopomofo"},
    {"CJK", "Hangul"},
)
_WRITTEN_TOGETHER = (_LATIN | _JAPANESE, _LATIN | _CHINESE, _LATIN | _KOREAN)


def comparable(pattern: Any) -> str:
    """An address or a domain as it is compared: in lower case, and a domain in the letters that DNS knows, `xn--…` for
    `müller.de`."""
    name, at, domain = str(pattern or "").strip().casefold().rpartition("@")
    if not domain.isascii():
        with suppress(UnicodeError):  # no domain: compared as it is
            domain = domain.encode("idna").decode()
    return name + at + domain


def hide_userinfo(text: str) -> str:
    """`text` whose URLs have `[hidden]` in the place of a user name and password: `https://[hidden]@hooks.acme.com`."""
    return _USERINFO.sub("[hidden]", text) if "@" in text and "://" in text else text


def describe_odd_letters(values: Any) -> str:
    """A sentence for each address and host in these texts, at any depth, whose letters are not plain ones: what DNS
    makes of a host, and which letters of an address only look as those before the `@` seem; "" where there is none."""
    found: dict[str, None] = {}
    for text in _texts_in(values):
        found.update(dict.fromkeys(filter(None, _odd_in(text))))
    notes = list(islice(found, MOST_NOTED))
    if len(found) > MOST_NOTED:
        notes.append(f"So are {len(found) - MOST_NOTED} more addresses or hosts.")
    return " ".join(notes)


def _texts_in(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        plain = str.__str__(value)
        if not plain.isascii() or "&" in plain or "%" in plain:
            yield clean(decode_entities(plain))
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _texts_in(name)
            yield from _texts_in(inner)
    elif isinstance(value, list | tuple | set | frozenset):
        for inner in value:
            yield from _texts_in(inner)


def _odd_in(text: str) -> Iterable[str]:
    for name, domain in _once(_ADDRESS, text):
        yield _describe(f"{name}@{domain}", name, domain.rstrip(".!…"))
    for found in _once(_URL_HOST, text):
        host = unquote(found).rstrip(".!…")
        yield _describe(host, "", host)
    for host in _once(_BARE_HOST, text):
        # A full stop without a blank after it looks like one of a host.
        if len(_alphabets(host)) > 1 or as_read(host).isascii():
            yield _describe(host, "", host)


def _once(pattern: re.Pattern[str], text: str) -> Iterable[Any]:
    return dict.fromkeys(pattern.findall(text))


def _describe(shown: str, name: str, host: str) -> str:
    """What a person has to know of the letters of an address or a host; "" where they are plain."""
    said = [f"before the @, {_oddity(name)}"] if _oddity(name) else []
    if not host.isascii():
        known = comparable(host)
        is_it = f"{'its domain' if name else 'it'} is {inline(known)}" if known.isascii() else "no host has such a name"
        said += filter(None, [_mixture(host), is_it])
    return f"Not all letters of {inline(shown, 120)} are plain ones ({'; '.join(said)})." if said else ""


def _oddity(name: str) -> str:
    """How the part of an address before the `@` passes for another; "" where it does not."""
    if name.isascii():
        return ""
    read = as_read(name)
    return _mixture(name) or (f"it only looks like {inline(read)}" if read.isascii() else "")


def _mixture(text: str) -> str:
    """`Latin and Cyrillic letters mixed`, or "" where its letters are written together."""
    for label in text.split("."):
        alphabets = _alphabets(label)
        if len(alphabets) > 1 and not any(alphabets.keys() <= together for together in _WRITTEN_TOGETHER):
            return f"{' and '.join(alphabets)} letters mixed"
    return ""


def _alphabets(text: str) -> dict[str, None]:
    """The alphabets of a text's letters, in their order."""
    names = (unicodedata.name(letter, "").split(" ")[0] for letter in text if letter.isalpha())
    return dict.fromkeys(name if name == "CJK" else name.capitalize() for name in names if name)
