"""Whoever is asked reads which addresses and hosts have letters that pass for others, wherever they come from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from reply_mcp.settings import Settings
from tests.conftest import connected, text_of
from tests.e2e.correspondence import person, thread
from tests.e2e.price_of_safety import asking_world
from tests.e2e.question_cases import Asking
from tests.undo import changes_undone

Case = Callable[[Asking], dict[str, Any]]
ODD = "s\u0430m@acme.com"
ODD_TOLD = f"Not all letters of {ODD} are plain ones (before the @, Latin and Cyrillic letters mixed)."
ODD_HOST = "ex\u0430mple.com"
HOOK_TOLD = "(Latin and Cyrillic letters mixed; it is hooks.xn--exmple-4nf.com)."
LINK = f"<a href='https://{ODD_HOST}/x'>A</a>"
HOST_TOLD = (
    f"Not all letters of {ODD_HOST} are plain ones (Latin and Cyrillic letters mixed; it is xn--exmple-4nf.com)."
)


@pytest.fixture(scope="module")
def world() -> Iterator[Asking]:
    with asking_world() as one:
        yield one


def somebody(world: Asking) -> int:
    return int(person(world.sandbox, "Sam", email=ODD)["id"])


def conversation(world: Asking) -> int:
    return thread(world.sandbox, person(world.sandbox, "Sam", email=ODD), ("we", "<p>Hi</p>"), ("they", "<p>Yes?</p>"))


def mailbox(world: Asking) -> int:
    world._change("emailAccount", 12301, email=ODD)
    return conversation(world)


CASES: list[tuple[str, Case, str]] = [
    ("reply_send_inbox_reply", lambda w: {"id": conversation(w), "message": "Yes"}, ODD_TOLD),
    ("reply_send_inbox_reply", lambda w: {"id": w.thread, "message": "Yes", "cc": [ODD]}, ODD_TOLD),
    ("reply_send_inbox_reply", lambda w: {"id": w.thread, "message": "Yes", "bcc": [ODD]}, ODD_TOLD),
    (
        "reply_send_inbox_reply",
        lambda w: {"id": w.thread, "message": LINK},
        HOST_TOLD,
    ),
    ("reply_send_inbox_reply", lambda w: {"id": w.thread, "message": f"See https://{ODD_HOST}/x"}, HOST_TOLD),
    ("reply_send_direct_email", lambda w: {"id": somebody(w), "subject": "A", "body": "B"}, ODD_TOLD),
    ("reply_add_contact_to_sequence", lambda w: {"id": w.sends, "contactId": somebody(w)}, ODD_TOLD),
    ("reply_delete_contact", lambda w: {"id": somebody(w)}, ODD_TOLD),
    ("reply_update_settings", lambda w: {"emails": {"inbox": {"bccList": ODD}}}, ODD_TOLD),
    ("reply_send_test_email", lambda w: {"id": w.template, "email": ODD, "emailAccountId": 12301}, ODD_TOLD),
    ("reply_create_webhook", lambda w: {"eventType": "email_sent", "url": f"https://hooks.{ODD_HOST}/"}, HOOK_TOLD),
    ("reply_update_webhook", lambda w: {"id": w.hook, "url": f"https://{ODD_HOST}/x"}, HOST_TOLD),
    ("reply_create_contact", lambda w: {"email": ODD, "firstName": "Sam"}, ODD_TOLD),
]


@pytest.mark.parametrize(("tool", "case", "told"), CASES)
async def test_odd_letters_are_told(
    tool: str, case: Case, told: str, world: Asking, settings_for: Callable[..., Settings]
) -> None:
    with changes_undone(world.sandbox.app.state.kernel):
        async with connected(settings_for(world.sandbox)) as agent:
            given = {"tool": tool, "arguments": case(world)}
            answer = text_of(await agent.call_tool("reply_run_write", given))
    assert answer.count(told) == 1, answer
    assert ("confirm=" in answer) == (tool != "reply_create_contact"), answer
