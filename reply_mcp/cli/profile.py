"""`reply-mcp login`, `logout` and `profile`: keys that are stored once, for every host."""

from __future__ import annotations

import argparse
import getpass
import json
import os
import sys
from dataclasses import asdict, replace
from datetime import UTC, datetime

from reply_mcp.cli import USAGE_ERROR
from reply_mcp.cli.acting_user import describe_user, read_acting_user
from reply_mcp.cli.arguments import settings_of
from reply_mcp.errors import ApiError, ReplyError
from reply_mcp.settings.api_key import MOST_BYTES, decode_key, read_key
from reply_mcp.settings.key_store import (
    DEFAULT,
    KeyStoreError,
    Profile,
    forget_key,
    place,
    profile_name,
    profiles,
    store_key,
)
from reply_mcp.text.cleaning import clean, one_line

KEY_REFUSED = 4
"""The exit status where the key is missing or refused."""
KEY_SETTINGS = ("REPLY_API_KEY", "REPLY_API_KEY_FILE")


def run(options: argparse.Namespace) -> int:
    """Stores a key, lists those that are stored, or removes one."""
    try:
        if options.action == "list":
            return _list(options.json)
        if options.name == "" and options.profile is None and options.command == "profile":
            print(
                f"reply-mcp: profile {options.action}: name it, as in `profile {options.action} acme`", file=sys.stderr
            )
            return USAGE_ERROR
        name = profile_name(options.name or options.profile or os.environ.get("REPLY_PROFILE", "").strip() or DEFAULT)
        if options.action == "remove":
            return _remove(name)
        return _add(name, options)
    except ValueError as error:
        # The name is not shown: it may be the key.
        print(f"reply-mcp: the profile's name takes {error}", file=sys.stderr)
        return USAGE_ERROR
    except KeyStoreError as error:
        print(f"reply-mcp: {error}", file=sys.stderr)
        return 1


def _list(as_json: bool) -> int:
    found = profiles()
    if as_json:
        print(json.dumps([asdict(one) for one in found], indent=2, ensure_ascii=False))
        return 0
    for one in found:
        user = f", {one_line(clean(one.user))}" if one.user else ""
        print(f"{one.name}: in {place(one)}{user}, stored {one.added}")
    if not found:
        print("No key is stored. `reply-mcp login` stores one.", file=sys.stderr)
    return 0


def _remove(name: str) -> int:
    if not forget_key(name):
        print(f"reply-mcp: no key is stored as {name}", file=sys.stderr)
        return 1
    print(f"Removed the key stored as {name}. In Reply it stays valid (Settings, API key).")
    return 0


def _add(name: str, options: argparse.Namespace) -> int:
    settings = settings_of(options, without=KEY_SETTINGS)
    found = read_key(_given())
    if found.problem:
        print(f"reply-mcp: that is no API key: {found.problem}. Nothing was stored.", file=sys.stderr)
        return KEY_REFUSED
    user, note = "", ""
    if options.check:
        import anyio

        try:
            user = describe_user(anyio.run(read_acting_user, replace(settings, api_key=found.key)))
        except ApiError as error:
            if error.status == 401:
                print(
                    "reply-mcp: Reply does not accept this key (revoked, or not copied whole). Nothing was stored.",
                    file=sys.stderr,
                )
                return KEY_REFUSED
            note = f"\nReply accepts the key, and no call by it yet: {error}"
        except ReplyError as error:
            print(f"reply-mcp: {error}\nNothing was stored; --no-check stores a key unchecked.", file=sys.stderr)
            return 1
    stored = store_key(Profile(name, "", user, f"{datetime.now(UTC):%Y-%m-%d}"), found.key)
    acts = f" It acts as {user}." if user else ""
    print(f"Stored the key as {name}, in {place(stored)}.{acts}{note}")
    if name == DEFAULT:
        print("`reply-mcp serve` uses it where nothing else gives a key.")
    else:
        print(f"`reply-mcp serve --profile {name}` (or REPLY_PROFILE={name}) uses it.")
    for variable in KEY_SETTINGS:
        if os.environ.get(variable, "").strip():
            print(f"{variable} is set here, and wins over the stored key.", file=sys.stderr)
    return 0


def _given() -> str:
    """The key that the person types or pastes, unseen; from a pipe, all that comes."""
    if sys.stdin is None or sys.stdin.closed:
        return ""
    if sys.stdin.isatty():
        try:
            return getpass.getpass("Reply API key (Reply: Settings, API key); it is not shown: ")
        except EOFError:
            return ""
    raw = sys.stdin.buffer.read(MOST_BYTES + 1)
    try:
        return decode_key(raw)
    except ValueError:
        # No key is in it; what it is, `read_key` says.
        return raw.decode("utf-8", errors="replace")
