"""Trouble on demand: answers that fail, break off, stall or never come."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from reply_mcp.sandbox.problems import invalid

Kind = Literal["status", "answer", "reset", "truncate", "html", "latency", "hang"]
When = Literal["before", "after"]


@dataclass(slots=True)
class Fault:
    """One kind of trouble for the requests it matches.

    `match` is `METHOD /path`, a path alone, or empty for every request; a path matches whole, or as a prefix when it
    ends in `*`. `status` is 503 by default, and 200 for `html`. `before`: the request is not processed; `after`: it is,
    but its answer is lost. `times` None is for ever; `rate` is the share of the matching requests. `seconds` is for
    `latency`. `answer` gives `body` (None: an empty one) and `headers` with `status`, 200 by default.
    """

    kind: Kind
    status: int | None = None
    match: str = ""
    times: int | None = 1
    rate: float = 1.0
    when: When = "before"
    retry_after: int | None = None
    seconds: float = 1.0
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)

    def matches(self, method: str, path: str) -> bool:
        """Whether the fault is for this request."""
        wanted_method, _, wanted = self.match.rpartition(" ")
        if wanted_method and wanted_method.upper() != method:
            return False
        return path.startswith(wanted[:-1]) if wanted.endswith("*") else wanted in ("", path)


class Faults:
    """The faults switched on, oldest first."""

    def __init__(self, seed: int) -> None:
        self._on: list[Fault] = []
        self._random = random.Random(seed)

    def add(self, described: Any) -> Fault:
        """Switch on a fault described as JSON. Raises a 400 problem."""
        if not isinstance(described, dict) or described.get("kind") not in get_args(Kind):
            raise invalid(("/kind", f"One of {', '.join(get_args(Kind))} is required."))
        if described.get("when", "before") not in get_args(When):
            raise invalid(("/when", "before or after is required."))
        arguments = {("retry_after" if name == "retryAfter" else str(name)): value for name, value in described.items()}
        try:
            fault = Fault(**arguments)
        except TypeError as wrong:
            raise invalid(("", str(wrong))) from None
        self._on.append(fault)
        return fault

    def clear(self) -> None:
        """Switch every fault off."""
        self._on.clear()

    def draw(self, method: str, path: str) -> Fault | None:
        """The fault that hits this request, counted as used."""
        for fault in self._on:
            if not fault.matches(method, path) or (fault.rate < 1 and self._random.random() >= fault.rate):
                continue
            if fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    self._on.remove(fault)
            return fault
        return None
