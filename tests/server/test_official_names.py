"""The names that Reply's own server gives its tools: prompts and skills written for it find the same jobs here."""

from __future__ import annotations

import re
from typing import Any

import pytest

from reply_mcp.server.discovery import Discovery
from reply_mcp.server.inventory import Inventory
from reply_mcp.server.unsupported_tools import UNSUPPORTED
from reply_mcp.settings import Settings, load
from tests.conftest import connected, text_of

# Name (without reply_) → the operation, or the workflow, that does its job.
JOBS = {
    # Sequences
    "search_sequences": "GetSequences",
    "get_sequence_steps": "GetSequenceSteps",
    "get_sequence_step_variants": "GetSequenceStepVariants",
    "get_sequence_stats": "GetSequenceStats",
    "compare_sequence_performance": "GetSequenceStatsList",
    "diagnose": "Diagnose",
    "start_sequence": "StartSequence",
    "pause_sequence": "PauseSequence",
    "assign_schedule_to_sequence": "UpdateSequence",
    "assign_email_account_to_sequence": "AssignEmailAccountToSequence",
    "assign_linkedin_account_to_sequence": "AssignLinkedInAccountToSequence",
    "add_contact_to_sequence": "BulkAddContactsToSequence",
    "change_status_in_sequence": "SetSequenceContactsStatusInSequence",
    # People
    "search_contacts": "GetContacts",
    "filter_contacts": "FilterContacts",
    "create_contact": "CreateContact",
    "update_contact": "UpdateContact",
    "get_contact_activity": "GetContactActivities",
    "change_contact_owner": "ChangeContactsOwner",
    "mark_contacts_as_replied": "SetContactsReplied",
    "blacklist_contact": "BlacklistContact",
    "search_lists": "GetContactLists",
    "search_team_members": "WhoamiTeamUsers",
    # Inbox and tasks
    "get_inbox_emails": "FilterInboxThreads",
    "send_inbox_reply": "SendInboxThreadMessage",
    "change_inbox_category": "SetInboxThreadCategory",
    "list_my_tasks": "FilterTasks",
    "create_task": "CreateTask",
    "complete_task": "CompleteTask",
    # Channels and hours
    "list_email_accounts": "ListEmailAccounts",
    "list_linkedin_accounts": "ListLinkedInAccounts",
    "list_schedules": "ListSchedules",
    # What the AI writes: approvals
    "list_pending_approvals": "ListApprovals",
    "approve_message": "SendApproval",
    "bulk_approve_messages": "SendApprovalsBulk",
    "regenerate_message": "RegenerateApproval",
    "reject_message": "DeleteApproval",
    "set_sequence_reply_mode": "SetAiSdrSequenceApprovalMode",
    # What the AI writes from
    "list_knowledge_bases": "ListKnowledgeBases",
    "get_knowledge_base": "GetKnowledgeBase",
    "create_knowledge_base": "CreateKnowledgeBase",
    "update_knowledge_base": "UpdateKnowledgeBase",
    "add_knowledge_base_source": "AddKnowledgeBaseLink",
    "delete_knowledge_base_source": "DeleteKnowledgeBaseLink",
    "attach_knowledge_base_to_sequence": "SetAiSdrSequenceKnowledgeBase",
    "attach_playbook_to_sequence": "SetAiSdrSequencePlaybook",
    "attach_offer_to_sequence": "UpdateAiSdrSequenceSettings",
    "list_reply_handlers": "ListReplyHandlers",
    "get_reply_handler": "GetReplyHandler",
    "create_reply_handler": "CreateReplyHandler",
    "update_reply_handler": "UpdateReplyHandler",
    "delete_reply_handler": "DeleteReplyHandler",
    "list_reengagement_cards": "ListReengagementCards",
    "get_reengagement_card": "GetReengagementCard",
    "create_reengagement_card": "CreateReengagementCard",
    "update_reengagement_card": "UpdateReengagementCard",
    "delete_reengagement_card": "DeleteReengagementCard",
    "list_offers": "ListOffers",
    "get_offer": "GetOffer",
    "create_offer": "CreateOffer",
    "update_offer": "UpdateOffer",
    "generate_offer_from_website": "GenerateOffer",
    "list_playbooks": "ListPlaybooks",
    "get_playbook": "GetPlaybook",
    "create_playbook": "CreatePlaybook",
    "update_playbook": "UpdatePlaybook",
    "duplicate_playbook": "DuplicatePlaybook",
}
WITHOUT = ("search_knowledge_base", "get_knowledge_base_article", "get_app_map", "report_unsupported_request")
INVENTORY = Inventory(load({}, {}))


