"""One call of a tool, top to bottom: arguments, policy, Reply, view, text."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import mcp_types as types

from reply_mcp import catalog, workflows
from reply_mcp.catalog.arguments.parse import parse_arguments
from reply_mcp.catalog.changes import Changes
from reply_mcp.catalog.index import Entry
from reply_mcp.catalog.operation import Arguments, Effect, Operation
from reply_mcp.catalog.views import PerItem
from reply_mcp.client.call_context import CallContext, CallOptions, nothing_is_off
from reply_mcp.client.session import Session
from reply_mcp.errors import MissingApiKey, NotDone, ReplyError, WrongArguments
from reply_mcp.server.answer_format import AnswerFormat
from reply_mcp.server.audit.log import AuditLog
from reply_mcp.server.audit.trail import Trail
from reply_mcp.server.consent.call_consent import CallConsent
from reply_mcp.server.consent.host import AskedInRound, Declined
from reply_mcp.server.consent.policy import Policy
from reply_mcp.server.consent.questions import CodeOffered
from reply_mcp.server.context import Caller
from reply_mcp.server.off_loop import is_large, off_loop
from reply_mcp.server.output_options import OutputOptions, split_options
from reply_mcp.server.progress import Progress
from reply_mcp.text.cleaning import clean

if TYPE_CHECKING:
    from reply_mcp.condense import Condensed

_UNCHANGED = re.compile(
    r"[;,] nothing was (?:changed|done)(?=[.:])|(?:^|(?<=[.:)]) )Nothing was (?:changed|done)(?:\.|: (?=[A-Z\d]))"
)
logger = logging.getLogger(__name__)

ChangesOf = Callable[[Session], Changes | None]
"""What the caller of a session has changed and can put back; None where nothing is kept."""


def no_changes(session: Session) -> Changes | None:
    """`CallSettings.changes` where nothing is kept."""
    return None


NO_KEY = (
    "No Reply API key is set. The person can create one in Reply (Settings, API key) and run `reply-mcp login`, which "
    "stores it for every host, or put it in this server's configuration as REPLY_API_KEY and restart it; without an "
    "account, `reply-mcp demo` shows everything on sample data."
)


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What a call gives back: the text for the model, and the same as data; or the question that the host is to ask.

    Attributes:
        offer: the question and its code, where the text is them.
    """

    text: str
    is_error: bool = False
    data: Any = None
    question: types.InputRequiredResult | None = None
    offer: CodeOffered | None = None

    def __post_init__(self) -> None:
        # Whatever a text was made of, no control or invisible character leaves in it.
        object.__setattr__(self, "text", clean(self.text))


def operation_of(entry: Entry) -> Operation:
    """The operation (or workflow) behind an entry, its module imported if need be."""
    return catalog.operation(entry.id) if entry.method else workflows.operation(entry.id)


@dataclass(frozen=True, slots=True)
class CallSettings:
    """What holds for every call on a server.

    Attributes:
        max_tokens: what the text of an answer may take.
        log: the audit log.
        why_off: why the settings switch off a tool of this name, or "".
        changes: gives what a caller has changed.
    """

    max_tokens: int = 4000
    log: AuditLog = field(default_factory=lambda: AuditLog(None))
    why_off: Callable[[str], str] = nothing_is_off
    changes: ChangesOf = no_changes


async def call_tool(
    entry: Entry,
    arguments: Mapping[str, Any],
    caller: Caller,
    consent: CallConsent,
    settings: CallSettings | None = None,
    progress: Progress | None = None,
) -> ToolResult:
    """Calls one tool. Never raises but for cancellation: what went wrong is a result that the model reads."""
    settings = settings or CallSettings()
    trail = Trail(settings.log, entry, caller, consent)
    try:
        with trail.watch():
            shown = await consent.carry_out(lambda: _call(entry, arguments, caller, consent, settings, progress, trail))
    except AskedInRound as asked:
        return ToolResult(str(asked), question=asked.result)
    except NotDone as reason:
        consent.record.declined = isinstance(reason, Declined)
        offer = reason if isinstance(reason, CodeOffered) else None
        return ToolResult(f"{_why(entry, reason)}{consent.still_holds}", reason.is_error, offer=offer)
    except ReplyError as error:
        return ToolResult(f"{_why(entry, error)}{consent.still_holds}", is_error=True)
    except Exception as error:
        logger.exception("%s failed", entry.tool)
        return _internal_error(entry, error)
    return ToolResult(shown.text, data=shown.data)


