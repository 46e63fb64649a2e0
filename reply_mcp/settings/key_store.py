"""Keys that `reply-mcp login` stored, by profile: in the system's keyring, else in files that no other user can read.

An index in the configuration directory names the profiles and where each key is; without it no keyring is opened, and
importing `keyring` takes longer than reading all other settings. The keyring may wait for a person who unlocks it, and
is therefore read in a thread, for a bounded time.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from reply_mcp.settings.atomic_files import write_private
from reply_mcp.settings.values import shown

DEFAULT = "default"
"""The profile whose key is used where none is named."""
SERVICE = "reply-mcp"
"""The name under which the keyring keeps the keys."""
READ_SECONDS = 20.0
"""How long the keyring may take: a person may have to unlock it."""
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,29}")


class KeyStoreError(Exception):
    """A stored key cannot be read or kept. The message is one line, without the key."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A name for a stored key.

    Attributes:
        kept: where its key is: `keyring` or `file`.
        user: as whom it acted when it was stored; empty where that was not asked.
        added: the day, as `2026-11-27`.
    """

    name: str
    kept: str
    user: str = ""
    added: str = ""


def profile_name(given: str) -> str:
    """The name of a profile, in lower case.

    Raises:
        ValueError: with what it takes.
    """
    name = given.strip().lower()
    # What looks like a key may be one, and names are shown.
    if not _NAME.fullmatch(name) or "…" in shown(given):
        raise ValueError("a short name of letters, digits, dots, dashes and underscores, such as acme")
    return name


def configuration_folder() -> Path:
    """Where profiles are listed, and keys are where there is no keyring."""
    import platformdirs

    return platformdirs.user_config_path("reply-mcp", appauthor=False)


def profiles() -> list[Profile]:
    """The profiles there are, the default one first.

    Raises:
        KeyStoreError: where their list cannot be read.
    """
    index = configuration_folder() / "profiles.json"
    try:
        found = json.loads(index.read_text("utf-8"))
        listed = [Profile(name, **_known(facts)) for name, facts in found["profiles"].items()]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise KeyStoreError(f"{index}: cannot be read ({error.strerror})") from None
    except (ValueError, TypeError, KeyError, AttributeError):
        raise KeyStoreError(f"{index}: not a list of profiles; remove it and run `reply-mcp login` again") from None
    return sorted(listed, key=lambda one: (one.name != DEFAULT, one.name))


def _known(facts: dict[str, Any]) -> dict[str, str]:
    return {name: str(facts[name]) for name in ("kept", "user", "added") if name in facts}


def stored_key(name: str) -> str | None:
    """The text that was stored as this profile's key; None where there is no such profile.

    Raises:
        KeyStoreError: where it is listed and cannot be read.
    """
    profile = next((one for one in profiles() if one.name == name), None)
    if profile is None:
        return None
    if profile.kept == "file":
        try:
            return _key_file(name).read_text("utf-8").strip()
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else "not a text file"
            raise KeyStoreError(f"{_key_file(name)}: the stored key cannot be read ({reason})") from None
    found = _from_keyring(lambda ring: ring.get_password(SERVICE, name))
    if not isinstance(found, str):
        raise KeyStoreError("the keyring no longer holds the key; run `reply-mcp login` again")
    return found


def store_key(profile: Profile, key: str) -> Profile:
    """Keeps a key, in the keyring where there is one; gives the profile with where it is kept.

    Raises:
        KeyStoreError: where neither takes it.
    """
    others = [one for one in profiles() if one.name != profile.name]
    try:
        _from_keyring(lambda ring: ring.set_password(SERVICE, profile.name, key))
        if _from_keyring(lambda ring: ring.get_password(SERVICE, profile.name)) != key:
            raise KeyStoreError("the keyring did not keep the key")
        kept = Profile(profile.name, "keyring", profile.user, profile.added)
        _key_file(profile.name).unlink(missing_ok=True)
    except KeyStoreError:
        kept = Profile(profile.name, "file", profile.user, profile.added)
        _write(_key_file(profile.name), f"{key}\n")
    _write_index([*others, kept])
    return kept


def forget_key(name: str) -> bool:
    """Removes a profile with its key; False where there is none.

    Raises:
        KeyStoreError: where the keyring does not let go of it; then the profile stays listed.
    """
    listed = profiles()
    profile = next((one for one in listed if one.name == name), None)
    if profile is None:
        return False
    if profile.kept == "keyring":
        _from_keyring(lambda ring: ring.get_password(SERVICE, name) and ring.delete_password(SERVICE, name))
    else:
        try:
            _key_file(name).unlink(missing_ok=True)
        except OSError as error:
            raise KeyStoreError(f"{_key_file(name)}: cannot be removed ({error.strerror})") from None
    _write_index([one for one in listed if one.name != name])
    return True


def place(profile: Profile) -> str:
    """Where a profile's key is, in words."""
    return (
        "the system's keyring"
        if profile.kept == "keyring"
        else f"the file {_key_file(profile.name)}, which only you can read"
    )


def _key_file(name: str) -> Path:
    return configuration_folder() / "keys" / name


def _write_index(listed: list[Profile]) -> None:
    facts = {one.name: {key: value for key, value in asdict(one).items() if key != "name"} for one in listed}
    _write(configuration_folder() / "profiles.json", json.dumps({"profiles": facts}, indent=2) + "\n")


def _write(path: Path, text: str) -> None:
    try:
        write_private(path, text.encode())
    except OSError as error:
        raise KeyStoreError(f"{path}: cannot be written ({error.strerror})") from None


def _from_keyring(work: Callable[[Any], Any]) -> Any:
    """What the keyring gives, within `READ_SECONDS`."""
    done: list[Any] = []
    failed: list[str] = []

    def run() -> None:
        try:
            import keyring
            import keyring.backends.fail
            import keyring.backends.null

            ring = keyring.get_keyring()
            if isinstance(ring, (keyring.backends.fail.Keyring, keyring.backends.null.Keyring)):
                failed.append("this system has no keyring")
            else:
                done.append(work(ring))
        # Backends raise what they please, and their words may hold what they were to keep.
        except Exception as error:
            failed.append(f"the keyring refused ({type(error).__name__})")

    # A daemon: a keyring that waits for a person must not hold up the end of the process.
    thread = threading.Thread(target=run, name="keyring", daemon=True)
    thread.start()
    thread.join(READ_SECONDS)
    if done:
        return done[0]
    raise KeyStoreError(
        failed[0] if failed else f"the keyring did not answer within {READ_SECONDS:g} s; unlock it and try again"
    )
