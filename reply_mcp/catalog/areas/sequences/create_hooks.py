"""Creating a sequence completely. Reply answers 500 to LinkedIn accounts and LinkedIn steps given with the creation,
and may require a first step where none is documented."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from reply_mcp.catalog.hooks.variables import explain_unknown_variables, note_unknown_variables
from reply_mcp.catalog.operation import Call
from reply_mcp.catalog.rows import rows_of
from reply_mcp.errors import ApiError, OutcomeUnknown, ReplyError, SwitchedOff
from reply_mcp.text.lists import plural

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.sequences.operations import CreateSequence


async def create_in_parts(call: Call[CreateSequence]) -> Any:
    """Creates the sequence with what Reply accepts at once, then links the LinkedIn accounts, then adds the steps;
    notes what came of each part.

    A request for the sequence, one for each LinkedIn account, one for the steps, and one more where Reply requires a
    first step. Gives the sequence, with `id` and `name`.
    """
    arguments = call.arguments
    given = arguments.wire()
    linked_in = given.pop("linkedInAccounts", None) or []
    steps = given.pop("steps", None) or []
    safe = all(_is_type(step, "email") for step in steps) and not any(step.get("parentId") for step in steps)
    inline, later = (steps, []) if safe and not linked_in else ([], steps)
    created, inline, later = await _create(call, given, inline, later)
    id = created.get("id")
    if id is None:
        if linked_in or later:
            call.notes.append(
                "Reply gave no id, so LinkedIn accounts and steps were not added. Find the sequence by name."
            )
        return created
    for account in linked_in:
        await _link(call, id, account)
    if later:
        await _add_steps(call, id, later)
    elif inline:
        call.notes.append(f"Created with {plural(len(inline), 'step')}.")
    else:
        call.notes.append("It has no steps yet: add them with reply_bulk_create_sequence_steps first.")
    return created


async def _create(
    call: Call[CreateSequence], given: dict[str, Any], inline: list[Any], later: list[Any]
) -> tuple[dict[str, Any], list[Any], list[Any]]:
    """The sequence, the steps it was created with, and the steps still to be added."""
    body = {**given, "steps": inline} if inline else given
    try:
        return await call.ask("CreateSequence", **body), inline, later
    except ApiError as refusal:
        wants_step = refusal.status == 400 and not inline and "step" in _words_of(refusal)
        if wants_step and later and not _is_type(later[0], "linkedin"):
            first, rest = later[:1], later[1:]
            return await call.ask("CreateSequence", **{**given, "steps": first}), first, rest
        if refusal.status < 500:
            raise
        await _raise_outcome(call, given["name"], refusal)
    except OutcomeUnknown as lost:
        await _raise_outcome(call, given["name"], lost)


async def _raise_outcome(call: Call[CreateSequence], name: str, error: ReplyError) -> NoReturn:
    """Says what is known after a creation that failed: the sequence may exist. It is not continued here, since one of
    that name may be older.

    Raises:
        OutcomeUnknown: with the sequences of that name.
    """
    try:
        rows = rows_of(await call.ask("GetSequences", name=name, sortBy="created", sortDirection="desc", top=25))
    except ReplyError:
        rows = None
    if rows is None:
        raise OutcomeUnknown(
            f"{error} It may have been created anyway: check before creating it again, "
            f'reply_search_sequences {{"name": "{name}"}}.'
        ) from None
    same = [row for row in rows if str(row.get("name") or "").strip().casefold() == name.strip().casefold()]
    if not same:
        raise OutcomeUnknown(f'{error} There is no sequence "{name}", so nothing was created.') from None
    listed = ", ".join(f"{row.get('id')} ({str(row.get('created') or 'unknown')[:16]})" for row in same)
    raise OutcomeUnknown(
        f'{error} There is a sequence "{name}" now: {listed}. If it was created within the last minute, it is this '
        "one: continue with it (steps: reply_bulk_create_sequence_steps); do not create again."
    ) from None


async def _link(call: Call[CreateSequence], id: Any, account: Any) -> None:
    try:
        await call.ask("AssignLinkedInAccountToSequence", id=id, linkedInAccountId=account)
    except ReplyError as error:
        missing = isinstance(error, ApiError) and error.status == 404 and error.code
        why = "it does not exist; reply_list_linkedin_accounts lists them." if missing else str(error)
        call.notes.append(f"LinkedIn account {account} was NOT linked: {why}")
    else:
        call.notes.append(f"LinkedIn account {account} linked.")


async def _add_steps(call: Call[CreateSequence], id: Any, steps: list[Any]) -> None:
    try:
        results = rows_of(await call.ask("BulkCreateSequenceSteps", id=id, steps=steps))
    except ApiError as refusal:
        meaning = await explain_unknown_variables(call, refusal) or str(refusal)
        call.notes.append(
            f"Its {plural(len(steps), 'step')} {'was' if len(steps) == 1 else 'were'} NOT added: {meaning} Then "
            "reply_bulk_create_sequence_steps."
        )
        return
    except SwitchedOff as error:
        call.notes.append(f"Its {plural(len(steps), 'step')} {'was' if len(steps) == 1 else 'were'} NOT added: {error}")
        return
    except ReplyError as error:
        call.notes.append(
            f'It is not known whether its steps were added: {error} reply_get_sequence_steps {{"id": {id}}} shows it.'
        )
        return
    failed = [(i, one) for i, one in enumerate(results) if one.get("id") is None]
    call.notes.append(f"{len(results) - len(failed)} of {plural(len(steps), 'step')} added afterwards.")
    for i, one in failed:
        call.notes.append(f"steps[{i}] was NOT added: {one.get('errorDetails') or one.get('error')}.")
    await note_unknown_variables(call, results)
    if len(results) < len(steps):
        call.notes.append(f'Reply did not report on all steps: reply_get_sequence_steps {{"id": {id}}} shows them.')


def _words_of(refusal: ApiError) -> str:
    return " ".join([refusal.detail, *(f"{pointer} {text}" for pointer, text in refusal.faults)]).casefold()


def _is_type(step: Any, kind: str) -> bool:
    return str(step.get("type")).casefold() == kind
