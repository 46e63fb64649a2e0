"""Handlers of `tools/list` and `tools/call`."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import tzinfo
from functools import cached_property
from typing import Any

import mcp_types as types
from mcp_types.version import MODERN_PROTOCOL_VERSIONS

from reply_mcp import __version__
from reply_mcp.catalog.changes import Changes
from reply_mcp.catalog.effect import Effect
from reply_mcp.client.changes import KeptChanges
from reply_mcp.client.session import Session
from reply_mcp.errors import ReplyError, WrongArguments
from reply_mcp.server.apps.page import DECLINE_TOOL, decline_definition, has_page, supported_by_client, with_page
from reply_mcp.server.audit.log import audit_log
from reply_mcp.server.consent.call_consent import CallConsent
from reply_mcp.server.consent.consent import Consent, state_needed
from reply_mcp.server.consent.host import Host
from reply_mcp.server.context import Context, FindCaller, describe_caller
from reply_mcp.server.definitions import tool_definitions
from reply_mcp.server.discovery import Discovery
from reply_mcp.server.inventory import Inventory
from reply_mcp.server.off_loop import is_large, off_loop
from reply_mcp.server.progress import Progress
from reply_mcp.server.tool_calls import CallSettings, ToolResult, call_tool
from reply_mcp.settings import Settings
from reply_mcp.text.outside import mark_outside
from reply_mcp.text.surrogates import replace_lone_surrogates
from reply_mcp.text.times import in_zone, zone_called

_DIGEST = re.compile(r"[0-9a-f]{64}")
MOST_ARGUMENTS = 500
"""Arguments of a call. No tool takes as many; a call with more is refused unread."""
SERVER_NAME = "reply-mcp"
NOTE_TOKENS = 80
"""What the line that names tools which are switched off may take of an answer."""


@dataclass(frozen=True, slots=True)
class CallReport:
    """A call of a tool that has ended, without its content.

    Attributes:
        tool: its own name, or "" where there is none of the name that was given.
        effect: that of the call as it was made; "" where it did not come so far.
        outcome: `ok`, `error`, `asked` (a person has to agree first), `declined` (they did not), `denied` (the policy
            forbids it) or `cancelled`.
        agreed_by: who let it through: `policy`, `host`, `code` or `approve`; "" where nobody did.
        seconds: how long it took.
    """

    tool: str
    effect: str
    outcome: str
    agreed_by: str
    seconds: float


OnCall = Callable[[Context, CallReport], None]


@dataclass(slots=True)
class _CallUnderWay:
    """What is known so far of a call under way."""

    consent: CallConsent
    tool: str = ""
    effect: str = ""
    outcome: str = "cancelled"

    def report(self, seconds: float) -> CallReport:
        effect = str(self.consent.record.effect or self.effect)
        return CallReport(self.tool, effect, self.outcome, self.consent.record.agreed_by, seconds)


def _outcome_of(result: ToolResult, consent: CallConsent) -> str:
    if consent.record.denied:
        return "denied"
    if consent.record.declined:
        return "declined"
    if consent.record.question_digest and not consent.record.agreed_by:
        return "asked"
    return "error" if result.is_error else "ok"


def _too_many(arguments: Mapping[str, Any]) -> WrongArguments:
    return WrongArguments([f"{len(arguments):,} arguments: no tool takes more than {MOST_ARGUMENTS}"])


class ToolHandlers:
    """Lists the tools of one run and answers calls on them."""

    def __init__(
        self,
        settings: Settings,
        inventory: Inventory,
        consent: Consent,
        find_caller: FindCaller,
        on_call: OnCall | None = None,
    ) -> None:
        self._on_call = on_call
        self._settings = settings
        self._inventory = inventory
        self._consent = consent
        self._find_caller = find_caller
        self._discovery = Discovery(inventory)
        # The line that says which of an answer's tools are switched off needs room too.
        self._max_tokens = settings.max_tokens - (NOTE_TOKENS if inventory.off else 0)
        self._call_settings = CallSettings(self._max_tokens, audit_log(settings), inventory.why_off, self._changes_of)
        self._listing = types.ListToolsResult(tools=tool_definitions(inventory, consent.policy))

    async def list_tools(self, context: Context, params: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        return self._listing_with_page if self._shows_page(context) else self._listing

    def _shows_page(self, context: Context) -> bool:
        return self._settings.apps and supported_by_client(context)

    @cached_property
    def _listing_with_page(self) -> types.ListToolsResult:
        tools = [
            with_page(tool) if has_page(tool.name, self._inventory.find(tool.name)) else tool
            for tool in self._listing.tools
        ]
        return types.ListToolsResult(tools=[*tools, decline_definition()])

    @cached_property
    def _zone(self) -> tzinfo:
        return zone_called(self._settings.time_zone)

    async def call_tool(
        self, context: Context, params: types.CallToolRequestParams
    ) -> types.CallToolResult | types.InputRequiredResult:
        ask = self._settings.ask
        host = Host(context, params.input_responses, params.request_state, forms=ask != "code", pages=ask == "auto")
        arguments = params.arguments or {}
        result = await self.call(context, params.name, arguments, host)
        if result.question is not None:
            return result.question
        structured = (
            {"result": replace_lone_surrogates(result.data)}
            if self._settings.structured and not result.is_error
            else None
        )
        return types.CallToolResult(
            content=[types.TextContent(text=replace_lone_surrogates(self._text(result)))],
            structured_content=structured,
            is_error=result.is_error,
            _meta=self._meta(context, self._view(context, params.name, arguments, result)),
        )

    @staticmethod
    def _meta(context: Context, view: dict[str, Any] | None) -> dict[str, Any] | None:
        """What goes with an answer beside it: a view, and which server gave it, where the protocol has that in every
        answer. By itself the SDK would have the icon in it too, half a kilobyte."""
        if context.protocol_version not in MODERN_PROTOCOL_VERSIONS:
            return view
        return {**(view or {}), types.SERVER_INFO_META_KEY: {"name": SERVER_NAME, "version": __version__}}

    def _view(
        self, context: Context, name: str, arguments: Mapping[str, Any], result: ToolResult
    ) -> dict[str, Any] | None:
        """What the page shows of an answer; None where there is no page for it."""
        if not self._shows_page(context):
            return None
        tool = str(arguments.get("tool")) if name in self._inventory.finders else name
        entry = self._inventory.find(tool)
        if entry is None or not has_page(tool, entry):
            return None
        from reply_mcp.server.apps.view_data import KEY, view_of  # not needed to list tools

        return {KEY: replace_lone_surrogates(view_of(name, arguments, entry.tool, result))}

    async def call(
        self, context: Context, name: str, arguments: Mapping[str, Any], host: Host | None = None
    ) -> ToolResult:
        """The result of a call of any tool, the finders among them. Without a host, none asks the person."""
        # Between two objects of one process there is no token; a request over HTTP has one where it asks for progress.
        wanted = context.request is None or "progress_token" in (context.meta or {})
        progress = Progress(context.session.report_progress, wanted=wanted)
        consent = CallConsent(self._consent, host, progress)
        called, began = _CallUnderWay(consent), time.perf_counter()
        try:
            with in_zone(self._zone):
                if len(arguments) > MOST_ARGUMENTS:
                    result = ToolResult(str(_too_many(arguments)), is_error=True)
                else:
                    marked = await off_loop(is_large(arguments), mark_outside, dict(arguments))
                    result = await self._find_and_call(context, mark_outside(name), marked, called, progress)
            called.outcome = _outcome_of(result, consent)
            return result
        finally:
            if self._on_call is not None:
                self._on_call(context, called.report(time.perf_counter() - began))

    async def _find_and_call(
        self, context: Context, name: str, arguments: dict[str, Any], called: _CallUnderWay, progress: Progress
    ) -> ToolResult:
        try:
            if name == "reply_find_tools" and name in self._inventory.finders:
                called.tool, called.effect = "reply_find_tools", Effect.READ.value
                return self._discovery.find(arguments)
            if name == DECLINE_TOOL and self._shows_page(context):
                called.tool, called.effect = DECLINE_TOOL, Effect.READ.value
                return await self._decline(context, arguments)
            if name in self._inventory.finders:
                entry, arguments = self._discovery.resolve(name, arguments)
            else:
                found = self._inventory.find(name)
                if found is None:
                    return ToolResult(f"Not done: {self._discovery.explain_unknown(name)}.", is_error=True)
                entry = found
            called.tool, called.effect = entry.tool, entry.effect.value
            caller = await self._find_caller(context)
            caller = replace(caller, who=describe_caller(context, caller))
        except ReplyError as error:
            return ToolResult(str(error), is_error=True)
        async with progress.keep_alive():
            return await call_tool(entry, arguments, caller, called.consent, self._call_settings, progress)

    def _changes_of(self, session: Session) -> Changes | None:
        """What this caller has changed and can put back; None where nothing is kept."""
        if not self._settings.undo:
            return None
        credential = session.client.credential
        return KeptChanges(self._consent.state, credential, self._settings.undo, self._inventory.why_off)

    async def _decline(self, context: Context, arguments: Mapping[str, Any]) -> ToolResult:
        """Keeps that the person declined a question, so that its code confirms nothing any more."""
        question = arguments.get("question")
        if not isinstance(question, str) or not _DIGEST.fullmatch(question):
            raise WrongArguments(["question: the one that the page shows"])
        caller = await self._find_caller(context)
        if caller.session is not None:
            await caller.session.check_key()
        with state_needed():
            await self._consent.agreements.decline(question, caller.owner)
        return ToolResult("Declined. Nothing was done.")

    def _text(self, result: ToolResult) -> str:
        """The text, of an error too within the limit of answers: it may quote a whole argument. Its end is kept, since
        what to do next stands there."""
        text, most = result.text, 4 * self._max_tokens
        if result.is_error and len(text) > most:
            head, tail = most * 3 // 4, most // 4
            text = f"{text[:head]}… ({len(text) - head - tail} characters left out) …{text[-tail:]}"
        return text + self._inventory.note_of_off(text)
