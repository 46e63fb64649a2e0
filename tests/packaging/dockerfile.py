"""The Dockerfile's stages and instructions."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Stage:
    """One stage of a Dockerfile: its instructions in order, as (name, rest)."""

    base: str
    instructions: list[tuple[str, str]] = field(default_factory=list)

    def all(self, name: str) -> list[str]:
        return [rest for instruction, rest in self.instructions if instruction == name]

    def last(self, name: str) -> str:
        return self.all(name)[-1]

    def pairs(self, name: str) -> dict[str, str]:
        """The `key=value` pairs of all ENV or LABEL instructions."""
        return dict(pair.split("=", 1) for rest in self.all(name) for pair in shlex.split(rest))


def stages(text: str) -> list[Stage]:
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    found: list[Stage] = []
    for instruction in "\n".join(lines).replace("\\\n", " ").splitlines():
        name, _, rest = instruction.partition(" ")
        if name == "FROM":
            found.append(Stage(rest))
        else:
            found[-1].instructions.append((name, rest.strip()))
    return found


PYTHON, BUILD, FINAL = stages((ROOT / "Dockerfile").read_text("utf-8"))
