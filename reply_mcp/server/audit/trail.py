"""One call's way into the audit log: who made it, what it was, who agreed to it, what came of it."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Literal

from reply_mcp.catalog.fields import Part
from reply_mcp.catalog.index import Entry
from reply_mcp.catalog.operation import Effect
from reply_mcp.client.call_context import CallContext
from reply_mcp.client.session import CallResult
from reply_mcp.errors import ConfirmationNeeded, NotDone
from reply_mcp.server.audit.log import AuditLog, AuditUnwritable
from reply_mcp.server.consent.call_consent import CallConsent
from reply_mcp.server.consent.host import Declined
from reply_mcp.server.context import Caller

logger = logging.getLogger(__name__)

Outcome = Literal["begun", "done", "not done", "unknown", "asked", "declined", "denied"]
"""`begun`: let through and on its way, in a strict log alone, which has such a line before each write."""
OUTCOMES: tuple[Outcome, ...] = ("begun", "done", "not done", "unknown", "asked", "declined", "denied")

MOST_IDS = 20
"""Ids of one argument that are named; the others are counted."""
_ID = re.compile(r"[\w.@+:-]{1,80}", re.ASCII)
_IDS = rf", ids {_ID.pattern}(?:, {_ID.pattern})*(?: and \d+ more)?"
_WRITE = re.compile(rf"\w+(?:, id {_ID.pattern})?(?:{_IDS})?", re.ASCII)
_ID_NAME = re.compile(r"(?:^|[a-z])(?:id|ids|Id|Ids)$")


class Trail:
    """What is to be logged of one call, gathered while it goes on. A call that only reads leaves no line."""

    def __init__(self, log: AuditLog, entry: Entry, caller: Caller, consent: CallConsent) -> None:
        self._log = log
        self._entry = entry
        self._caller = caller
        self._consent = consent
        self._call: CallContext | None = None
        self._arguments: Part | None = None
        self._change: int | None = None
        self._made: dict[str, Any] = {}
        self._nothing = False
        self._on = entry.effect is not Effect.READ and log.on

    @contextmanager
    def watch(self) -> Iterator[None]:
        """Logs what comes of the call within; exceptions pass on.

        Raises:
            AuditUnwritable: in place of an exception of the call, where the log is strict and cannot be written.
        """
        try:
            yield
        except BaseException as error:
            outcome = self._outcome_of(error)
            if outcome == "done" and self._call is not None:
                self._note_made(self._call.answer)
            self._add(outcome)
            raise
        else:
            self._add("not done" if self._nothing else "done")

    def record_arguments(self, arguments: Part) -> None:
        """Keeps the arguments, whose ids are named."""
        self._arguments = arguments

    def record_change(self, change: int | None) -> None:
        """Keeps which change the call is to undo, where it is an undo."""
        self._change = change

    def record_start(self, call: CallContext) -> None:
        """Marks that the call is about to be carried out.

        Raises:
            AuditUnwritable: where the log is strict and cannot be written.
        """
        self._call = call
        if self._log.strict:
            self._add("begun")

    def record_result(self, result: CallResult) -> None:
        """Keeps the id of what was made."""
        self._note_made(result.answer)

    def record_nothing(self) -> None:
        """Marks that the call came to its end and changed nothing."""
        self._nothing = True

    def _note_made(self, answer: Any) -> None:
        self._made = _ids_in(answer, only=("id", "jobId")) if isinstance(answer, Mapping) else {}

    def _outcome_of(self, error: BaseException) -> Outcome:
        if self._consent.record.denied:
            return "denied"
        if isinstance(error, Declined):
            return "declined"
        if isinstance(error, ConfirmationNeeded):
            return "asked"
        if isinstance(error, NotDone) and self._call is None and self._consent.record.question_digest:
            return "asked"  # and not answered
        return "not done" if self._call is None else self._call.outcome_of(error)

    def _add(self, outcome: Outcome) -> None:
        if not self._on:
            return
        record = self._consent.record
        ids = _ids_of(self._arguments) if self._arguments is not None else {}
        facts = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "caller": self._caller.fingerprint,
            "who": self._caller.who,
            "user": self._caller.acting_user,
            "tool": self._entry.tool,
            "effect": str(record.effect or self._entry.effect),
            "consent": record.agreed_by,
            "question": record.question_digest[:16],
            "ids": ids,
            "made": self._made,
            **self._parts(),
            "outcome": outcome,
        }
        self._append({name: value for name, value in facts.items() if value not in ("", None, {}, [])})

    def _parts(self) -> dict[str, Any]:
        """What a call was about beyond its arguments: the change that it undid, and the writes that were made in it by
        the operations of other tools."""
        written = self._call.written if self._call is not None else []
        others = [one for one in written if one.partition(",")[0] != self._entry.tool]
        writes = [one if _WRITE.fullmatch(one) else one.partition(",")[0] for one in others]
        return {"change": self._change, "writes": _shortened(writes) if len(writes) > 1 else writes}

    def _append(self, facts: Mapping[str, Any]) -> None:
        try:
            self._log.append(facts)
        except AuditUnwritable:
            if facts["outcome"] == "begun" or self._call is None:
                raise
            # It is done, and the line that it begun is there.
            logger.error("the audit log cannot be written: the outcome of a call of %s is missing", self._entry.tool)


def _ids_of(part: Part) -> dict[str, Any]:
    """The ids among a call's arguments, by the arguments' own names; of parts within too."""
    return _ids_in(part.wire())


def _ids_in(row: Mapping[str, Any], *, only: tuple[str, ...] = ()) -> dict[str, Any]:
    found: dict[str, list[Any]] = {}

    def gather(value: Any, name: str) -> None:
        if isinstance(value, Mapping):
            for key, inner in value.items():
                gather(inner, str(key))
        elif isinstance(value, list | tuple):
            for inner in value:
                gather(inner, name)
        elif _ID_NAME.search(name) and _is_id(value):
            found.setdefault(name, []).append(value)

    gather({name: row.get(name) for name in only} if only else row, "")
    return {name: _shortened(values) for name, values in found.items()}


def _is_id(value: Any) -> bool:
    if isinstance(value, str):
        return _ID.fullmatch(value) is not None
    return isinstance(value, int) and not isinstance(value, bool)


def _shortened(values: list[Any]) -> Any:
    if len(values) == 1:
        return values[0]
    return values[:MOST_IDS] + ([f"and {len(values) - MOST_IDS} more"] if len(values) > MOST_IDS else [])
