"""Trouble on demand: answers that fail, break off, stall or never come."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from reply_mcp.sandbox.http.problems import invalid

Kind = Literal[
    "status",
    "answer",
    "empty",
    "html",
    "malformed",
    "redirect",
    "truncate",
    "bomb",
    "endless",
    "trickle",
    "leftover",
    "close",
    "reset",
    "refuse",
    "latency",
    "hang",
    "job",
]
"""What goes wrong:

- `status`: a problem of `status`, 503 by default, with `retry_after` seconds (as a date with `retry_date`)
- `answer`: `body` as JSON (None is `null`) and `headers` with `status`, 200 by default
- `empty`: `status`, 200 by default, and nothing with it; `html`: a web page with it; `malformed`: JSON with a fault
- `redirect`: `status`, 302 by default, to another host or to the `Location` of `headers`
- `truncate`: half a body; the request is always processed
- `bomb`: a little gzip that unpacks to 64 MiB; `endless`: a body that never ends; `trickle`: one that drips
- `leftover`: a right answer, and behind it on the connection one that nobody asked for; always processed
- `close`: the connection is closed without an answer; `reset`: it is reset
- `refuse`: a new connection is reset at once, whatever it was for; `match` and `when` mean nothing
- `latency`: a right answer after `seconds`; `hang`: none, and the connection stays
- `job`: the call is put off to a background job of `seconds` that ends as `outcome` (Done, Failed, Cancelled, Expired);
  its result is the answer, or `body`
"""
ALWAYS_PROCESSED = frozenset({"truncate", "leftover"})
"""The kinds whose answer is made of the true one."""
When = Literal["before", "after"]


@dataclass(slots=True)
class Fault:
    """One kind of trouble for the requests it matches.

    `match` is `METHOD /path`, a path alone, or empty for every request; a path matches whole, or as a prefix when it
    ends in `*`. `before`: the request is not processed; `after`: it is, but its answer is lost. `skip` lets so many
    matching requests pass first. `times` None is for ever; `rate` is the share of the matching requests. `hits` counts
    those that it hit.
    """

    kind: Kind
    status: int | None = None
    match: str = ""
    skip: int = 0
    times: int | None = 1
    rate: float = 1.0
    when: When = "before"
    retry_after: int | None = None
    retry_date: bool = False
    seconds: float = 1.0
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    outcome: str = "Done"
    hits: int = field(default=0, init=False)

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

    def add(self, described: Any) -> list[Fault]:
        """Switch on a fault described as JSON, or several in a list: all or none. Raises a 400 problem."""
        faults = [
            _parse_fault(one) for one in (described if isinstance(described, list) and described else [described])
        ]
        self._on.extend(faults)
        return faults

    def clear(self) -> None:
        """Switch every fault off."""
        self._on.clear()

    def all(self) -> list[Fault]:
        """The faults that are on."""
        return list(self._on)

    def pick(self, method: str, path: str) -> Fault | None:
        """The fault that hits this request, counted as used."""
        return self._pick_from(fault for fault in self._on if fault.kind != "refuse" and fault.matches(method, path))

    def refuses_connection(self) -> bool:
        """Whether a new connection is to be refused."""
        return self._pick_from(fault for fault in self._on if fault.kind == "refuse") is not None

    def _pick_from(self, candidates: Iterable[Fault]) -> Fault | None:
        for fault in candidates:
            if fault.skip > 0:
                fault.skip -= 1
                continue
            if fault.rate < 1 and self._random.random() >= fault.rate:
                continue
            fault.hits += 1
            if fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    self._on.remove(fault)
            return fault
        return None


def _parse_fault(described: Any) -> Fault:
    if not isinstance(described, dict) or described.get("kind") not in get_args(Kind):
        raise invalid(("/kind", f"One of {', '.join(get_args(Kind))} is required."))
    if described.get("when", "before") not in get_args(When):
        raise invalid(("/when", "before or after is required."))
    names = {"retryAfter": "retry_after", "retryDate": "retry_date"}
    try:
        return Fault(**{names.get(str(name), str(name)): value for name, value in described.items()})
    except TypeError as wrong:
        raise invalid(("", str(wrong))) from None
