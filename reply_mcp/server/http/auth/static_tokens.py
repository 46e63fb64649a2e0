"""Static tokens: a file of this server with a line of JSON for each, which holds a hash and never the token.

    {"name": "maria-laptop", "sha256": "…", "user": "maria@acme.com", "policy": "send=deny"}

The file is read anew when it changes, so a line that goes takes effect at once. Where it cannot be read no token is
taken: what was taken out of it must not be valid because of a misspelling elsewhere.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from reply_mcp.server.http.auth.identity import Identity
from reply_mcp.server.http.auth.scopes import SCOPES
from reply_mcp.settings import parse_policy
from reply_mcp.settings.values import email, fold_email

logger = logging.getLogger(__name__)

PREFIX = "rmcp_"
"""What a token begins with, so that people and scanners know what they have found."""
_MEMBERS = ("name", "sha256", "user", "policy", "made")


@dataclass(frozen=True, slots=True)
class StaticToken:
    """One line. `policy` is as in REPLY_POLICY, in place of it; "" where the server's own holds."""

    name: str
    sha256: str
    user: str
    policy: str = ""

    def line(self) -> str:
        """The line for the file."""
        facts = {"name": self.name, "sha256": self.sha256, "user": self.user, "policy": self.policy}
        made = {"made": date.today().isoformat()}
        return json.dumps({key: value for key, value in (facts | made).items() if value}) + "\n"


def new_token() -> tuple[str, str]:
    """A token and its hash. It has 32 random bytes, for which a plain hash is enough."""
    token = PREFIX + secrets.token_urlsafe(32)
    return token, digest(token)


def digest(token: str) -> str:
    """The hash that stands in the file."""
    return hashlib.sha256(token.encode()).hexdigest()


def read_tokens(path: Path) -> dict[str, StaticToken]:
    """The tokens of a file, by hash.

    Raises:
        OSError: where it cannot be read.
        ValueError: with the line that is wrong, and why; where everybody may add lines.
    """
    if os.name == "posix" and path.stat().st_mode & stat.S_IWOTH:
        raise ValueError("everybody on this machine can write to it; `chmod o-w` ends that")
    tokens: dict[str, StaticToken] = {}
    names: set[str] = set()
    for number, line in enumerate(path.read_text("utf-8-sig").splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        try:
            token = _token_of(json.loads(line, object_pairs_hook=_each_once))
        except (ValueError, RecursionError) as error:
            raise ValueError(f"line {number}: {error}") from None
        if token.sha256 in tokens or token.name in names:
            raise ValueError(f"line {number}: there are two tokens {token.name!r}, or one twice")
        names.add(token.name)
        tokens[token.sha256] = token
    return tokens


def _each_once(members: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(members)
    if len(found) < len(members):
        raise ValueError("a member stands there twice")
    return found


def _token_of(row: Any) -> StaticToken:
    if not isinstance(row, dict) or not all(isinstance(value, str) for value in row.values()):
        raise ValueError("an object of texts with name, sha256, user and policy")
    if unknown := sorted(row.keys() - set(_MEMBERS)):
        raise ValueError(f"{unknown[0]!r} is none of {', '.join(_MEMBERS)}")
    return checked(
        StaticToken(row.get("name", ""), row.get("sha256", ""), row.get("user", ""), row.get("policy", "").strip())
    )


def checked(token: StaticToken) -> StaticToken:
    """The token, where everything in it is right; raises ValueError with the member and what it takes."""
    if not token.name or not token.name.isprintable() or len(token.name) > 100:
        raise ValueError("name: a printable name of at most 100 characters")
    if len(token.sha256) != 64 or not all(sign in "0123456789abcdef" for sign in token.sha256):
        raise ValueError("sha256: the hash that `reply-mcp token` wrote")
    try:
        email(token.user)
    except ValueError as error:
        raise ValueError(f"user: it takes {error}") from None
    try:
        parse_policy(token.policy)
    except ValueError as error:
        raise ValueError(f"policy: it takes {error}") from None
    return token


def without(text: str, token: StaticToken) -> str:
    """The text of a file without a token's line; comments stay."""
    return "".join(line for line in text.splitlines(keepends=True) if token.sha256 not in line)


class StaticTokens:
    """The tokens of a file, as it is now."""

    def __init__(self, path: str) -> None:
        """Raises OSError or ValueError where the file cannot be used."""
        self._path = Path(os.path.expanduser(path))  # noqa: PTH111  (Path's own fails where there is no such user)
        self._state: tuple[int, int, int, int] | None = self._seen()
        self._tokens: Mapping[str, StaticToken] = read_tokens(self._path)

    def verify(self, token: str) -> Identity | None:
        """Whom a token stands for; None for one that is not in the file."""
        self._refresh()
        found = self._tokens.get(digest(token))
        if found is None:
            return None
        policy = parse_policy(found.policy) if found.policy else None
        return Identity(fold_email(email(found.user)), found.name, frozenset(SCOPES), policy)

    def _refresh(self) -> None:
        state = self._seen()
        if state == self._state:
            return
        had, self._tokens, self._state = self._tokens, {}, state
        try:
            self._tokens = read_tokens(self._path)
        except ValueError as error:
            logger.error("no static token is taken, since %s cannot be used: %s", self._path, error)
        except OSError as error:
            self._state = None  # that may pass, and the file be as it was
            if had:
                logger.error("no static token is taken, since %s cannot be read: %s", self._path, error)

    def _seen(self) -> tuple[int, int, int, int]:
        try:
            found = os.stat(self._path)  # noqa: PTH116  (for every request)
        except OSError:
            return 0, 0, 0, 0
        return found.st_mtime_ns, found.st_ino, found.st_size, found.st_mode
