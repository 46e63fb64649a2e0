"""One call against a real socket: what was done stays done, and calls on one thing take turns."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext, suppress
from typing import Any

import anyio
import pytest

from reply_mcp import catalog
from reply_mcp.catalog.arguments.validation import validate
from reply_mcp.catalog.operation import Arguments
from reply_mcp.client import turns
from reply_mcp.client.session import CallResult, Session
from reply_mcp.errors import NotDone, OutcomeUnknown, ReplyError, Unreadable
from tests.client.peer import RESET, answer, client_of, peer

FIELDS = [{"id": 7, "title": "Seats", "fieldType": "number"}]
ANNA = {"id": 5, "email": "anna@acme.com", "customFields": [{"key": "7", "value": "40"}]}

STEP = {"type": "email", "delayInMinutes": 0, "executionMode": "automatic", "variants": [{"message": "Hi"}]}


def arguments(operation: str, **given: Any) -> Arguments:
    return validate(catalog.operation(operation).arguments, given)


@asynccontextmanager
async def session_of(by: Callable[[str, dict[str, Any]], bytes]) -> AsyncIterator[tuple[Session, list[str]]]:
    """A session, and the requests that arrive: `by` answers a request line and its body."""
    lines: list[str] = []

    def said(request: bytes) -> bytes:
        head, _, body = request.partition(b"\r\n\r\n")
        lines.append(head.split(b"\r\n")[0].decode().removesuffix(" HTTP/1.1"))
        return by(lines[-1], json.loads(body) if body else {})

    async with peer(by=said) as one, client_of(one.url, patience=0.1) as client:
        yield Session(client), lines


def ok(body: Any, status: int = 200) -> bytes:
    return answer(status, json.dumps(body))


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reply_mcp.client.http.backoff", lambda attempt: 0.0)


@pytest.mark.parametrize("later", [answer(500), RESET, ok(None), ok({"items": None}), answer(404, '{"code":"x.y"}')])
async def test_a_look_that_fails_after_the_write_takes_nothing_back(later: bytes) -> None:
    written = False

    def reply(line: str, body: dict[str, Any]) -> bytes:
        nonlocal written
        if line.startswith("PATCH"):
            written = True
            return ok(ANNA)
        if written:
            return later
        return ok(FIELDS) if "custom-fields" in line else ok(ANNA)

    async with session_of(reply) as (session, lines):
        change = arguments("UpdateContact", id=5, title="CTO", customFields=[{"name": "Seats", "value": "40"}])
        result = await session.perform(change)
    assert result.answer["id"] == 5
    assert lines.count("PATCH /v3/contacts/5") == 1
    assert any("could not be" in note for note in result.notes)
    assert not any("Nothing was" in note for note in result.notes)


async def test_a_second_write_that_fails_does_not_deny_the_first() -> None:
    def reply(line: str, body: dict[str, Any]) -> bytes:
        if line == "POST /v3/sequences":
            return ok({"id": 12, "name": "Q4"}, 201)
        if line.startswith("GET"):
            return ok({"items": [], "hasMore": False})
        return answer(400, '{"code":"x.y","detail":"No."}')

    async with session_of(reply) as (session, _):
        made = arguments("CreateSequence", name="Q4", steps=[STEP])
        outcome: CallResult | ReplyError
        try:
            outcome = await session.perform(made)
        except ReplyError as error:
            outcome = error
    text = str(outcome) if isinstance(outcome, ReplyError) else f"{outcome.answer} {outcome.notes}"
    assert "12" in text
    assert "Nothing was changed" not in text


@pytest.mark.parametrize("look", [ok(None), ok({}), ok("ok"), ok({"title": "Bad", "status": 400}), answer(204)])
async def test_nothing_is_created_behind_a_look_that_cannot_be_read(look: bytes) -> None:
    async with session_of(lambda line, body: look) as (session, lines):
        with pytest.raises(Unreadable, match="nothing is known about the contacts"):
            await session.perform(arguments("CreateContact", email="lee@globex.com", firstName="Lee"))
    assert not [line for line in lines if line == "POST /v3/contacts"]


@pytest.mark.parametrize(
    "said", [ok(None, 201), ok({}, 201), ok("ok"), ok({"error": "x"}), ok([]), answer(204), answer(499)]
)
async def test_a_success_that_does_not_say_what_it_did_is_unknown(said: bytes) -> None:
    def reply(line: str, body: dict[str, Any]) -> bytes:
        return said if line == "POST /v3/contacts" else ok({"items": [], "hasMore": False})

    async with session_of(reply) as (session, lines):
        with pytest.raises(OutcomeUnknown, match="may have been done"):
            await session.perform(arguments("CreateContact", email="lee@globex.com", firstName="Lee"))
    assert lines.count("POST /v3/contacts") == 1


@pytest.mark.parametrize("operation", ["UpdateContact", "UpdateTask"])
async def test_a_change_of_nothing_is_not_told_as_done(operation: str) -> None:
    async with session_of(lambda line, body: ok({"id": 5})) as (session, lines):
        with pytest.raises(NotDone, match="gives nothing to change"):
            await session.perform(arguments(operation, id=5))
        assert lines == []


async def test_creates_of_one_address_take_turns() -> None:
    held: list[dict[str, Any]] = []

    def reply(line: str, body: dict[str, Any]) -> bytes:
        if line == "POST /v3/contacts":
            held.append({"id": len(held) + 1, **body})
            return ok(held[-1], 201)
        return ok({"items": [one for one in held if "lee" in line.casefold() or "filter" in line], "hasMore": False})

    outcomes: list[str] = []

    async def create(session: Session, name: str, email: str) -> None:
        try:
            await session.perform(arguments("CreateContact", email=email, firstName=name))
            outcomes.append("created")
        except NotDone as error:
            outcomes.append(str(error))

    async with session_of(reply) as (session, _), anyio.create_task_group() as group:
        for number in range(5):
            group.start_soon(create, session, f"Lee {number}", "Lee@globex.com" if number % 2 else "lee@globex.com")
    assert len(held) == 1
    assert outcomes.count("created") == 1
    assert all("has this address already" in one for one in outcomes if one != "created")
    assert not session._turns._turns


async def test_webhooks_for_one_address_take_turns() -> None:
    held: list[dict[str, Any]] = []

    def reply(line: str, body: dict[str, Any]) -> bytes:
        if line == "POST /v3/webhooks":
            held.append({"id": len(held) + 1, "enabled": True, **body})
            return ok(held[-1], 201)
        return ok({"items": held, "hasMore": False})

    async def create(session: Session) -> None:
        with suppress(NotDone):
            await session.perform(arguments("CreateWebhook", eventType="email_replied", url="https://example.com/hook"))

    async with session_of(reply) as (session, _), anyio.create_task_group() as group:
        for _ in range(4):
            group.start_soon(create, session)
    assert len(held) == 1


@pytest.mark.parametrize("waits", [False, True])
async def test_who_was_found_by_name_is_read_again_only_after_another_call_had_the_turn(waits: bool) -> None:
    def reply(line: str, body: dict[str, Any]) -> bytes:
        person = {"id": 5, "email": "lee@globex.com", "isOptedOut": False}
        if line.startswith("POST /v3/contacts/filter"):  # where somebody named by address is looked for
            return ok({"items": [person], "hasMore": False})
        if line == "GET /v3/contacts/5":
            return ok(person)
        if line == "GET /v3/contacts/5/statuses":
            return ok({"contactId": 5, "isOptedOut": False, "sequences": []})
        return ok({"status": "sent"} if line.startswith("POST") else {"items": [], "hasMore": False})

    email = {"subject": "Hi", "body": "Hello"}
    async with session_of(reply) as (session, lines), anyio.create_task_group() as group:
        other, held = arguments("SendDirectEmail", id=5, **email), session._turns._turns
        async with session._turns.take(other) if waits else nullcontext():
            group.start_soon(session.perform, arguments("SendDirectEmail", id="lee@globex.com", **email))
            while waits and held["contact 5"].users < 2:
                await anyio.sleep(0.001)
    assert ("GET /v3/contacts/5" in lines) is waits
    assert lines[-1] == "POST /v3/contacts/5/send-direct-email"


async def test_a_turn_that_never_comes_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "SECONDS", 0.05)
    one, other = turns.Turns(), arguments("ArchiveSequence", id=5)

    async def second() -> None:
        with pytest.raises(NotDone, match="still under way"):
            async with one.take(other):
                raise AssertionError("two at once")

    async with one.take(other):
        async with anyio.create_task_group() as group:
            group.start_soon(second)
        read = arguments("GetSequenceById", id=5)
        async with one.take(read):
            pass
    async with one.take(other):
        pass


@pytest.mark.parametrize(
    ("operation", "given", "things"),
    [
        ("UpdateContact", {"id": 5, "title": "CTO"}, {"contact 5"}),
        ("CreateSequenceStep", {"id": 9, "type": "email"}, {"sequence 9"}),
        ("BulkStartSequences", {"ids": [9, 10]}, {"sequence 9", "sequence 10"}),
        ("MoveContactToSequence", {"id": 5, "sequenceId": 9}, {"contact 5", "sequence 9"}),
        ("EnableAiSdrSequenceAutopilot", {"sequenceId": 9}, {"sequence 9"}),
        ("BulkDeleteSequenceSteps", {"id": 9, "ids": [3]}, {"sequence 9", "step 3"}),
        ("SendApprovalsBulk", {"items": [{"sequenceId": 9, "contactId": 5}]}, {"sequence 9", "contact 5"}),
        ("UpdateSequence", {"id": 9, "scheduleId": 2, "emailAccounts": [4]}, {"sequence 9", "schedule 2"}),
        ("SetContactsOptedOut", {"contactIds": [5], "isOptedOut": True}, {"contact 5"}),
        ("AddContactsToContactList", {"id": 3, "contactIds": [5]}, {"contactlist 3", "contact 5"}),
        ("ChangeContactsOwner", {"contactIds": [5], "userId": 7, "reassignTasks": False}, {"contact 5"}),
        ("CreateContact", {"email": "Lee@x.co", "firstName": "Lee"}, {"email lee@x.co"}),
        (
            "ImportContacts",
            {
                "items": [{"email": "a@x.co", "firstName": "A"}, {"email": "B@x.co", "firstName": "B"}],
                "options": {"sequenceId": 9},
            },
            {"email a@x.co", "email b@x.co", "sequence 9"},
        ),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_what_a_call_changes(operation: str, given: dict[str, Any], things: set[str]) -> None:
    model = catalog.operation(operation).arguments
    made = model.model_construct(**given) if operation == "CreateSequenceStep" else arguments(operation, **given)
    assert turns.things_of(catalog.operation(operation), made) == things