def test_all_that_the_api_can_do_are_here() -> None:
    assert len(JOBS) == 67


@pytest.mark.parametrize(("name", "id"), JOBS.items())
def test_a_name_does_its_job(name: str, id: str) -> None:
    entry = INVENTORY.find(f"reply_{name}")
    assert entry is not None
    assert entry.id == id
    found = Discovery(INVENTORY).find({"query": f"reply_{name}"})
    assert found.text.startswith(f"{entry.tool}(")


async def test_every_name_is_callable_as_a_tool() -> None:
    """Without a key a call ends at the arguments or at the key, and never at the name."""
    async with connected(Settings()) as client:
        for name in JOBS:
            said = text_of(await client.call_tool(f"reply_{name}", {}))
            assert "No Reply API key is set" in said or "to fix, nothing was sent" in said, f"{name}: {said}"


@pytest.mark.parametrize("name", WITHOUT)
def test_what_the_api_cannot_do_is_not_faked_and_says_what_there_is(name: str) -> None:
    tool = f"reply_{name}"
    assert INVENTORY.find(tool) is None
    discovery = Discovery(INVENTORY)
    found = discovery.find({"query": tool})
    assert found.text.startswith(f"{tool}: not here: ")
    assert not found.data  # no tool to run
    assert UNSUPPORTED[tool][:40] in discovery.explain_unknown(tool)
    for named in re.findall(r"\breply_\w+", UNSUPPORTED[tool]):
        assert named == "reply_find_tools" or INVENTORY.find(named), named


async def test_guessed_arguments_reach_reply_under_its_names(sandbox: Any, settings_for: Any) -> None:
    sequence = sandbox.get("/v3/sequences", top=1)["items"][0]
    contact = sandbox.get("/v3/contacts", top=1)["items"][0]
    mark = sandbox.seen()
    async with connected(settings_for(sandbox)) as client:
        for name, arguments in (
            ("search_sequences", {"query": sequence["name"], "limit": 5}),
            ("get_sequence_steps", {"sequence_id": sequence["id"]}),
            ("get_contact_activity", {"email": contact["email"], "page_size": 3}),
            ("mark_contacts_as_replied", {"contact_id": contact["id"], "replied": "false"}),
        ):
            result = await client.call_tool(f"reply_{name}", arguments)
            assert not result.is_error, text_of(result)
    sent = [(row["method"], row["path"]) for row in sandbox.since(mark)]
    assert ("GET", f"/v3/sequences/{sequence['id']}/steps") in sent
    assert ("GET", f"/v3/contacts/{contact['id']}/activities") in sent


async def test_a_code_confirms_the_call_however_its_arguments_are_named(sandbox: Any, settings_for: Any) -> None:
    created = sandbox.http.post("/v3/contact-lists", json={"name": "To be deleted"}).json()
    async with connected(settings_for(sandbox)) as client:
        preview = text_of(await client.call_tool("reply_delete_list", {"list_id": created["id"]}))
        code = re.search(r'confirm="(\w+)"', preview)
        assert code is not None, preview
        await client.call_tool("reply_delete_list", {"id": created["id"], "confirm": code[1]})
    assert sandbox.http.get(f"/v3/contact-lists/{created['id']}").status_code == 404
