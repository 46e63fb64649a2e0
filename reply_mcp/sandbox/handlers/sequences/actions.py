"""Starting, pausing and archiving sequences, one at a time and many."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from reply_mcp.sandbox.clock import iso
from reply_mcp.sandbox.handlers.sequences.sequences import sequence_ids
from reply_mcp.sandbox.http.handler import HandlerCall, Problem, operation
from reply_mcp.sandbox.records import due_steps
from reply_mcp.sandbox.records.membership import remove_membership
from reply_mcp.sandbox.records.ownership import change_each
from reply_mcp.sandbox.records.sequence import sequence_or_404, sequence_view
from reply_mcp.sandbox.simulation import engine
from reply_mcp.sandbox.store import Doc

LARGE = 40
ACTIVATION = timedelta(seconds=3)
"""How long a sequence with `LARGE` contacts is activating on the wire."""

_Act = Callable[[HandlerCall, Doc], Doc]


@operation("StartSequence")
def start_sequence(call: HandlerCall) -> Doc:
    """Start or resume; the answer is the state afterwards, so that both look alike, and an active one too."""
    return sequence_view(call, _start(call, sequence_or_404(call, "sequenceAction.notFound")))


@operation("PauseSequence")
def pause_sequence(call: HandlerCall) -> Doc:
    """Stop further steps; a sequence that was never started cannot be paused."""
    return sequence_view(call, _pause(call, sequence_or_404(call, "sequenceAction.notFound")))


@operation("ArchiveSequence")
def archive_sequence(call: HandlerCall) -> Doc:
    """Put aside, and take every contact out."""
    return sequence_view(call, _archive(call, sequence_or_404(call, "sequenceAction.notFound")))


@operation("BulkStartSequences")
def bulk_start_sequences(call: HandlerCall) -> Doc:
    """Start each; the answer holds the failures only."""
    return _each(call, _start)


@operation("BulkPauseSequences")
def bulk_pause_sequences(call: HandlerCall) -> Doc:
    """Pause each; the answer holds the failures only."""
    return _each(call, _pause)


@operation("BulkArchiveSequences")
def bulk_archive_sequences(call: HandlerCall) -> Doc:
    """Archive each; the answer holds the failures only."""
    return _each(call, _archive)


def _each(call: HandlerCall, act: _Act) -> Doc:
    return change_each(call, "sequence", sequence_ids(call), lambda own: act(call, own), "Sequence not found.")


def _start(call: HandlerCall, sequence: Doc) -> Doc:
    now = call.clock.now()
    _refuse_while_activating(call, sequence)
    if sequence["isArchived"]:
        raise Problem(409, "sequenceAction.archived", "The sequence is archived and cannot be started.")
    if sequence["status"] == "active":
        return sequence
    people = call.store.all("membership", _sequenceId=sequence["id"])
    mail = any(step["type"] == "email" for step in call.store.all("step", _sequenceId=sequence["id"]))
    if mail and not sequence["_emailAccountIds"]:
        # The documented code is never seen: what comes says so in its text only.
        code = "noEmailAccounts" if call.documented else "unknown"
        raise Problem(400, f"sequenceAction.{code}", "Cannot start a sequence without selected email account")
    if not people:
        raise Problem(400, "sequenceAction.noContacts", "Cannot start a sequence without contacts")
    started = {**sequence, "status": "active", "_startedAt": iso(now)}
    if not call.documented and len(people) >= LARGE:
        started["_activeFrom"] = iso(now + ACTIVATION)
    call.store.put("sequence", started)
    engine.resume_sequence(call.store, started, now)
    return started


def _pause(call: HandlerCall, sequence: Doc) -> Doc:
    _refuse_while_activating(call, sequence)
    if sequence["isArchived"]:
        raise Problem(409, "sequenceAction.archived", "The sequence is archived and cannot be paused.")
    if sequence["status"] == "new":
        raise Problem(409, "sequenceAction.status", "current status is New")
    if sequence["status"] == "paused":
        return sequence
    for membership in call.store.all("membership", _sequenceId=sequence["id"]):
        due_steps.cancel_step(call.store, membership["id"])
    return call.store.put("sequence", {**sequence, "status": "paused"})


def _archive(call: HandlerCall, sequence: Doc) -> Doc:
    _refuse_while_activating(call, sequence)
    if sequence["isArchived"] or sequence["status"] == "active":
        raise Problem(409, "sequenceAction.archived", "The sequence is archived already, or active: pause it first.")
    for membership in call.store.all("membership", _sequenceId=sequence["id"]):
        remove_membership(call.store, membership)
    return call.store.put("sequence", {**sequence, "isArchived": True})


def _refuse_while_activating(call: HandlerCall, sequence: Doc) -> None:
    if sequence.get("_activeFrom", "") > call.clock.iso():
        raise Problem(409, "sequenceAction.activationInProgress", "The sequence is being activated.")
