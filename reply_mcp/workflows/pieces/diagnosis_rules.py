"""Rules that find why a sequence does not send, from what was read of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from reply_mcp.catalog.lookups.blacklist import Blacklist
from reply_mcp.catalog.lookups.sending_hours import Holiday, next_opening
from reply_mcp.catalog.lookups.sequences import NOT_RUNNING, status_of
from reply_mcp.catalog.rows import object_at, rows_of
from reply_mcp.text.lists import join, plural
from reply_mcp.text.times import current_zone, zone_name
from reply_mcp.workflows.pieces.accounts_state import linked_in_trouble, mailbox_trouble
from reply_mcp.workflows.pieces.partial_reads import short_name

Rows = list[dict[str, Any]]

_MOST_NAMED = 3
_MOST_IDS = 10
_ASSIGN = {
    "emailAccountId": "reply_assign_email_account_to_sequence",
    "linkedInAccountId": "reply_assign_linkedin_account_to_sequence",
}
_TASK_TYPES = {"call": "a call", "sms": "an SMS", "whatsapp": "a WhatsApp message", "task": "a task"}
_WITHOUT_SENDING = {"condition", "zapier"}


@dataclass(slots=True)
class SequenceSnapshot:
    """What was read of one sequence; None for a part that could not be read."""

    id: Any
    sequence: dict[str, Any]
    now: datetime
    mailboxes: Rows | None = None
    linked_in: Rows | None = None
    people: Rows | None = None
    more_people: bool = False
    schedule: dict[str, Any] | None = None
    holidays: list[Holiday] = field(default_factory=list)
    blacklist: Blacklist | None = None

    @property
    def steps(self) -> Rows:
        return rows_of(self.sequence.get("steps"))

    def on_channel(self, kind: str) -> bool:
        """Whether a step of this type goes out by itself."""
        return any(_kind(step) == kind and not _is_manual(step) for step in self.steps)

    @property
    def active(self) -> Rows:
        """The people, of those that were read, to whom a step may still go."""
        return [row for row in self.people or () if _status(row) == "active" and not row.get("isOptedOut")]


def find_causes(seen: SequenceSnapshot) -> list[str]:
    """What keeps the sequence from sending, each with the tool that fixes it, the likeliest first."""
    found = _state(seen)
    if seen.sequence.get("isArchived"):
        return found
    found += _steps(seen)
    broken_mail, partly_mail = _mailboxes(seen)
    broken_linked, partly_linked = _linked_in(seen)
    found += broken_mail + broken_linked + _nobody(seen)
    found += _blocked(seen) + _waiting(seen) + partly_mail + partly_linked + _hours(seen)
    return found


def _state(seen: SequenceSnapshot) -> list[str]:
    if seen.sequence.get("isArchived"):
        return ["It is archived, which took everyone out of it; Reply cannot bring it back yet: reply_create_sequence."]
    status = status_of(seen.sequence)
    if status == "new":
        return [f'It was never started: reply_start_sequence {{"id": {seen.id}}}, once the rest is right.']
    if status == "paused":
        return [f'It is paused: reply_start_sequence {{"id": {seen.id}}} resumes it.']
    return []


def _steps(seen: SequenceSnapshot) -> list[str]:
    if not isinstance(seen.sequence.get("steps"), list):
        return []
    if not seen.steps:
        return ["It has no steps: reply_bulk_create_sequence_steps adds them."]
    off = [step for step in seen.steps if _all_off(step)]
    if off:
        ids = ", ".join(str(step.get("id")) for step in off[:_MOST_NAMED])
        waiting = {_step_id(row) for row in seen.active}
        held = [step for step in off if step.get("id") in waiting]
        people = sum(_step_id(row) in {step.get("id") for step in held} for row in seen.active)
        stuck = f", where {plural(people, 'person waits', 'people wait')}" if people else ""
        return [f"Every variant of step {ids} is off{stuck}: reply_enable_sequence_step_variants."]
    return []


def _all_off(step: dict[str, Any]) -> bool:
    variants = rows_of(step.get("variants"))
    return bool(variants) and all(one.get("isEnabled") is False for one in variants)


def _mailboxes(seen: SequenceSnapshot) -> tuple[list[str], list[str]]:
    """Causes where no mailbox can send, and causes where only some can."""
    if seen.mailboxes is None or not seen.on_channel("email"):
        return [], []
    if not seen.mailboxes:
        return ["No mailbox is assigned to send its email steps: reply_assign_email_account_to_sequence."], []
    troubles = [mailbox_trouble(row) for row in seen.mailboxes]
    return _trouble(seen, troubles, seen.mailboxes, "emailAccountId", ("mailbox", "mailboxes"))


def _linked_in(seen: SequenceSnapshot) -> tuple[list[str], list[str]]:
    if seen.linked_in is None or not seen.on_channel("linkedin"):
        return [], []
    if not seen.linked_in:
        return ["No LinkedIn account is assigned to its LinkedIn steps: reply_assign_linkedin_account_to_sequence."], []
    troubles = [linked_in_trouble(row) for row in seen.linked_in]
    return _trouble(seen, troubles, seen.linked_in, "linkedInAccountId", ("LinkedIn account", "LinkedIn accounts"))


def _trouble(
    seen: SequenceSnapshot, troubles: list[str], rows: Rows, key: str, nouns: tuple[str, str]
) -> tuple[list[str], list[str]]:
    """Accounts that cannot send: first the cause where none can, second where only some can.

    `troubles` has a text for each row, "" for an account that can send; `key` is where a person names the account.
    """
    broken = [trouble for trouble in troubles if trouble]
    if not broken:
        return [], []
    one, several = nouns
    named = "; ".join(broken[:_MOST_NAMED]) + ("; …" if len(broken) > _MOST_NAMED else "")
    if len(broken) == len(rows):
        which = f"Its only {one}" if len(rows) == 1 else f"None of its {several}"
        verb = "cannot" if len(rows) == 1 else "can"
        other = f'Or put another one on it: {_ASSIGN[key]} {{"id": {seen.id}, "{key}": …}}.'
        return [f"{which} {verb} send: {named}. {other}"], []
    ids = {row.get("id") for row, trouble in zip(rows, troubles, strict=True) if trouble}
    people = sum(row.get(key) in ids for row in seen.active)
    held = f"; {plural(people, 'active person depends', 'active people depend')} on them" if people else ""
    return [], [f"{len(broken)} of {len(rows)} {several} cannot send: {named}{held}."]


def _nobody(seen: SequenceSnapshot) -> list[str]:
    if seen.people is None or seen.active:
        return []
    if not seen.people:
        return [f'Nobody is in it: reply_add_contact_to_sequence {{"id": {seen.id}, "contactIds": […]}}.']
    fixes = [f'reply_add_contact_to_sequence {{"id": {seen.id}, "contactIds": […]}} adds people']
    held = [row for row in seen.people if _status(row) in ("paused", "outofoffice") and not row.get("isOptedOut")]
    if held:
        ids = join(
            [*(row.get("contactId") for row in held[:_MOST_IDS]), *("…" for _ in held[_MOST_IDS : _MOST_IDS + 1])]
        )
        who = "one who is" if len(held) == 1 else f"{len(held)} who are"
        fixes.append(
            f'reply_change_status_in_sequence {{"id": {seen.id}, "contactIds": [{ids}], "statusInSequence": "active"}} '
            f"goes on with {who} paused or out of office"
        )
    first = f"of the {len(seen.people)} who joined last " if seen.more_people else ""
    return [f"Nobody {first}is left to send to ({format_people(seen)}): {join(fixes, '; ')}."]


def _blocked(seen: SequenceSnapshot) -> list[str]:
    """People whom the blacklist keeps from being emailed."""
    if seen.blacklist is None:
        return []
    rules = Counter(rule for row in seen.active if (rule := seen.blacklist.rule_for(row.get("email"))))
    if not rules:
        return []
    named = ", ".join(rule for rule, _ in rules.most_common(_MOST_NAMED)) + (", …" if len(rules) > _MOST_NAMED else "")
    people = sum(rules.values())
    who = "Everyone still active" if people == len(seen.active) else f"{people} of {len(seen.active)} active people"
    verb = "is" if people in (1, len(seen.active)) else "are"
    return [f"{who} {verb} on the blacklist ({named}): reply_list_blacklist_domain_rules, or take them out."]


def _waiting(seen: SequenceSnapshot) -> list[str]:
    """People at a step that a person must do."""
    by_id = {step.get("id"): step for step in seen.steps}
    waiting = [step for row in seen.active if (step := by_id.get(_step_id(row))) is not None and _is_task(step)]
    if not waiting:
        return []
    kinds = Counter(_TASK_TYPES.get(_kind(step), f"a manual {short_name(step.get('type'))} step") for step in waiting)
    named = ", ".join(f"{count} for {kind}" for kind, count in kinds.most_common())
    all_of_them = "All" if len(waiting) == len(seen.active) else f"{len(waiting)} of {len(seen.active)}"
    return [
        f"{all_of_them} active people wait for somebody to do a task ({named}): "
        f'reply_list_my_tasks {{"sequenceIds": [{seen.id}], "status": "new"}}.'
    ]


def _hours(seen: SequenceSnapshot) -> list[str]:
    """A schedule that keeps a started sequence from sending."""
    if seen.schedule is None or status_of(seen.sequence) in NOT_RUNNING:
        return []
    if seen.schedule.get("useProspectTimezone"):
        return []  # open and closed differ by person
    stand = next_opening(seen.schedule, seen.now, seen.holidays)
    name = f'Schedule "{short_name(seen.schedule.get("name"))}" ({seen.schedule.get("id")})'
    if stand.next is None:
        return [f"{name} has no hours in which it sends: reply_update_schedule."]
    if stand.open:
        return []
    why = f", {short_name(stand.holiday)}" if stand.holiday else ""
    return [f"{name} is closed now{why}; it opens {format_local_time(stand.next)}: wait, or reply_update_schedule."]


def format_local_time(local: datetime) -> str:
    """`Mon 2026-11-23 09:00 EST (14:00 UTC)`, or in the person's zone; with the day where that is another one."""
    theirs = local.astimezone(current_zone())
    at = f"{theirs:{'%H:%M' if theirs.date() == local.date() else '%Y-%m-%d %H:%M'}} {zone_name()}"
    same = theirs.utcoffset() == local.utcoffset()
    return f"{local:%a %Y-%m-%d %H:%M} {local.tzname() or ''}{'' if same else f' ({at})'}"


