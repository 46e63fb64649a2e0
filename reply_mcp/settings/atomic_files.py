"""Writing a file whole or not at all."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

PRIVATE = 0o600


def write_private(path: Path, content: bytes) -> None:
    """Writes a file that only this user can read, in a folder that is made as private where it is new.

    Raises:
        OSError: where it cannot be written; then the file is as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    replace_file(path, content, PRIVATE)


def replace_file(path: Path, content: bytes, mode: int | None = None) -> None:
    """Replaces a file in one step: readers see it as it was or as it is to be, never half. A symbolic link stays one,
    and the file that it names is replaced.

    Args:
        mode: of the file; by default as it was, and private for a new one.

    Raises:
        OSError: where it cannot be written; then the file is as it was.
    """
    target = Path(os.path.realpath(path))
    if mode is None:
        try:
            mode = stat.S_IMODE(target.stat().st_mode)
        except FileNotFoundError:
            mode = PRIVATE
    beside = target.with_name(f".{target.name}.{os.urandom(4).hex()}.new")
    try:
        with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:  # noqa: PTH123
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        # What the umask took off, the file had.
        beside.chmod(mode)
        beside.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise
