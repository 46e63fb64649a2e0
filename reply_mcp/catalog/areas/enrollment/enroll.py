"""Enrolling people so that nobody is moved, skipped, mailed twice or dropped unseen.

Reply takes a contact who is in the sequence already as one to move forward, past steps; lets two sequences write to one
person at once; and refuses everybody else with one and the same word.
"""

from __future__ import annotations

from typing import Any

from reply_mcp.catalog.areas.enrollment.checks import Standing, as_id, standing_of
from reply_mcp.catalog.areas.enrollment.hooks import no_such_sequence, send_only
from reply_mcp.catalog.areas.enrollment.people import FEW, Person
from reply_mcp.catalog.background_jobs import background_job
from reply_mcp.catalog.lookups.sequences import (
    describe_hours,
    describe_senders,
    describe_what_follows,
    read_sequence,
    sequence_title,
    status_of,
)
from reply_mcp.catalog.operation import Call, Effect
from reply_mcp.errors import ApiError, ReplyError

_NAMED = 3
_EACH_REASON = 5
_MOST_ELSEWHERE = 5


async def enroll_effect(call: Call) -> tuple[Effect, ...]:
    """Into an active sequence it is the send; taking people out of others cannot be undone; where nobody is left to
    enrol it does nothing."""
    standing = await standing_of(call)
    if not standing.going:
        return (Effect.READ,)
    status = status_of(await read_sequence(call, call.arguments.id))
    sends = (Effect.SEND,) if status in ("active", "") else ()
    takes = (Effect.DELETE,) if call.arguments.remove_from_existing else ()
    return (*sends, *takes) or (Effect.WRITE,)


async def enroll_audience(call: Call) -> list[Any]:
    """The ids of everybody who would be enrolled."""
    return sorted(str(one.id) for one in (await standing_of(call)).going)


async def enroll_preview(call: Call) -> str:
    """Who is enrolled, who is not and why, from where and when; two requests where the sequence is active."""
    arguments = call.arguments
    standing, sequence = await standing_of(call), await read_sequence(call, arguments.id)
    status = status_of(sequence)
    starts = "nothing is sent until it is started"
    if status == "active":
        senders, hours = await describe_senders(call, arguments.id), await describe_hours(call, sequence)
        starts = f"sending starts on its schedule, from {senders}{_limits(sequence)}, {hours}"
    elif status not in ("new", "paused"):
        starts = "it may be sending"
    lines = [
        f"This enrols {_many(len(standing.going))} ({_some(standing.going)}) in "
        f"{sequence_title(sequence, arguments.id)}, {status or 'state unknown'}: {starts}."
    ]
    if arguments.remove_from_existing:
        known = _those_elsewhere(standing)
        lines.append("It takes them out of every other sequence" + (f": {known}." if known else "."))
    elif "elsewhere" in arguments.even_if and (known := _those_elsewhere(standing)):
        lines.append(f"Another sequence goes on writing to them as well: {known}.")
    if standing.left_out:
        lines.append(f"Not enrolled: {_by_reason(standing)}.")
    return " ".join([*lines, *_unseen(standing), *_ways_on(call, standing)])


def _many(number: int) -> str:
    return "1 contact" if number == 1 else f"{number} contacts"


def _some(people: list[Person]) -> str:
    rest = len(people) - _NAMED
    return ", ".join(one.name for one in people[:_NAMED]) + (f" and {rest} more" if rest > 0 else "")


def _limits(sequence: dict[str, Any]) -> str:
    settings = sequence.get("settings")
    most = settings.get("emailsCountPerDay") if isinstance(settings, dict) else None
    return f", at most {most} a day from the sequence" if most is not None else ""


def _those_elsewhere(standing: Standing) -> str:
    said = [
        f"{one.label} from {', '.join(names)}"
        for one in standing.going
        if (names := standing.elsewhere.get(str(one.id)))
    ]
    rest = len(said) - _MOST_ELSEWHERE
    return ", ".join(said[:_MOST_ELSEWHERE]) + (f" and {rest} more" if rest > 0 else "")