async def _call(
    entry: Entry,
    arguments: Mapping[str, Any],
    caller: Caller,
    consent: CallConsent,
    settings: CallSettings,
    progress: Progress | None,
    trail: Trail,
) -> Condensed:
    from reply_mcp.server.pagination import read_all_pages  # not needed to list tools

    operation = operation_of(entry)
    if not entry.effect_varies:
        caller.permit((entry.effect,))
    large = is_large(arguments)
    parsed, given, options = await off_loop(large, _parse, entry, operation, arguments, consent.policy)
    if caller.session is None:
        raise MissingApiKey(NO_KEY)
    # Names in `parsed` become ids once it is performed, so what the answer repeats is taken before.
    as_given = _as_given(operation, parsed)
    answer_format = AnswerFormat(entry, operation, options, parsed, as_given, settings.max_tokens)
    trail.record_arguments(parsed)
    agreed = consent.gate(caller.owner, given, options.confirm, caller.permit, caller.acting_user)

    async def gate(call: CallContext) -> None:
        trail.record_change(call.means.get("change"))
        await agreed(call)
        trail.record_start(call)

    call_options = CallOptions(
        progress.on_wait if progress else None,
        progress.on_progress if progress else None,
        options.cancel_jobs,
        fresh=consent.agreed,
        keep_own=options.wants_own,
        reads_unasked=consent.policy.reads_unasked(),
        fields=options.fields,
        why_off=settings.why_off,
        changes=settings.changes(caller.session),
    )
    if options.all_pages:
        return await read_all_pages(caller.session, parsed, answer_format, gate=gate, options=call_options)
    result = await caller.session.perform(parsed, gate=gate, options=call_options)
    if entry.effect is not Effect.READ and answer_format.did_nothing(result):
        trail.record_nothing()
        await consent.note_nothing_done()
    else:
        trail.record_result(result)
        await consent.note_done(operation, result.answer)
    return answer_format.render(result)


def _parse(
    entry: Entry, operation: Operation, arguments: Mapping[str, Any], policy: Policy
) -> tuple[Arguments, dict[str, Any], OutputOptions]:
    """The arguments checked, the same by Reply's names as they were given, and the options.

    Raises:
        WrongArguments: with every fault of both.
    """
    given, options, faults = split_options(entry, arguments, policy)
    try:
        parsed, given = parse_arguments(operation.arguments, given)
    except WrongArguments as wrong:
        raise WrongArguments(wrong.faults + faults) from None
    if faults:
        raise WrongArguments(faults)
    return parsed, given, options


def _why(entry: Entry, error: ReplyError) -> str:
    """What the error says. That nothing was changed goes without saying where a tool only reads."""
    text = str(error)
    return _UNCHANGED.sub("", text).strip() if entry.effect is Effect.READ else text


def _as_given(operation: Operation, parsed: Arguments) -> dict[str, Any]:
    """The arguments that an answer repeats as they were given: all but what a bulk call counts, where an address and an
    id may be the same person twice."""
    counted = operation.view.ids if isinstance(operation.view, PerItem) else ""
    return {name: value for name, value in parsed.wire().items() if value is not None and name != counted}


def _internal_error(entry: Entry, error: Exception) -> ToolResult:
    """A failure of this server itself. The message of an unexpected exception may hold anything, so the model reads
    only its kind; the log has the rest."""
    wrote = "" if entry.effect is Effect.READ else " Whether anything was changed is unknown: check before repeating."
    return ToolResult(
        f"{entry.tool} failed inside reply-mcp ({type(error).__name__}); the server's log has more.{wrote}",
        is_error=True,
    )
