"""Texts of the environment and the command line as values. Each parser raises ValueError with what it takes, and never
repeats what it was given beyond one short word."""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from reply_mcp.text.suggestions import did_you_mean

EFFECTS = ("read", "write", "send", "spend", "share", "delete")
DECISIONS = ("allow", "ask", "person", "deny")
SECONDS = {"hour": 3600, "day": 86_400}
SHORTEST_KEY = 32
LEVELS = ("debug", "info", "warning", "error")

_LONGEST_SHOWN = 60
_KEY_LIKE = re.compile(r"[A-Za-z0-9_+/=.-]{16,}")
_PLACEHOLDER = re.compile(r"\$\{[^}]*\}|\{\{[^}]*\}\}|^\$[A-Za-z_]\w*$|^%[A-Za-z_]\w*%$")


def text(value: str) -> str:
    """Any text, without white space around it."""
    return value.strip()


def names(value: str) -> tuple[str, ...]:
    """Names, separated by commas or blanks, in any case."""
    return tuple(name.lower() for name in re.split(r"[,\s]+", value) if name)


def folders(value: str) -> tuple[str, ...]:
    """Folders that exist, separated as in PATH: by colons, on Windows by semicolons. A comma or a blank is part of a
    name."""
    found = tuple(part.strip().strip("\"'") for part in value.split(os.pathsep) if part.strip())
    for folder in found:
        # Not expanduser of Path, which fails where there is no such user.
        if not Path(os.path.expanduser(folder)).is_dir():  # noqa: PTH111
            raise ValueError(f'folders that exist, several with "{os.pathsep}" between them; {shown(folder)} is none')
    return found


def audit(value: str) -> str:
    """`off`, or the path of a file; "" for `on`. A bare word may be a misspelled one of these, and is no path."""
    word = value.strip()
    if word.lower() in ("off", "false", "no", "none", "0"):
        return "off"
    if word.lower() in ("on", "true", "yes", "1"):
        return ""
    if "://" in word or not word.isprintable() or not ("/" in word or os.sep in word):
        raise ValueError("off, or the path of a file such as /var/log/reply-mcp/audit.jsonl")
    return word


def switch(value: str) -> bool:
    """A yes or no, in the words that people use for them."""
    words = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    word = value.strip().lower()
    if word not in words:
        raise ValueError("true or false")
    return words[word]


def whole(low: int, high: int) -> Callable[[str], int]:
    """A parser of whole numbers from `low` to `high`."""

    def parse(value: str) -> int:
        # Not isdigit, which is true of superscripts too.
        if not re.fullmatch(r"\d{1,12}", value.strip(), re.ASCII) or not low <= int(value) <= high:
            raise ValueError(f"a whole number from {low} to {high}")
        return int(value)

    return parse


def seconds(value: str) -> float:
    """Seconds above 0, an hour at most."""
    try:
        number = float(value)
    except ValueError:
        number = -1
    if not 0 < number <= 3600:
        raise ValueError("seconds between 0 and 3600, such as 30")
    return number


_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_MOST_DAYS = 30


def duration(value: str) -> float:
    """Seconds, from a number with its unit; 0 for none. A number alone is seconds, if it is a minute or more: 24 is
    rather meant as hours."""
    word = value.strip().lower()
    if word in ("0", "off"):
        return 0.0
    found = re.fullmatch(r"(\d{1,7})\s*([smhd]?)", word, re.ASCII)
    number = int(found[1]) * _UNITS[found[2] or "s"] if found else 0
    if found and not found[2] and number < 60:
        number = 0
    if not 0 < number <= _MOST_DAYS * 86_400:
        raise ValueError(f"a time such as 24h or 90m, {_MOST_DAYS}d at most, or 0 for none")
    return float(number)


