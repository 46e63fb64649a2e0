"""One call of a tool, top to bottom: arguments → validated → policy → Reply → condensed text."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from reply_mcp import catalog, workflows
from reply_mcp.catalog.arguments.parse import parse_arguments
from reply_mcp.catalog.index import Entry
from reply_mcp.catalog.operation import Arguments, Effect, Operation
from reply_mcp.catalog.views import PerItem
from reply_mcp.client.session import CallOptions, CallResult, Session
from reply_mcp.errors import MissingApiKey, NotDone, ReplyError, WrongArguments
from reply_mcp.server.policy import Policy
from reply_mcp.server.progress import Progress

logger = logging.getLogger(__name__)

DETAILS = ("concise", "full")

NO_KEY = (
    "No Reply API key is set. The person can create one in Reply (Settings, API key), put it in this server's "
    "configuration as REPLY_API_KEY and restart it; without an account, `reply-mcp demo` shows everything on sample "
    "data."
)


@dataclass(frozen=True, slots=True)
class Result:
    """What a call gives back: the text for the model, and the same as data."""

    text: str
    is_error: bool = False
    data: Any = None


@dataclass(frozen=True, slots=True)
class OutputOptions:
    """How the caller wants the answer and the call: arguments of ours beside Reply's."""

    detail: Literal["concise", "full"] = "concise"
    fields: tuple[str, ...] | None = None
    every: bool = False
    """`all`: every page of a list, not just one."""
    confirm: str | None = None
    cancel_jobs: bool = False


def operation_of(entry: Entry) -> Operation:
    """The operation (or workflow) behind an entry, its module imported if need be."""
    return workflows.operation(entry.id) if entry.operations else catalog.operation(entry.id)


def own_arguments(entry: Entry, policy: Policy | None = None) -> dict[str, Any]:
    """The arguments that every tool of this kind takes besides Reply's, as JSON Schema properties."""
    if entry.effect is Effect.READ:
        every = {"all": {"type": "boolean"}} if _is_paged(entry) else {}
        code = {"confirm": {"type": "string"}} if policy is not None and policy.asks(Effect.READ) else {}
        listed = {"type": "array", "items": {"type": "string"}}
        return {"detail": {"enum": list(DETAILS)}, "fields": listed, **every, **code}
    own: dict[str, Any] = {"cancelJobOnStop": {"type": "boolean"}} if entry.starts_job else {}
    harms = (Effect.SEND, Effect.SPEND, Effect.DELETE) if entry.effect_varies else ()
    if policy is None or any(policy.asks(effect) for effect in (entry.effect, *harms)):
        own["confirm"] = {"type": "string"}
    return own


def _is_paged(entry: Entry) -> bool:
    return "skip" in entry.schema.get("properties", {})


async def call_tool(
    entry: Entry,
    arguments: Mapping[str, Any],
    account: Session | None,
    policy: Policy,
    *,
    owner: str = "",
    max_tokens: int = 4000,
    progress: Progress | None = None,
) -> Result:
    """Calls one tool. Never raises but for cancellation: what went wrong is a result that the model reads."""
    # Here and not above: listing tools does not need it.
    from reply_mcp.condense import Condensed, condense
    from reply_mcp.server.pagination import whole_list

    try:
        operation = operation_of(entry)
        given, shape = _split(entry, arguments, policy)
        parsed, given = parse_arguments(operation.arguments, given)
        if account is None:
            raise MissingApiKey(NO_KEY)
        gate = policy.gate(owner, given, shape.confirm)
        options = CallOptions(
            progress.waits if progress else None, progress.comes if progress else None, shape.cancel_jobs
        )

        done: list[CallResult] = []

        async def perform(arguments: Arguments) -> CallResult:
            # What was let through once is not asked about again for each page.
            done.append(await account.perform(arguments, gate=None if done else gate, options=options))
            return done[-1]

        def show(answer: Any, notes: tuple[str, ...]) -> Condensed:
            return condense(
                answer,
                operation.view,
                arguments=_as_told(operation, parsed, given),
                noun=entry.area,
                detail=shape.detail,
                fields=shape.fields,
                limit=max_tokens,
                notes=(*notes, *done[-1].low),
                paged=operation.paged,
                rereadable=entry.effect is Effect.READ,
            )

        if shape.every:
            shown = await whole_list(
                operation, parsed, perform, show, limit=max_tokens, on_progress=options.on_progress
            )
        else:
            performed = await perform(parsed)
            shown = show(performed.answer, performed.notes)
        return Result(shown.text, data=shown.data)
    except NotDone as stopped:
        return Result(str(stopped), stopped.is_error)
    except ReplyError as error:
        return Result(str(error), True)
    except Exception as error:
        logger.exception("%s failed", entry.tool)
        return _unforeseen(entry, error)


def _unforeseen(entry: Entry, error: Exception) -> Result:
    """The model must read something it can act on, and a person must be able to find the cause. The message of an
    unforeseen exception may carry anything, so only its kind goes out."""
    wrote = "" if entry.effect is Effect.READ else " Whether anything was changed is not known: look before a repeat."
    return Result(
        f"{entry.tool} failed inside reply-mcp ({type(error).__name__}); the server's log has more.{wrote}", True
    )


def _as_told(operation: Operation, parsed: Arguments, given: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments as the answer speaks of them: in the caller's words, but for what a bulk call counts, where an
    address and an id may be the same person twice."""
    sent = parsed.wire()
    counted = operation.view.ids if isinstance(operation.view, PerItem) else ""
    return sent | {name: value for name, value in given.items() if value is not None and name != counted}


def _split(entry: Entry, arguments: Mapping[str, Any], policy: Policy) -> tuple[dict[str, Any], OutputOptions]:
    """Reply's arguments, and ours."""
    given = dict(arguments)
    faults: list[str] = []
    detail, fields, every, confirm, cancel_jobs = "concise", None, False, None, False
    if entry.effect is Effect.READ:
        detail = given.pop("detail", None) or "concise"
        fields = _read_fields(given.pop("fields", None), faults)
        if detail not in DETAILS:
            faults.append(f"detail: {json.dumps(detail, default=str)[:60]} is not one of {', '.join(DETAILS)}")
        if _is_paged(entry):
            every = _read_switch("all", given.pop("all", None), faults)
    elif entry.starts_job:
        cancel_jobs = _read_switch("cancelJobOnStop", given.pop("cancelJobOnStop", None), faults)
    if entry.effect is not Effect.READ or policy.asks(Effect.READ):
        confirm = given.pop("confirm", None)
        if confirm is not None and not isinstance(confirm, str):
            faults.append("confirm: text, the code of the preview")
    if faults:
        try:
            parse_arguments(operation_of(entry).arguments, given)
        except WrongArguments as wrong:
            faults = wrong.faults + faults
        raise WrongArguments(faults)
    return given, OutputOptions("full" if detail == "full" else "concise", fields, every, confirm, cancel_jobs)


def _read_switch(name: str, value: Any, faults: list[str]) -> bool:
    if value in (None, False, True):
        return bool(value)
    if isinstance(value, str) and value.strip().lower() in ("true", "false"):
        return value.strip().lower() == "true"
    faults.append(f"{name}: true or false, got {json.dumps(value, default=str)[:60]}")
    return False


def _read_fields(value: Any, faults: list[str]) -> tuple[str, ...] | None:
    if isinstance(value, str):
        value = [part.strip() for part in value.strip("[] ").replace('"', "").split(",")]
    if value is None or value == []:
        return None
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        faults.append('fields: a list of field names, such as ["email", "phone"]')
        return None
    return tuple(one for one in value if one) or None