def _by_reason(standing: Standing) -> str:
    """`3 already in it (1, 2, 3); 1 on the blacklist, domain rival.com (rule 12) (7)`."""
    groups: dict[str, list[str]] = {}
    for label, why in standing.left_out.items():
        details = why["errorDetails"] if why["error"] in ("on the blacklist", "in another active sequence") else ""
        groups.setdefault(", ".join(filter(None, [why["error"], details])), []).append(label)
    said = []
    for reason, labels in sorted(groups.items()):
        rest = f" and {len(labels) - _EACH_REASON} more" if len(labels) > _EACH_REASON else ""
        said.append(f"{len(labels)} {reason} ({', '.join(labels[:_EACH_REASON])}{rest})")
    return "; ".join(said)


def _unseen(standing: Standing) -> list[str]:
    return [f"Not looked at: {'; '.join(standing.unseen)}."] if standing.unseen else []


def _ways_on(call: Call, standing: Standing) -> list[str]:
    """The arguments that enrol those who were left out for a reason that may be overruled."""
    reasons = {why["error"] for why in standing.left_out.values()}
    said = []
    if "in another active sequence" in reasons:
        said.append(
            "removeFromExisting=true moves those who are in another active sequence; "
            'evenIf=["elsewhere"] enrols them beside it.'
        )
    if "mail to them bounced" in reasons:
        said.append('evenIf=["bounced"] enrols those whose mail bounced.')
    if "already in it" in reasons and not standing.going:
        said.append("reply_change_status_in_sequence resumes those who are in it.")
    return said


async def enroll(call: Call) -> Any:
    """Enrols those whom nothing keeps from it and explains every other one. After refusals up to 10 more requests."""
    arguments = call.arguments
    standing, sequence = await standing_of(call), await read_sequence(call, arguments.id)
    name = sequence_title(sequence, arguments.id)
    going, left_out = standing.going, standing.left_out
    call.notes += [*_unseen(standing), *_ways_on(call, standing)]
    arguments.contact_ids = [one.label for one in standing.people]  # what the answer is counted against
    if not going:
        call.notes.insert(0, f"Nothing was sent: {name} is as it was.")
        return {"added": [], "notProcessed": left_out}
    ids = [one.id for one in going]
    answer = await send_only(call, ids)
    if background_job(answer) is not None:
        call.notes += [f"Not sent: {', '.join(left_out)}."] if left_out else []
        return answer
    said = answer.get("added")
    taken = {str(id) for id in said} if isinstance(said, list) else set()
    added = [id for id in ids if str(id) in taken]
    refused = answer.get("notProcessed")
    refused = dict(refused) if isinstance(refused, dict) else {}
    silent = {"error": "not reported", "errorDetails": "Reply did not say what became of it"}
    refused |= {str(id): silent for id in ids if str(id) not in taken | set(refused)}
    await _why_refused(call, refused)
    if added:
        call.notes.insert(0, describe_what_follows(name, status_of(sequence)))
    return {"added": added, "notProcessed": {**left_out, **refused}}


async def _why_refused(call: Call, refused: dict[str, Any]) -> None:
    """Puts the contact's own state in the place of Reply's one word; at most ten requests."""
    unknown = [id for id, why in refused.items() if _is_vague(why)]
    for id in unknown[:FEW]:
        try:
            statuses = await call.ask("GetContactStatuses", id=as_id(id))
        except ApiError as refusal:
            if refusal.status == 404 and refusal.code:
                refused[id] = {"error": "not found", "errorDetails": "no such contact"}
            continue
        except ReplyError:
            continue
        if isinstance(statuses, dict) and statuses.get("isOptedOut"):
            refused[id] = {"error": "opted out", "errorDetails": "asked not to be contacted"}
    if len(unknown) > FEW:
        call.notes.append(
            f"Why was looked up for the first {FEW} of {len(unknown)} refused; reply_get_contact_statuses shows others."
        )


def _is_vague(why: Any) -> bool:
    error = why.get("error") if isinstance(why, dict) else why
    return not isinstance(error, str) or error.casefold() in ("", "invalidinput", "not reported")


async def why_not_enrolled(call: Call, refusal: ApiError) -> str | None:
    """The whole call was refused."""
    match (refusal.code or "").rpartition(".")[2]:
        case "contactLimitExceeded":
            return (
                f"{refusal.status} {refusal.code}: the plan's limit of contacts is reached; nobody was enrolled. "
                f"{refusal.detail}".rstrip()
            )
        case "noStepsInSequence":
            return (
                f"{refusal.status} {refusal.code}: sequence {call.arguments.id} has no steps, nobody was enrolled. "
                "reply_bulk_create_sequence_steps adds them."
            )
    return await no_such_sequence(call, refusal)
