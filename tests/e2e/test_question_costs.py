"""What a question costs: the requests before it, for each tool that asks, and those of the call that was agreed to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from reply_mcp.server.inventory import every_entry
from reply_mcp.settings import Settings
from tests.conftest import KEY, connected, text_of
from tests.e2e.price_of_safety import ALL, asking_world, costs_of, measure, row, row_of_checks, rows_of_page
from tests.e2e.question_cases import Asking
from tests.undo import changes_undone

FEW = 3
"""Requests of a question at most, unless it stands below."""
MORE = {
    "reply_add_contact_to_sequence": (
        9,
        "the person at each list, then from where, when, in which words and who gets copies",
    ),
    "reply_move_contact_to_sequence": (8, "the same but for copies"),
    "reply_start_sequence": (
        10,
        "people, blacklist, conversations, mailboxes, hours, copies and the first message as Reply renders it",
    ),
    "reply_bulk_start_sequences": (
        10,
        "people and hours of each sequence; mailboxes, blacklist, conversations and copies of all",
    ),
    "reply_assign_email_account_to_sequence": (8, "as a start"),
    "reply_set_sequence_email_accounts": (8, "as a start"),
    "reply_update_sequence": (9, "as a start, where mailboxes, LinkedIn accounts or hours change"),
    "reply_change_status_in_sequence": (
        9,
        "place, blacklist, conversation, other sequences, mailboxes, hours, next message",
    ),
    "reply_mark_replied_in_sequence": (9, "the same"),
    "reply_mark_bounced_in_sequence": (9, "the same"),
    "reply_set_status_in_all_sequences": (
        8,
        "contact, places, sequence, blacklist, conversation, hours, place at the next message",
    ),
    "reply_mark_contacts_as_replied": (8, "the same"),
    "reply_mark_contacts_as_bounced": (8, "the same"),
    "reply_send_direct_email": (6, "contact, places, blacklist, mailbox, conversation"),
    "reply_send_linkedin_connect": (6, "the same"),
    "reply_send_linkedin_inmail": (6, "the same"),
    "reply_send_linkedin_message": (6, "the same"),
    "reply_send_linkedin_voice": (6, "the same"),
    "reply_send_linkedin_ai_voice": (6, "the same"),
    "reply_send_inbox_reply": (4, "thread, places, blacklist, mailbox"),
    "reply_execute_task": (7, "task, contact, blacklist, conversation, other sequences, the mailbox it leaves from"),
    "reply_complete_task": (7, "the same, and the sequence in which they move on"),
    "reply_complete_tasks": (7, "tasks, the contact of each, blacklist, conversations, other sequences"),
    "reply_send_test_email": (6, "template, mailbox, blacklist, whose address it is, which may take two"),
    "reply_approve_message": (7, "draft, place, blacklist, conversation, other sequences, mailbox"),
    "reply_bulk_approve_messages": (9, "drafts, places, blacklist, conversations, other sequences of each, mailboxes"),
}
"""Questions that cost more, with what they read."""
ANEW = "`python -m tests.e2e.price_of_safety` writes the table of docs/safety.md anew; then read what costs more"
AFTERWARDS = 2
"""Requests of the call that was agreed to, beside those of the question made anew: itself, and one check."""


@pytest.fixture(scope="module")
def world() -> Iterator[Asking]:
    with asking_world() as one:
        yield one


MISSING = {
    int: 987654321,
    str: "00000000-0000-4000-8000-000000000000",
}
"""Ids of nothing."""
OF_A_PART = {
    "reply_delete_sequence_step": "stepId",
    "reply_bulk_delete_sequence_steps": "ids",
    "reply_bulk_delete_sequence_step_variants": "ids",
    "reply_delete_sequence_step_variant": "variantId",
    "reply_remove_contact_from_sequence": "contactId",
    "reply_bulk_remove_contacts_from_sequence": "contactIds",
    "reply_delete_knowledge_base_source": "linkId",
    "reply_delete_knowledge_base_document": "documentId",
    "reply_delete_playbook_style_file": "styleFileId",
    "reply_delete_reply_handler": "replyHandlerId",
    "reply_delete_reply_handler_media": "mediaId",
    "reply_delete_reengagement_card": "reengagementCardId",
    "reply_delete_reengagement_card_media": "mediaId",
    "reply_delete_reengagement_flow": "flowId",
    "reply_delete_inbox_threads": "threadIds",
    "reply_remove_contacts_from_company": "contactIds",
    "reply_reject_message": "contactId",
}
"""The argument that names what goes, where it is not `id` or `ids`."""
DELETING = sorted(
    entry.tool for entry in every_entry() if (entry.tool in ALL and "delete" in entry.tool) or entry.tool in OF_A_PART
)


@pytest.mark.parametrize("tool", ALL)
async def test_a_question_costs_no_more_than_is_said(tool: str, world: Asking) -> None:
    most = MORE[tool][0] if tool in MORE else FEW
    prices = await measure(tool, world)
    for price in prices:
        assert price.question.requests <= most, f"{tool}: {price.question}\n{price.asked}"
        assert "Not done yet" not in price.done
        assert price.call.requests <= price.question.requests + AFTERWARDS, f"{tool}\n{price.done}"
    if prices:
        line, *checks = rows_of_page().get(tool, [""])
        measured, told = costs_of(row(tool, prices)), costs_of(line)
        assert checks in ([], [row_of_checks(tool, prices)]), ANEW
        assert [one.requests for one in measured] == [one.requests for one in told], ANEW
        assert all(abs(one.tokens - other.tokens) <= 15 for one, other in zip(measured, told, strict=True)), ANEW


@pytest.mark.parametrize("tool", DELETING)
async def test_nothing_is_asked_about_what_does_not_exist(tool: str, world: Asking) -> None:
    arguments = ALL[tool][0](world)
    name = OF_A_PART.get(tool) or ("ids" if "ids" in arguments else "id")
    kept = arguments[name]
    one = kept[0] if isinstance(kept, list) else kept
    missing = "t-99999" if one == "t-13" else MISSING[type(one)]
    with changes_undone(world.sandbox.app.state.kernel):
        settings = Settings(api_key=KEY, base_url=world.sandbox.url, rate_limits="none", patience=0.5)
        async with connected(settings) as client:
            given = {**arguments, name: [missing] if isinstance(kept, list) else missing}
            answer = await client.call_tool("reply_run_write", {"tool": tool, "arguments": given})
            assert "confirm=" not in text_of(answer), text_of(answer)
            assert answer.is_error
            if isinstance(kept, list):
                given = {**arguments, name: [one, missing]}
                asked = text_of(await client.call_tool("reply_run_write", {"tool": tool, "arguments": given}))
                assert f"Not found: {missing}." in asked, asked
                assert "confirm=" in asked
