"""Secrets in files, as containers mount them: `REPLY_SEAL_KEYS_FILE=/run/secrets/seal_keys` for `REPLY_SEAL_KEYS`.

The key's own file is a setting, since a key is read as people paste it.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from pathlib import Path

from reply_mcp.settings.setting_error import SettingError

MOST_BYTES = 16 * 1024
SUFFIX = "_FILE"


def with_secret_files(environ: Mapping[str, str], secrets: Collection[str]) -> dict[str, str]:
    """The environment with the secrets that stand in files: `secrets` are the variables that may.

    Raises:
        SettingError: naming the variable, without the path, which may be the secret itself.
    """
    found = dict(environ)
    for name in secrets:
        path = found.pop(name + SUFFIX, "").strip()
        if not path:
            continue
        if found.get(name, "").strip():
            raise SettingError(f"{name} and {name}{SUFFIX}: set one of them, not both")
        try:
            found[name] = _read(path)
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            raise SettingError(
                f"{name}{SUFFIX}: that file cannot be used ({reason or type(error).__name__}); it takes the path of a "
                "text file that holds the secret"
            ) from None
    return found


def _read(path: str) -> str:
    # Not expanduser of Path, which fails where there is no such user.
    with Path(os.path.expanduser(path)).open("rb") as file:  # noqa: PTH111
        raw = file.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise ValueError("too long for a secret")
    if not raw.strip():
        raise ValueError("empty")
    try:
        return raw.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise ValueError("not a text file") from None