def email(value: str) -> str:
    """One email address."""
    if not re.fullmatch(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+", value.strip(), re.ASCII):
        raise ValueError("one email address, such as maria@acme.com")
    return value.strip()


def fold_email(address: str) -> str:
    """The address as it is compared with others: in lower case. One with letters beyond ASCII stays as it is, since
    some of these (`ſ`, `K`, `ﬁ`) have plain letters for lower case, and would be somebody else's address."""
    address = address.strip()
    return address.casefold() if address.isascii() else address


REPLY = "https://api.reply.io"
"""Where Reply's API is."""


def url(value: str) -> str:
    """The address of a host; a path is kept, but for v3's own."""
    try:
        parts = urlsplit(value.strip())
        fits = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fits = False
    if not fits or parts.query or parts.fragment or not value.strip().isprintable() or " " in value.strip():
        raise ValueError("an address such as https://api.reply.io")
    if "@" in value:
        raise ValueError("an address without a user name or password")
    return value.strip().rstrip("/").removesuffix("/v3")


def is_loopback(host: str) -> bool:
    """Whether a host is this very machine: `localhost`, names under it, 127.0.0.0/8 and ::1."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost" or host.lower().endswith(".localhost")


def https_url(value: str) -> str:
    """An https address as it is given, for an issuer is compared letter by letter; http on this machine alone."""
    if not re.fullmatch(
        r"https://[^\s?#@]+|http://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?(/[^\s?#@]*)?", value.strip()
    ):
        raise ValueError("an address such as https://login.example.com")
    url(value)
    return value.strip()


def time_zone(value: str) -> str:
    """The IANA name of a zone."""
    from zoneinfo import ZoneInfo  # only where one is set

    try:
        ZoneInfo(value.strip())
    except (ValueError, OSError, LookupError):
        raise ValueError("the IANA name of a time zone, such as Europe/Berlin") from None
    return value.strip()


def word(value: str) -> str:
    """A name of letters, digits and the signs that claims have."""
    if not re.fullmatch(r"[\w:/.#-]{1,200}", value.strip(), re.ASCII):
        raise ValueError("one name, such as email")
    return value.strip()


def identifier(value: str) -> str:
    """An id as issuers give them, such as an audience or a client id: visible signs of ASCII, no blanks."""
    if not re.fullmatch(r"[!-~]{1,500}", value.strip()):
        raise ValueError("an id without blanks, as the issuer gives it")
    return value.strip()


def token(value: str) -> str:
    """A secret that is compared letter by letter, long enough not to be guessed."""
    if not re.fullmatch(r"[!-~]{16,500}", value.strip()):
        raise ValueError("a secret of at least 16 characters without blanks; `openssl rand -hex 32` makes one")
    return value.strip()


def origins(value: str) -> tuple[str, ...]:
    """Origins as browsers send them: scheme, host and port, without a path."""
    found = tuple(part.lower().rstrip("/") for part in re.split(r"[,\s]+", value) if part)
    for origin in found:
        if not re.fullmatch(r"[a-z][a-z0-9+.-]*://[^\s/?#@*]+", origin):
            raise ValueError(
                f"origins such as https://app.example.com, with commas between them; {shown(origin)} is none"
            )
    return found


def one_of(options: Sequence[str]) -> Callable[[str], str]:
    """A parser of one of these words, in any case."""

    def parse(value: str) -> str:
        word = value.strip().lower()
        if word not in options:
            raise ValueError(f"one of {', '.join(options)}{did_you_mean(word, options)}")
        return word

    return parse


def parse_policy(value: str) -> dict[str, str]:
    """`send=ask,delete=deny` over the default: read and write are allowed; send, spend, share and delete ask."""
    policy = {effect: "allow" if effect in ("read", "write") else "ask" for effect in EFFECTS}
    for part in names(re.sub(r"\s*=\s*", "=", value)):
        effect, _, decision = part.partition("=")
        if decision not in DECISIONS or effect not in (*EFFECTS, "all"):
            meant = did_you_mean(effect, (*EFFECTS, "all")) if effect not in EFFECTS else ""
            raise ValueError(
                f"effect=decision pairs such as send=ask,delete=deny{meant or did_you_mean(decision, DECISIONS)}; "
                f"effects are {', '.join(EFFECTS)} or all, decisions {', '.join(DECISIONS)}"
            )
        policy.update(dict.fromkeys(EFFECTS, decision) if effect == "all" else {effect: decision})
    return policy


@dataclass(frozen=True, slots=True)
class Cap:
    """A ceiling: `most` in a `unit` (`hour` or `day`)."""

    most: int
    unit: str

    @property
    def seconds(self) -> int:
        return SECONDS[self.unit]


def parse_caps(value: str) -> dict[str, Cap]:
    """`send=200/day,spend=100/day`: ceilings by effect, none by default."""
    caps: dict[str, Cap] = {}
    for part in names(re.sub(r"\s*([=/])\s*", r"\1", value)):
        found = re.fullmatch(r"(\w+)=(\d{1,9})/(\w+)", part, re.ASCII)
        if found is None or found[1] not in EFFECTS or found[3] not in SECONDS:
            meant = did_you_mean(part.partition("=")[0], EFFECTS) if found is None or found[1] not in EFFECTS else ""
            raise ValueError(
                f"ceilings such as send=200/day,spend=100/hour{meant}; effects are {', '.join(EFFECTS)}, times "
                f"{' and '.join(SECONDS)}"
            )
        if found[1] in caps:
            raise ValueError(f"one ceiling for each effect; there are two for {found[1]}")
        caps[found[1]] = Cap(int(found[2]), found[3])
    return caps


def keys(value: str) -> tuple[str, ...]:
    """Secrets, separated by commas."""
    found = tuple(key.strip() for key in value.split(",") if key.strip())
    if not found or any(len(key) < SHORTEST_KEY for key in found) or len(set(found)) < len(found):
        raise ValueError(
            f"secrets of at least {SHORTEST_KEY} characters, each once, with commas between them; "
            "`openssl rand -hex 32` makes one"
        )
    return found


def placeholder_in(value: str) -> str:
    """The placeholder that a host's configuration left unfilled in a value (`${user_config.read_only}`); else empty."""
    found = _PLACEHOLDER.search(value.strip())
    return found[0] if found else ""


def shown(value: str) -> str:
    """A value as an error may show it, quoted: without what may be a password or a key that was put in the wrong place,
    and no longer than a line has room for."""
    hidden = re.sub(r"\S*@(?=\S)", "…@", value) if re.search(r"[/:]\S*@", value) else value
    hidden = re.sub(r"[?#].*", "?…", hidden)
    hidden = _KEY_LIKE.sub(lambda found: "…" if _is_key_like(found[0]) else found[0], hidden)
    hidden = "".join(sign if sign.isprintable() else " " for sign in hidden)
    return repr(hidden if len(hidden) <= _LONGEST_SHOWN else hidden[: _LONGEST_SHOWN - 1] + "…")


def _is_key_like(word: str) -> bool:
    """Whether a word may be a key: letters and digits mixed in a piece too long for a name."""
    pieces = re.split(r"[/.]", word)
    return any(
        (len(piece) >= 16 and re.search(r"\d", piece) and re.search(r"[A-Za-z]", piece)) or len(piece) >= 32
        for piece in pieces
    )
