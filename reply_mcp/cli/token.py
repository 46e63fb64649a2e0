"""`reply-mcp token`: the file of static tokens."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import suppress
from pathlib import Path

from reply_mcp.cli import USAGE_ERROR
from reply_mcp.cli.arguments import settings_of
from reply_mcp.server.http.auth.static_tokens import StaticToken, checked, new_token, read_tokens, without


def run(options: argparse.Namespace) -> int:
    """Makes, lists or removes a token."""
    file = settings_of(options).tokens_file
    if not file:
        return _wrong("name the file: --tokens-file FILE, or REPLY_TOKENS_FILE")
    path = Path(os.path.expanduser(file))  # noqa: PTH111  (Path's own fails where there is no such user)
    if options.action != "list" and not options.name:
        return _wrong(f"token {options.action} takes the token's name")
    try:
        tokens = list(read_tokens(path).values()) if path.exists() else []
        if options.action == "add":
            return _add(path, tokens, options)
        if options.action == "remove":
            return _remove(path, tokens, options.name)
    except OSError as error:
        print(f"reply-mcp: {path}: {error.strerror}", file=sys.stderr)
        return 1
    except ValueError as error:
        return _wrong(f"{path}: {error}")
    for token in tokens:
        print(f"{token.name}  {token.user}  {token.policy or 'policy of the server'}")
    return 0


def _add(path: Path, tokens: list[StaticToken], options: argparse.Namespace) -> int:
    if any(token.name == options.name for token in tokens):
        return _wrong(f"there is a token {options.name!r} already; remove it first")
    text, sha256 = new_token()
    try:
        line = checked(StaticToken(options.name, sha256, options.user, options.policy)).line()
    except ValueError as error:
        return _wrong(f"--{error}")
    # A file that was edited by hand may have no end of its last line.
    begun = path.exists() and path.read_bytes()[-1:] not in (b"", b"\n")
    with open(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a", encoding="utf-8") as kept:  # noqa: PTH123
        kept.write(f"\n{line}" if begun else line)
    print(f"Shown once: the token {options.name!r}, which acts as {options.user}:", file=sys.stderr)
    print(text)
    return 0


def _remove(path: Path, tokens: list[StaticToken], name: str) -> int:
    found = next((token for token in tokens if token.name == name), None)
    if found is None:
        return _wrong(f"there is no token {name!r} in {path}")
    kept = path.with_name(f"{path.name}.new")
    with open(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:  # noqa: PTH123
        file.write(without(path.read_text("utf-8-sig"), found))
    _give_access_of(path, kept)
    kept.replace(path)
    print(f"Removed {name!r}: servers take it no longer.", file=sys.stderr)
    return 0


def _give_access_of(path: Path, new: Path) -> None:
    """Lets whoever may read the file read the new one: servers run as a user of their own."""
    there = path.stat()
    if hasattr(os, "chown"):
        with suppress(PermissionError):
            os.chown(new, there.st_uid, there.st_gid)
    new.chmod(there.st_mode & 0o777)


def _wrong(message: str) -> int:
    print(f"reply-mcp: {message}", file=sys.stderr)
    return USAGE_ERROR
