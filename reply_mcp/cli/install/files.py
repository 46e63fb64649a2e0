"""A host's configuration file: our entry goes in and out of it, and all else stays as it is.

A file is replaced in one step, keeps its mode and stays a symbolic link where it is one. What it held before our entry
is kept beside it, so that `--remove` can give it back byte for byte.
"""

from __future__ import annotations

import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reply_mcp.cli.install.formats import BrokenFile, CannotEdit, Format, data_with, data_without
from reply_mcp.cli.install.jsonc import JsonWithComments
from reply_mcp.settings.atomic_files import PRIVATE, replace_file

BACKUP = ".before-reply-mcp"
"""What the name of the copy ends with that is kept beside a file."""
MOST_BYTES = 20 * 1024 * 1024


class FileProblem(Exception):
    """A file cannot be read, edited or written; it is as it was. The message names it, and shows nothing of it."""


@dataclass(frozen=True)
class Inputs:
    """VS Code's questions to the person, which stand in a list beside the servers; `id` tells them apart."""

    name: str
    item: dict[str, Any]


@dataclass
class ConfigurationFile:
    """One file and where in it our entry belongs.

    Attributes:
        container: the names of the mapping that holds servers.
        name: of our entry in it.
        text: what the file holds; empty where there is none.
        there: whether there is one.
    """

    path: Path
    format: Format
    container: tuple[str, ...]
    name: str
    text: str = ""
    there: bool = False
    data: dict[str, Any] = field(default_factory=dict)

    def read(self) -> None:
        """Reads the file.

        Raises:
            FileProblem: where it cannot be read or parsed.
        """
        try:
            raw = self.path.read_bytes()
            if len(raw) > MOST_BYTES:
                raise FileProblem(f"{self.path}: too large to be edited")
            self.text, self.there = raw.decode("utf-8"), True
            self.data = self.format.load(self.text)
        except FileNotFoundError:
            self.text, self.there, self.data = "", False, {}
        except OSError as error:
            raise FileProblem(f"{self.path}: cannot be read ({error.strerror})") from None
        except UnicodeDecodeError as error:
            raise FileProblem(f"{self.path}: is not UTF-8 from byte {error.start} on; it is left as it is") from None
        except BrokenFile as error:
            raise FileProblem(f"{self.path}: {error}; mend it first, it is left as it is") from None
        except CannotEdit as error:
            raise FileProblem(f"{self.path}: {error}; it is left as it is") from None

    @property
    def servers(self) -> dict[str, Any]:
        """The servers that are configured, by name."""
        found: Any = self.data
        for name in self.container:
            found = found.get(name) if isinstance(found, dict) else None
        return found if isinstance(found, dict) else {}

    @property
    def entry(self) -> Any:
        """Our entry; None where there is none."""
        return self.servers.get(self.name)

    @property
    def backup(self) -> Path:
        return self.path.with_name(self.path.name + BACKUP)

    def with_entry(self, value: dict[str, Any], inputs: Inputs | None) -> str:
        """The text with our entry.

        Raises:
            FileProblem: where it cannot be set without touching something else.
        """
        path = (*self.container, self.name)
        text = self._edited(
            self.text, lambda text: self.format.put(text, path, value), data_with(self.data, path, value)
        )
        if inputs is None or not isinstance(self.format, JsonWithComments):
            return text
        listed, format = self.data.get(inputs.name, []), self.format
        if inputs.item in listed:
            return text
        after = {**format.load(text), inputs.name: [*listed, inputs.item]}
        return self._edited(text, lambda text: format.put_item(text, inputs.name, inputs.item), after)

    def without_entry(self, inputs: Inputs | None) -> str | None:
        """The text without our entry; None where the file is to go, since it held nothing else and was made for us.

        Raises:
            FileProblem: where it cannot be removed without touching something else.
        """
        path = (*self.container, self.name)
        before = self._before_us(inputs)
        if before is not None:
            return before
        text = self._edited(self.text, lambda text: self.format.drop(text, path), data_without(self.data, path))
        if inputs and isinstance(self.format, JsonWithComments) and inputs.item in self.data.get(inputs.name, []):
            listed, format = list(self.data[inputs.name]), self.format
            index = listed.index(inputs.item)
            after = {**format.load(text), inputs.name: [*listed[:index], *listed[index + 1 :]]}
            text = self._edited(text, lambda text: format.drop_item(text, inputs.name, index), after)
        left = self.format.load(text)
        return None if not self.backup.exists() and not _filled(left) else text

    def _before_us(self, inputs: Inputs | None) -> str | None:
        """What the kept copy holds, where our entry is all that was changed since."""
        kept = ConfigurationFile(self.backup, self.format, self.container, self.name)
        try:
            kept.read()
            if kept.there and kept.entry is None and kept.with_entry(self.entry, inputs) == self.text:
                return kept.text
            # Where we ask for the key, or where that was not so.
            if kept.there and kept.entry is None and inputs and kept.with_entry(self.entry, None) == self.text:
                return kept.text
        except FileProblem:
            pass
        return None

    def _edited(self, text: str, edit: Callable[[str], str], expected: dict[str, Any]) -> str:
        """An edited text, checked to hold what it is to hold and nothing else."""
        why = "our entry cannot be set in it without changing something else"
        try:
            edited = edit(text)
            if _filled(self.format.load(edited)) == _filled(expected):
                return edited
        except BrokenFile:
            pass
        except CannotEdit as error:
            why = str(error)
        raise FileProblem(f"{self.path}: {why}; it is left as it is")

    def write(self, text: str | None, *, private: bool = False, shared: bool = False) -> Path | None:
        """Writes the file (None: removes it), and gives the path of the copy that was kept of what it held.

        Args:
            private: nobody else may read it, whatever its mode was.
            shared: a new file is one of a project, with the mode that others have.

        Raises:
            FileProblem: where that cannot be done; then it is as it was.
        """
        backup = None
        try:
            if text is None:
                self.path.unlink()
                return None
            if self.there and self.entry is None:
                replace_file(self.backup, self.text.encode(), stat.S_IMODE(self.path.stat().st_mode))
                backup = self.backup
            self.path.parent.mkdir(parents=True, exist_ok=True)
            mode: int | None = PRIVATE if private else (0o644 if shared and not self.there else None)
            replace_file(self.path, text.encode(), mode)
        except OSError as error:
            raise FileProblem(f"{self.path}: cannot be written ({error.strerror}); it is as it was") from None
        return backup

    def forget_backup(self, text: str | None) -> None:
        """Removes the kept copy where it holds what the file holds again."""
        try:
            if text is not None and self.backup.read_bytes() == text.encode():
                self.backup.unlink()
        except OSError:
            pass


def _filled(data: dict[str, Any]) -> dict[str, Any]:
    """A configuration without empty containers: TOML has none."""
    return {name: value for name, value in data.items() if value not in ({}, [], None)}
