"""One call and its undo in a prepared sandbox: what it costs, and what is not as it was."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reply_mcp.catalog.operation import Effect
from reply_mcp.server.tool_calls import operation_of
from reply_mcp.settings import Settings
from tests.conftest import KEY, connected, text_of
from tests.e2e.effect_cases import Arguments, World, open_task
from tests.e2e.soundness import SECRET, TOOLS
from tests.e2e.writing_calls import call_of, posted
from tests.undo import changes_undone, recorded

FAR = tuple(
    one.tool
    for one in TOOLS
    if one.effect not in (Effect.READ, Effect.WRITE) and (undo := operation_of(one).undo) is not None and undo.inverse
)
"""Every tool that sends, spends, shares or deletes and whose call can be undone as far as it goes."""
WRITES = tuple(one.tool for one in TOOLS if one.effect is Effect.WRITE and one.tool != "reply_undo")
"""Every tool of effect `write` but the one that undoes."""
_CODE = re.compile(r'confirm="(\w+)"')
BOOKKEEPING = {
    "uuidCounter": "the sandbox's own count of ids",
    "variantNumber": "the sandbox's own count of ids",
    "saving": "the sandbox's own count of ids",
    "deletedContact": "what Reply keeps of whoever is deleted",
    "userSettings": "settings at their defaults, which stand nowhere before somebody sets one",
    "styleFile": "a file that no playbook names",
    "aiSdrMedia": "a file that no handler and no card names",
    "job": "a background job that has ended, or is under way",
}
"""Kinds of documents that no tool shows, or that are records of what has happened, each with why."""
_NUMBERS = {"id", "createdAt", "_createdAt"}
"""Fields of a document that is made again which are its own."""
TIMES = re.compile(r"updat|modif|lastactiv|changedAt|^_saved$", re.IGNORECASE)
CANNOT = {
    "reply_add_contact_note": "no note comes off a timeline",
    "reply_add_contacts_to_list": "nobody comes off one list alone",
    "reply_add_companies_to_list": "no company comes off one list alone",
    "reply_generate_inbox_draft": "Reply keeps no earlier draft",
    "reply_regenerate_message": "Reply keeps no earlier draft",
    "reply_personalize_messages": "Reply keeps no earlier draft",
    "reply_upload_template_attachment": "uploads are not deleted; nothing names it",
    "reply_upload_attachment": "uploads are not deleted; nothing names it",
    "reply_upload_voice_message": "uploads are not deleted; nothing names it",
    "reply_upload_offer_attachment": "uploads are not deleted; nothing names it",
    "reply_start_strategist": "goes on by itself, and builds sequences of its own",
    "reply_assign_reengagement_flow": "where somebody was on no flow before: no call takes them off",
    "reply_cancel_background_job": "a job that was cancelled does not go on",
}
"""Tools whose call here cannot be undone, with the reason in short; the answer of `reply_undo` has it in full."""
INEXACT = {
    "reply_change_contact_owner": ("task",),  # with reassignTasks, those too that were somebody else's
    "reply_create_task": ("task",),  # cancelled: Reply keeps it
    "reply_update_holiday_calendar": ("holiday",),  # Reply numbers the days anew
    "reply_update_email_account": ("emailAccountTag",),  # a tag that was new stays in the team's list
    "reply_add_tags_to_email_account": ("emailAccountTag",),  # the same
}
"""Tools after whose undo documents of these kinds are left behind or numbered anew."""
FAR_INEXACT = {
    "reply_delete_contact": ("contactList",),  # off the lists that they were on
    "reply_bulk_delete_contacts": ("contactList",),  # the same
    "reply_set_contacts_opted_out": ("event", "dueStep", "membership"),  # stopped in their sequences
    "reply_start_sequence": ("sequence",),  # paused, where it was new
    "reply_bulk_start_sequences": ("sequence",),  # the same
    "reply_delete_holiday_calendar": ("schedule", "holiday"),  # observed no more; its days are numbered anew
    "reply_delete_email_template": ("emailTemplate",),  # without its attachments
    "reply_remove_contacts_from_company": ("contact",),  # no company name and industry of their own
    "reply_create_ai_sdr_sequence": ("aiSdr",),  # the sandbox's record of what was set up
    "reply_enable_autopilot": ("aiSdr", "scheduledWork"),  # the search that it began
}
"""What the undo of these leaves; `reply_undo` says it."""


def without_mailbox(world: World) -> Arguments:
    sequence = world.sandbox.http.get(f"/v3/sequences/{world.sends}").json()
    assert sequence["emailAccounts"]
    return {"ids": [world.sends]}


def playbook_of_another(world: World) -> Arguments:
    made = posted(
        world, "ai-sdr/playbooks", {"name": "Another", "description": "Brief", "body": "Short", "type": "team"}
    )
    return {**call_of("reply_detach_playbook_from_sequence", world), "playbookId": made}


def base_of_another(world: World) -> Arguments:
    made = posted(world, "ai-sdr/knowledge-bases", {"name": "Another"})
    return {**call_of("reply_detach_knowledge_base_from_sequence", world), "knowledgeBaseId": made}


OTHERWISE = {
    "reply_bulk_pause_sequences": without_mailbox,
    "reply_attach_playbook_to_sequence": playbook_of_another,
    "reply_attach_knowledge_base_to_sequence": base_of_another,
    "reply_update_schedule": lambda w: {"id": w.closed, "name": "Open"},
    "reply_update_task": lambda w: {"id": open_task(w, of_sequence=False), "dueTo": "2027-01-05"},
    "reply_update_contact": lambda w: {"id": w.idle, "title": "Chief of others", "phone": None, "city": "Riga"},
}
"""Calls that change something, where that of the other suites does not, or would have something sent."""
CHANGES_NOTHING = tuple(
    one.tool
    for one in TOOLS
    if one.effect is Effect.WRITE and (undo := operation_of(one).undo) is not None and not undo.changes
)
"""Tools that show or compute something, or make a link: nothing is kept of them, and nothing is otherwise."""
UNTRIED = {
    "reply_update_email_account_connection": "takes a mailbox with passwords, which the sandbox has none of",
    "reply_cancel_background_job": "needs a job that runs; the time stands still here",
}


@dataclass
class Round:
    """What came of a call and of its undo.

    Attributes:
        requests: of the call.
        left: what is not as it was, by kind.
    """

    text: str
    undone: str
    requests: int
    left: dict[str, Any]


def settings_of(world: World, **more: Any) -> Settings:
    folder = Path(world.folder)
    values = {"tools": SECRET, "files": (str(folder),), "budget_url": "memory:", "patience": 0.5, **more}
    return Settings(api_key=KEY, base_url=world.sandbox.url, rate_limits="none", **values)


class Caller:
    """Calls over a real client, and agrees to what is asked."""

    def __init__(self, client: Any, world: World) -> None:
        self._client = client
        self._world = world
        self.requests = 0

    async def once(self, tool: str, arguments: Arguments) -> str:
        """The text of a call that nobody agrees to."""
        return text_of(await self._client.call_tool("reply_run_write", {"tool": tool, "arguments": arguments}))

    async def __call__(self, tool: str, arguments: Arguments) -> str:
        given = dict(arguments)
        for _ in range(4):
            mark = self._world.sandbox.seen()
            result = await self._client.call_tool("reply_run_write", {"tool": tool, "arguments": given})
            self.requests = len(self._world.sandbox.since(mark))
            text = text_of(result)
            code = _CODE.search(text)
            if not code:
                return text
            given["confirm"] = code[1]
        return text


def arguments_of(tool: str, world: World) -> Arguments:
    return OTHERWISE[tool](world) if tool in OTHERWISE else call_of(tool, world)


async def round_of(tool: str, world: World, call: Caller) -> Round:
    """A call of the tool, and the undo of it."""
    with changes_undone(world.sandbox.app.state.kernel):
        arguments = arguments_of(tool, world)
        with recorded(world.store) as changes:
            text = await call(tool, arguments)
            requests = call.requests
            undone = await call("reply_undo", {})
        return Round(text, undone, requests, left_behind(changes()))


@asynccontextmanager
async def caller(world: World, settings: Settings) -> AsyncIterator[Caller]:
    async with connected(settings) as client:
        yield Caller(client, world)


def left_behind(changes: Any) -> dict[str, Any]:
    """What is otherwise than before, by kind, but for bookkeeping and times of change."""
    found: dict[str, Any] = {}
    for (kind, number), (before, after) in changes.items():
        if kind in BOOKKEEPING:
            continue
        if before is None or after is None:
            found.setdefault(kind, []).append(number)
            continue
        times = {"held", "at", "opening"} if kind == "dueStep" else set()
        fields = {
            key
            for key in before.keys() | after.keys()
            if before.get(key) != after.get(key) and not TIMES.search(key) and key not in times
        }
        if fields:
            found.setdefault(kind, []).append((number, sorted(fields)))
    return {kind: rest for kind, rest in found.items() if not _made_again(kind, rest, changes)}


def _made_again(kind: str, rest: list[Any], changes: Any) -> bool:
    """Whether all that is left of a kind is one document that is gone, and one with the same in it."""
    pairs = [changes[kind, number] for number in rest if not isinstance(number, tuple)]
    gone, new = [before for before, _ in pairs if before], [after for _, after in pairs if after]
    return len(pairs) == len(rest) == 2 and len(gone) == 1 and _content(gone[0]) == _content(new[0])


def _content(doc: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in doc.items() if key not in _NUMBERS and not TIMES.search(key)}
