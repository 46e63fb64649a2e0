"""Reading an API key as people paste it: with quotes, a byte order mark, `Bearer ` in front, from a `.env` file.

What cannot be a key is named for what it is and never shown. It does not stop the start: a host shows a server that
does not start as an error that nobody understands, while every tool of one that does can say what to do.
"""

from __future__ import annotations

import codecs
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

from reply_mcp.settings.values import placeholder_in

MOST_BYTES = 16 * 1024
"""The longest text that is read for a key."""
LONGEST_LINE = 2000

_INVISIBLE = re.compile("[\ufeff\u200b-\u200f\u2060\u202a-\u202e\xad]")
_QUOTES = "\"'`“”‘’«»"
_NAMED = re.compile(r"(?:export\s+|set\s+)?[\w.-]*(?:key|token)[\w.-]*[\"']?\s*[=:]\s*(?=[^=\s])(.+)", re.IGNORECASE)
_SCHEMES = ("bearer", "token", "basic")
_SCHEME = re.compile(r"(?:authorization\s*:\s*)?(?:bearer|token|basic)\s+(?=\S)", re.IGNORECASE)
_EXAMPLE = re.compile(
    r"<.*>|\[.*\]|(?:your|my|the|insert|paste)\b.*key.*|change[-_ ]?me|x{3,}|todo|none|null", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key that can be sent, or what is wrong with what was given: `problem` is a clause without the value."""

    key: str = ""
    problem: str = ""


def read_key(given: str) -> ApiKey:
    """The key in a text."""
    if len(given) > MOST_BYTES:
        return ApiKey(problem="it is too long")
    text = _unwrapped(given)
    if text.startswith("{"):
        text = _of_json(text)
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    if any(len(line) > LONGEST_LINE for line in lines):
        return ApiKey(problem="it is too long")
    if len(lines) > 1:
        named = [found[1] for line in lines if (found := _NAMED.fullmatch(line))]
        if len(named) != 1:
            return ApiKey(problem="it has several lines; give the key alone")
        lines = named
    text = _unwrapped(lines[0] if lines else "")
    named_one = _NAMED.fullmatch(text)
    if named_one:
        text = _unwrapped(named_one[1])
    text = _unwrapped(_SCHEME.sub("", text))
    problem = _problem(text)
    return ApiKey(problem=problem) if problem else ApiKey(text)


def read_key_file(path: str) -> ApiKey:
    """The key in a file, in UTF-8 or UTF-16.

    Raises:
        OSError: where the file cannot be read.
        ValueError: with what the file is in place of a text with a key.
    """
    # Not expanduser of Path, which fails where there is no such user.
    with Path(os.path.expanduser(path)).open("rb") as file:  # noqa: PTH111
        raw = file.read(MOST_BYTES + 1)
    return read_key(decode_key(raw))


def decode_key(raw: bytes) -> str:
    """The text of a file or a pipe that holds a key, in UTF-8 or UTF-16.

    Raises:
        ValueError: with what it is in place of a text with a key.
    """
    if len(raw) > MOST_BYTES:
        raise ValueError("too long for a file with a key")
    if not raw.strip():
        raise ValueError("empty")
    utf16 = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\x00" in raw[:4]
    try:
        return raw.decode("utf-16" if utf16 else "utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError("not a text file") from None


def _unwrapped(text: str) -> str:
    """Without what stands around a key, and is none of it."""
    return _INVISIBLE.sub("", text).strip().strip(_QUOTES).strip()


def _of_json(text: str) -> str:
    """The one text in a JSON object; what was given where there is not one alone."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return text
    texts = [value for value in found.values() if isinstance(value, str)] if isinstance(found, dict) else []
    return texts[0] if len(texts) == 1 else text


def _problem(text: str) -> str:
    """Why this is no key; empty where it may be one."""
    if not text:
        return "it is empty"
    if text.lower() in _SCHEMES:
        return f"it is the word {text.title()} alone; the key behind it is missing"
    if placeholder_in(text):
        return "it is a placeholder that the host's configuration did not fill in"
    if _EXAMPLE.fullmatch(text):
        return "it is an example in place of a key"
    if re.search(r"[*•…]{3}|\.{3}", text):
        return "it is a shortened display of a key; copy the whole one"
    if "://" in text:
        return "it is an address"
    if re.fullmatch(r"[^@\s]+@[^@\s]+\.[a-z]+", text, re.IGNORECASE):
        return "it is an email address"
    if re.match(r"~|\.{0,2}/|[A-Za-z]:\\|\\\\", text):
        return "it is a path; a file that holds the key goes in REPLY_API_KEY_FILE"
    if text.startswith(("{", "[")):
        return "it is JSON in which no single key can be found"
    if re.search(r"\s", text):
        return "there is white space in it"
    if not text.isascii() or not text.isprintable():
        return "it has characters that no key has"
    return ""