def format_people(seen: SequenceSnapshot) -> str:
    """`28 people: 19 finished, 6 active, 3 opted out`, of those that were read."""
    rows = seen.people or []
    states = Counter("opted out" if row.get("isOptedOut") else _word(row) for row in rows)
    many = plural(len(rows), "person", "people")
    more = f"more than {many}, the latest" if seen.more_people else many
    return (
        f"{more}: {', '.join(f'{count} {name}' for name, count in states.most_common())}" if rows else "nobody is in it"
    )


def _word(row: dict[str, Any]) -> str:
    return {"outofoffice": "out of office"}.get(_status(row), _status(row)) or "state unknown"


def _status(row: dict[str, Any]) -> str:
    return str(row.get("statusInSequence") or "").casefold()


def _step_id(row: dict[str, Any]) -> Any:
    return object_at(row, "currentStep").get("stepId")


def _kind(step: dict[str, Any]) -> str:
    return str(step.get("type") or "").casefold()


def _is_manual(step: dict[str, Any]) -> bool:
    return str(step.get("executionMode") or "").casefold() == "manual"


def _is_task(step: dict[str, Any]) -> bool:
    """Whether a person must do it before its contact moves on."""
    kind = _kind(step)
    return kind not in _WITHOUT_SENDING and (_is_manual(step) or kind in ("call", "task"))
