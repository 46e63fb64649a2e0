"""Files of the caller: read from allowed folders, or decoded, and checked before anything is sent; new ones made."""

from __future__ import annotations

import base64
import binascii
import mimetypes
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from reply_mcp.catalog.arguments.files import Upload
from reply_mcp.catalog.operation import FileField, FileLimits
from reply_mcp.errors import WrongArguments
from reply_mcp.text.lists import join
from reply_mcp.text.outside import raw


@dataclass(frozen=True, slots=True)
class LoadedFile:
    """A file ready to send: the multipart field, its name, content and media type."""

    field: str
    name: str
    content: bytes
    media_type: str


NO_FILES = "this server reads and writes no files; the person can allow folders with REPLY_FILES"


class Files:
    """Reads and makes what a call names. Paths are taken inside `folders` alone, links followed first; none allows
    none."""

    def __init__(self, folders: Sequence[Path] = ()) -> None:
        self._folders = [folder.expanduser().resolve() for folder in folders]

    def load(self, asked: FileField) -> LoadedFile:
        """The file that was asked for.

        Raises:
            WrongArguments: where it is missing, empty, too large, of a type that v3 does not take, or out of bounds.
        """
        upload = asked.upload
        if not isinstance(upload, Upload):
            raise TypeError("a file field holds an Upload")
        try:
            name, content = self._content(upload, asked.limits)
            _check(name, content, asked.limits)
        except ValueError as error:
            raise WrongArguments([f"{asked.field}: {error}"]) from None
        media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return LoadedFile(asked.field, name, content, media_type)

    def _content(self, upload: Upload, limits: FileLimits) -> tuple[str, bytes]:
        if upload.path is None:
            try:
                return Path(upload.name or "").name, base64.b64decode(upload.base64 or "", validate=True)
            except (binascii.Error, ValueError):
                raise ValueError("base64 is not valid base64") from None
        if not self._folders:
            raise ValueError(f"{NO_FILES}, or give base64")
        real = self._inside(Path(upload.path))
        return real.name, _content(real, limits)

    def read(self, path: str, limits: FileLimits) -> bytes:
        """The content of a file.

        Raises:
            WrongArguments: where it is missing, empty, too large, of another type than the limits name, or out of
                bounds.
        """
        try:
            if not self._folders:
                raise ValueError(NO_FILES)
            real = self._inside(Path(raw(path)))
            content = _content(real, limits)
            _check(real.name, content, limits)
        except ValueError as error:
            raise WrongArguments([str(error)]) from None
        return content

    def save(self, path: str, content: bytes) -> str:
        """Makes a new file in a folder that is there; its whole path.

        Raises:
            WrongArguments: where there is one already, or it is out of bounds.
        """
        try:
            if not self._folders:
                raise ValueError(NO_FILES)
            wanted = Path(raw(path))
            if not wanted.name:
                raise ValueError(f"{path} names no file")
            real = self._inside(wanted.parent) / wanted.name
            with real.open("xb") as file:
                file.write(content)
        except FileExistsError:
            raise WrongArguments([f"{path} is there already and is not overwritten; name another file"]) from None
        except OSError as error:
            raise WrongArguments([f"{path} cannot be written ({error.strerror})"]) from None
        except ValueError as error:
            raise WrongArguments([str(error)]) from None
        return str(real)

    def _inside(self, path: Path) -> Path:
        """The path with its links followed; ValueError where it leads out of the folders, which says nothing of what is
        there, or is not there."""
        outside = ValueError(f"{path} is outside the folders of REPLY_FILES ({join(self._folders)})")
        try:
            wanted = path.expanduser()
            # The server's own directory is nothing that a caller knows of: the folders are looked through.
            places = [wanted] if wanted.is_absolute() else [folder / wanted for folder in self._folders]
            real = [place.resolve() for place in places]
            held = [one for one in real if any(one.is_relative_to(folder) for folder in self._folders)]
            found = next((one for one in held if one.exists()), None)
        except (OSError, RuntimeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "no such folder"
            raise ValueError(f"{path} cannot be read ({reason})") from None
        if found is None:
            raise ValueError(f"{path} cannot be read (No such file or directory)") if held else outside
        return found


def _content(real: Path, limits: FileLimits) -> bytes:
    if not real.is_file():
        raise ValueError(f"{real} is no file")
    try:
        if real.stat().st_size > limits.most_bytes:
            raise ValueError(_too_large(real.stat().st_size, limits))
        return real.read_bytes()
    except OSError as error:
        raise ValueError(f"{real} cannot be read ({error.strerror})") from None


def _check(name: str, content: bytes, limits: FileLimits) -> None:
    if not name:
        raise ValueError("the file needs a name")
    if not content:
        raise ValueError(f"{name} is empty")
    if len(content) > limits.most_bytes:
        raise ValueError(_too_large(len(content), limits))
    if limits.endings and not name.lower().endswith(limits.endings):
        raise ValueError(f"{name}: only {join(limits.endings)} can be taken")


def _too_large(size: int, limits: FileLimits) -> str:
    return f"{size / 1024 / 1024:.1f} MB; at most {limits.most_bytes / 1024 / 1024:g} MB can be taken"
