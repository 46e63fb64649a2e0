"""One call of a tool, top to bottom: arguments → validated → policy → Reply → condensed text."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from reply_mcp import catalog, workflows
from reply_mcp.catalog.faults import validated
from reply_mcp.catalog.index import Entry
from reply_mcp.catalog.operation import Arguments, Effect, Operation
from reply_mcp.catalog.views import PerItem
from reply_mcp.client.account import Account, OnWait
from reply_mcp.errors import NoKey, ReplyError, Stopped, WrongArguments
from reply_mcp.server.policy import Policy

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
class Shape:
    """How the caller wants the answer; arguments of ours on every reading tool."""

    detail: Literal["concise", "full"] = "concise"
    fields: tuple[str, ...] | None = None
    confirm: str | None = None


def operation_of(entry: Entry) -> Operation:
    """The operation (or workflow) behind an entry, its module imported if need be."""
    return workflows.operation(entry.id) if entry.operations else catalog.operation(entry.id)


def own_arguments(entry: Entry, policy: Policy | None = None) -> dict[str, Any]:
    """The arguments that every tool of this kind takes besides Reply's, as JSON Schema properties."""
    if entry.effect is Effect.READ:
        return {
            "detail": {"enum": list(DETAILS)},
            "fields": {"type": "array", "items": {"type": "string"}},
        }
    harms = (Effect.SEND, Effect.SPEND, Effect.DELETE) if entry.judged else ()
    if policy is None or any(policy.asks(effect) for effect in (entry.effect, *harms)):
        return {"confirm": {"type": "string"}}
    return {}


async def call_tool(
    entry: Entry,
    arguments: Mapping[str, Any],
    account: Account | None,
    policy: Policy,
    *,
    owner: str = "",
    max_tokens: int = 4000,
    on_wait: OnWait | None = None,
) -> Result:
    """Calls one tool. Never raises but for cancellation: what went wrong is a result that the model reads."""
    try:
        operation = operation_of(entry)
        given, shape = _split(entry, arguments)
        parsed = validated(operation.arguments, given)
        if account is None:
            raise NoKey(NO_KEY)
        gate = policy.gate(owner, given, shape.confirm)
        performed = await account.perform(parsed, gate=gate, on_wait=on_wait)
        from reply_mcp.condense import condense

        shown = condense(
            performed.answer,
            operation.view,
            arguments=_as_told(operation, parsed, given),
            noun=entry.area,
            detail=shape.detail,
            fields=shape.fields,
            limit=max_tokens,
            notes=performed.notes,
            paged=operation.paged,
        )
        return Result(shown.text, data=shown.data)
    except Stopped as stopped:
        return Result(str(stopped), stopped.is_error)
    except ReplyError as error:
        return Result(str(error), True)
    except Exception as error:
        # The model must read something it can act on, and a person must be able to find the cause. The message of an
        # unforeseen exception may carry anything, so only its kind goes out.
        logger.exception("%s failed", entry.tool)
        wrote = (
            "" if entry.effect is Effect.READ else " Whether anything was changed is not known: look before a repeat."
        )
        return Result(
            f"{entry.tool} failed inside reply-mcp ({type(error).__name__}); the server's log has more.{wrote}", True
        )


def _as_told(operation: Operation, parsed: Arguments, given: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments as the answer speaks of them: in the caller's words, but for what a bulk call counts, where an
    address and an id may be the same person twice."""
    sent = parsed.wire()
    counted = operation.view.ids if isinstance(operation.view, PerItem) else ""
    return sent | {name: value for name, value in given.items() if value is not None and name != counted}


def _split(entry: Entry, arguments: Mapping[str, Any]) -> tuple[dict[str, Any], Shape]:
    """Reply's arguments, and ours."""
    given = dict(arguments)
    faults: list[str] = []
    detail, fields, confirm = "concise", None, None
    if entry.effect is Effect.READ:
        detail = given.pop("detail", None) or "concise"
        fields = _read_fields(given.pop("fields", None), faults)
        if detail not in DETAILS:
            faults.append(f"detail: {json.dumps(detail, default=str)[:60]} is not one of {', '.join(DETAILS)}")
    else:
        confirm = given.pop("confirm", None)
        if confirm is not None and not isinstance(confirm, str):
            faults.append("confirm: text, the code of the preview")
    if faults:
        try:
            validated(operation_of(entry).arguments, given)
        except WrongArguments as wrong:
            faults = wrong.faults + faults
        raise WrongArguments(faults)
    return given, Shape("full" if detail == "full" else "concise", fields, confirm)


def _read_fields(value: Any, faults: list[str]) -> tuple[str, ...] | None:
    if isinstance(value, str):
        value = [part.strip() for part in value.strip("[] ").replace('"', "").split(",")]
    if value is None or value == []:
        return None
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        faults.append('fields: a list of field names, such as ["email", "phone"]')
        return None
    return tuple(one for one in value if one) or None
