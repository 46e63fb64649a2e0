"""What a check found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["fault", "warning", "note", "ok"]
MARKS: dict[Level, str] = {"fault": "✗", "warning": "!", "note": "·", "ok": "✓"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report.

    Attributes:
        check: a stable name, such as `key` or `hosts.cursor`.
        level: `fault` (it does not work), `warning` (it works, and will surprise), `note` (not checked, or to be
            known), `ok`.
        text: what is so, without any secret.
        remedy: what mends it; empty where nothing has to be.
    """

    check: str
    level: Level
    text: str
    remedy: str = ""

    def line(self) -> str:
        """As a person reads it."""
        return f"{MARKS[self.level]} {self.check}: {self.text}" + (f" → {self.remedy}" if self.remedy else "")


def by_weight(findings: list[Finding]) -> list[Finding]:
    """Faults, then warnings, then the rest, each in the order in which they were found: a first cause stands first."""
    return sorted(
        findings, key=lambda one: ("fault", "warning").index(one.level) if one.level in ("fault", "warning") else 2
    )


def exit_status(findings: list[Finding], *, strict: bool) -> int:
    """0 where nothing is wrong, 4 where the key is missing or refused, else 1 for a fault; `strict` counts warnings."""
    faults = [one for one in findings if one.level == "fault"]
    if any(one.check == "key" for one in faults):
        return 4
    return 1 if faults or (strict and any(one.level == "warning" for one in findings)) else 0
