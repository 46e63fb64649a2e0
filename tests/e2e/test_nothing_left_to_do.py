"""A call that a person agreed to and that was done asks nobody when it is made anew: there is nothing left to do. Every
tool that asks is tried in all its cases; what asks all the same does something once more, or its reason stands here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from reply_mcp.settings import Settings, parse_policy
from tests.conftest import connected, text_of
from tests.consent import code_in
from tests.e2e.effect_cases import FREE_MAILBOX, MAILBOX, SCHEDULE
from tests.e2e.price_of_safety import ALL, asking_world
from tests.e2e.question_cases import Asking
from tests.undo import changes_undone

AGAIN = {
    "reply_add_knowledge_base_source": "another source is made of the same page",
    "reply_bulk_create_sequence_step_variants": "other variants of the same words are made",
    "reply_bulk_create_sequence_steps": "other steps of the same words are made",
    "reply_create_reengagement_card": "another card is made",
    "reply_create_reply_handler": "another handler is made",
    "reply_create_sequence_step": "another step of the same words is made",
    "reply_create_sequence_step_variant": "another variant of the same words is made",
    "reply_import_contacts": "the rows are imported anew, which overwrites and spends anew",
    "reply_personalize_messages": "the AI writes anew",
    "reply_preview_ai_prompt_on_post": "a credit is spent anew",
    "reply_send_direct_email": "a second email is sent",
    "reply_send_inbox_reply": "a second email is sent",
    "reply_send_linkedin_connect": "a second invitation is sent",
    "reply_send_linkedin_inmail": "a second InMail is sent",
    "reply_send_test_email": "a second email is sent",
    "reply_set_ai_sdr_channels": "the steps are generated anew, whatever the channels were",
    "reply_start_live_data_search": "a second search is made",
    "reply_toggle_linkedin_account": "it goes off and on in turns",
    "reply_mark_contacts_as_bounced": "a bounce in a sequence that does not run is read by no request",
}
"""Tools of which a second call does something once more, and why; each asks as a repeat."""
NOT_TOLD = {
    "reply_mark_contacts_as_replied": "a reply on LinkedIn leaves no mark that is shown: whoever is stopped counts",
    "reply_mark_replied_in_sequence": "a reply on LinkedIn leaves no mark that is shown: whoever is stopped counts",
    "reply_move_contacts_to_list": "on which lists somebody is takes a request each, and is read of one person alone",
    "reply_move_companies_to_list": "no call shows on which lists a company is",
}
"""Tools that ask although nothing is left to do, since Reply does not tell."""
NOT_DONE = {
    "reply_delete_custom_field": "it has values",
    "reply_delete_schedule": "it is in use",
    "reply_delete_sequence_template": "it is the organization's",
    "reply_send_linkedin_ai_voice": "they are not connected",
    "reply_send_linkedin_message": "they are not connected",
    "reply_send_linkedin_voice": "there is no such recording",
    "reply_test_webhook": "its receiver is not there",
}
"""Tools whose first call the sandbox refuses, so that there is no second one."""
REPEAT = "The same call was made "


@pytest.fixture(scope="module")
def world() -> Iterator[Asking]:
    with asking_world() as one:
        yield one


def test_exceptions_are_of_tools_that_ask() -> None:
    assert not {*AGAIN, *NOT_TOLD, *NOT_DONE} - ALL.keys()
    assert not AGAIN.keys() & NOT_TOLD.keys()


@pytest.mark.parametrize("tool", sorted(ALL))
async def test_what_is_done_is_not_asked_about_anew(
    tool: str, world: Asking, settings_for: Callable[..., Settings]
) -> None:
    policy = parse_policy("send=ask,spend=ask,share=ask,delete=ask")
    asked_anew, refused = [], []
    for case in ALL[tool]:
        with changes_undone(world.sandbox.app.state.kernel):
            arguments = case(world)
            async with connected(settings_for(world.sandbox, policy=policy, patience=0.2)) as agent:

                async def call(**more: str) -> Any:
                    given = {"tool": tool, "arguments": {**arguments, **more}}  # noqa: B023 (called in this round)
                    return await agent.call_tool("reply_run_write", given)

                asked = text_of(await call())
                if "confirm=" not in asked:
                    continue
                done = await call(confirm=code_in(asked))
                if done.is_error:
                    refused.append(text_of(done))
                    continue
                again = text_of(await call())
                if "confirm=" in again:
                    asked_anew.append(again)
    assert bool(refused) == (tool in NOT_DONE), refused
    assert bool(asked_anew) == (tool in AGAIN or tool in NOT_TOLD), asked_anew
    if tool in AGAIN:
        assert all(REPEAT in one for one in asked_anew), asked_anew


@pytest.mark.parametrize("case", range(6))
async def test_what_is_so_from_the_beginning_is_not_asked_about(
    case: int, world: Asking, settings_for: Callable[..., Settings]
) -> None:
    """Without a call before: the state is already as asked."""
    with changes_undone(world.sandbox.app.state.kernel):
        contact, task = world.store.get("contact", world.going) or {}, world.store.get("task", world.task) or {}
        lists = f"/v3/contact-lists/{world.list}/move-contacts"
        assert world.sandbox.http.post(lists, json={"contactIds": [world.going]}).status_code == 200
        world._change("task", world.task, status="finished")
        tool, arguments = [
            ("reply_update_contact", {"id": world.going, "title": contact["title"], "firstName": contact["firstName"]}),
            ("reply_set_sequence_email_accounts", {"id": world.sends, "emailAccountIds": [str(MAILBOX)]}),
            ("reply_move_contacts_to_list", {"id": world.list, "contactIds": [world.going]}),
            ("reply_complete_task", {"id": task["id"]}),
            ("reply_remove_email_account_from_sequence", {"id": world.sends, "emailAccountId": FREE_MAILBOX}),
            ("reply_update_sequence", {"id": world.sends, "scheduleId": str(SCHEDULE)}),
        ][case]
        mark = world.sandbox.seen()
        async with connected(settings_for(world.sandbox, patience=0.2)) as agent:
            answer = await agent.call_tool("reply_run_write", {"tool": tool, "arguments": arguments})
    assert "Nothing to do: it is all so already (" in text_of(answer)
    assert not answer.is_error
    assert all(one["method"] == "GET" or one["path"].endswith("/filter") for one in world.sandbox.since(mark))
