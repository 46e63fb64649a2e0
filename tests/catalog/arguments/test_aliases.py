"""Arguments as agents guess them and as Reply's own server may name them: understood where plain, refused elsewhere."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from reply_mcp import catalog, workflows
from reply_mcp.catalog.arguments.absent import drop_absent
from reply_mcp.catalog.arguments.aliases import apply_aliases
from reply_mcp.catalog.arguments.parse import parse_arguments
from reply_mcp.catalog.operation import Operation
from reply_mcp.errors import WrongArguments
from reply_mcp.server.inventory import Inventory
from reply_mcp.server.tool_calls import operation_of
from reply_mcp.settings import load
from reply_mcp.text.names import fold_name
from tests.conftest import TIMES, check_each

INVENTORY = Inventory(load({}, {}))
OPERATIONS = [operation_of(entry) for entry in (*catalog.entries(), *workflows.entries()) if entry.tool]
NAMES = sorted({info.alias or name for one in OPERATIONS for name, info in one.arguments.model_fields.items()})
GUESSED = """id ids email emails name contact contacts contact_id sequence campaign_id sequence_id sequenceName
    list list_id thread_id task_id step_id account_id owner owner_id user_id status type text message
    body note url website limit offset page_size query q from_date start_date end_date subject
    company_id tag force all mode items prospect""".split()

# Official tool (without reply_), guessed arguments, what they mean.
UNDERSTOOD: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("search_sequences", {"query": "Q4", "limit": 5, "offset": 10}, {"name": "Q4", "top": 5, "skip": 10}),
    ("search_sequences", {"owner_id": 3, "Status": "Active"}, {"ownerUserId": 3, "status": "active"}),
    ("get_sequence_steps", {"sequence_id": 5}, {"id": 5}),
    ("get_sequence_step_variants", {"sequence_id": 5, "step_id": "8"}, {"id": 5, "stepId": "8"}),
    ("get_sequence_stats", {"sequence": "Q4 Outbound"}, {"id": "Q4 Outbound"}),
    ("compare_sequence_performance", {"ids": [1, 2]}, {"sequenceIds": [1, 2]}),
    ("diagnose", {"sequenceName": "Q4 Outbound"}, {"id": "Q4 Outbound"}),
    ("start_sequence", {"campaignId": 5}, {"id": 5}),
    ("delete_blacklist_domain_rule", {"domain": "acme.com"}, {"id": "acme.com"}),
    ("assign_schedule_to_sequence", {"sequence_id": 5, "schedule": "Default"}, {"id": 5, "scheduleId": "Default"}),
    (
        "assign_email_account_to_sequence",
        {"sequence_id": 5, "mailbox": "a@b.io"},
        {"id": 5, "emailAccountId": "a@b.io"},
    ),
    ("assign_linkedin_account_to_sequence", {"sequence_id": 5, "account_id": 2}, {"id": 5, "linkedInAccountId": 2}),
    ("add_contact_to_sequence", {"sequence_id": 5, "contact_id": 7}, {"id": 5, "contactIds": [7]}),
    ("add_contact_to_sequence", {"sequence_id": 5, "contact_ids": "7, 8"}, {"id": 5, "contactIds": ["7", "8"]}),
    (
        "change_status_in_sequence",
        {"sequence_id": 5, "contacts": ["a@b.io"], "status": "Paused"},
        {"id": 5, "contactIds": ["a@b.io"], "statusInSequence": "paused"},
    ),
    ("search_contacts", {"linkedin_url": "https://linkedin.com/in/x"}, {"linkedIn": "https://linkedin.com/in/x"}),
    ("filter_contacts", {"list_id": 5, "query": "acme", "page_size": 5}, {"listId": 5, "searchTerm": "acme", "top": 5}),
    ("create_contact", {"first_name": "A", "email": "a@b.io"}, {"firstName": "A", "email": "a@b.io"}),
    ("update_contact", {"contact_id": 4, "phone": 123}, {"id": 4, "phone": "123"}),
    ("get_contact_activity", {"email": "a@b.io", "limit": 3}, {"id": "a@b.io", "top": 3}),
    ("change_contact_owner", {"contact_id": 1, "new_owner_id": 5}, {"contactIds": [1], "userId": 5}),
    ("mark_contacts_as_replied", {"contact_ids": [1], "replied": True}, {"contactIds": [1], "isReplied": True}),
    ("blacklist_contact", {"contact_email": "a@b.io"}, {"email": "a@b.io"}),
    ("search_lists", {"name": "Webinar"}, {"search": "Webinar"}),
    (
        "get_inbox_emails",
        {"category": "Interested", "sequence_id": 4, "start_date": "2026-01-01", "end_date": "2026-01-02"},
        {"categoryIds": ["Interested"], "sequenceIds": [4], "from": "2026-01-01", "to": "2026-01-02"},
    ),
    ("send_inbox_reply", {"thread_id": 4, "body": "Hello"}, {"id": 4, "message": "Hello"}),
    ("change_inbox_category", {"thread_id": 4, "category": "Interested"}, {"id": 4, "categoryId": "Interested"}),
    ("list_my_tasks", {"type": "call", "limit": 3}, {"taskType": "call", "top": 3}),
    ("complete_task", {"task_id": 3}, {"id": 3}),
    (
        "approve_message",
        {"sequence_id": 1, "contact": 3, "message": "Hi"},
        {"sequenceId": 1, "contactId": 3, "body": "Hi"},
    ),
    (
        "bulk_approve_messages",
        {"approvals": {"sequence_id": 1, "contact_id": 2}},
        {"items": [{"sequenceId": 1, "contactId": 2}]},
    ),
    ("get_knowledge_base", {"kb_id": 1}, {"id": 1}),
    (
        "add_knowledge_base_source",
        {"kb_id": 1, "website": "https://x.io"},
        {"knowledgeBaseId": 1, "url": "https://x.io"},
    ),
    ("get_offer", {"offer_id": "3"}, {"id": "3"}),
    (
        "compare_sequence_performance",
        {"since": "2026-03-01", "filters": {"userIds": [3]}},
        {"filters": {"userIds": [3], "from": "2026-03-01"}},
    ),
    (
        "import_contacts",
        {"csv": "email\na@b.io", "list_id": [4], "skipExisting": True},
        {"csv": "email\na@b.io", "options": {"listIds": [4], "skipExisting": True}},
    ),
    ("generate_offer_from_website", {"url": "https://x.io"}, {"prompt": "https://x.io"}),
    ("get_playbook", {"playbook": "g-1"}, {"id": "g-1"}),
    (
        "create_sequence_step",
        {"sequence_id": 7, "type": "call", "delayInMinutes": 60, "message": "Ring"},
        {"id": 7, "step": {"type": "call", "delayInMinutes": 60, "message": "Ring"}},
    ),
    ("report", {"what": "email"}, {"what": "emails"}),
    ("get_contact", {"name": "Ann Lee"}, {"id": "Ann Lee"}),
    ("delete_list", {"name": "Old"}, {"id": "Old"}),
    ("complete_task", {"id": 3, "result": "positive"}, {"id": 3, "callResolution": "positive"}),
    ("add_contact_to_sequence", {"id": 5, "email": "a@b.io"}, {"id": 5, "contactIds": ["a@b.io"]}),
    ("report", {"period": "October 2025"}, {"from": "October 2025", "to": "October 2025"}),
    ("list_calls", {"period": "2025"}, {"filters": {"from": "2025", "to": "2025"}}),
]
# Tool, arguments that could be taken for something they are not, and a part of what is said.
REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("get_contact_sequences", {"sequence_id": 1}, "sequence_id: no such argument"),
    ("remove_contact_from_sequence", {"id": 7, "sequence_id": 1}, "sequence_id: means id here"),
    ("delete_sequence_step", {"sequence_id": 7, "id": 1, "stepId": 2}, "sequence_id: means id here"),
    ("get_contact", {"contactId": 1, "contact_id": 2}, "contactId: means id here"),
    ("get_reply_handler", {"knowledge_base_id": 1, "id": "x"}, "id: no such argument"),
    ("complete_task", {"id": 3, "callResolution": "won"}, 'callResolution: "won" is not one of 0, 1, 2 (calls: 0'),
    ("rename_list", {"list_name": "A"}, "name: required"),
    ("add_contacts_to_list", {"name": "A", "contactIds": [1]}, "name: no such argument"),
    ("create_contact", {"name": "J D"}, "name: no such argument; did you mean firstName or lastName?"),
    ("create_sequence_step", {"id": 7, "colour": "red"}, "colour: no such argument; there are id, step"),
    (
        "create_sequence",
        {"name": "X", "message": "Hi"},
        'message: no such argument; it goes inside steps: {"steps": [{',
    ),
    ("get_sequence_steps", {"id": 7, "step": 2}, "step: no such argument; there is only id"),
    ("overview", {"day": "Monday"}, "day: no such argument; it takes none"),
    ("get_sequence_step_variants", {"id": 7}, "stepId: required: reply_get_sequence_steps shows it"),
    ("add_contacts_to_list", {"id": 7}, "contactIds: required: ids or names of contacts (reply_filter_contacts"),
    ("send_linkedin_message", {"linkedin_url": "https://linkedin.com/in/x", "message": "Hi"}, "linkedin_url: no such"),
    ("move_contact_to_sequence", {"id": 1, "sequence_ids": [2, 3]}, "sequenceId: "),
    (
        "set_contacts_opted_out",
        {"contactIds": [1], "isOptedOut": True, "resendEmails": "a@b.io"},
        "resendEmails: no such",
    ),
    ("create_list", {"contact_name": "Jane"}, "contact_name: no such argument"),
    ("filter_contacts", {"owner": "Tom"}, "owner: no such argument"),
    ("compare_sequence_performance", {"from": "2026-03-01", "filters": {"from": "2026-02-01"}}, "from: no such"),
    ("get_email_report", {"from": "2026-03-01"}, "from: no such argument; it goes inside filters"),
]


def operation(tool: str) -> Operation:
    entry = INVENTORY.find(f"reply_{tool}")
    assert entry is not None
    return operation_of(entry)


@pytest.mark.parametrize(("tool", "guessed", "meant"), UNDERSTOOD)
def test_guessed_arguments_mean_what_they_say(tool: str, guessed: dict[str, Any], meant: dict[str, Any]) -> None:
    model = operation(tool).arguments
    parsed, understood = parse_arguments(model, guessed)
    assert understood == meant
    assert parsed.wire() == model.model_validate(meant).wire()


@pytest.mark.parametrize(("tool", "guessed", "said"), REFUSED)
def test_what_may_mean_something_else_is_refused(tool: str, guessed: dict[str, Any], said: str) -> None:
    with pytest.raises(WrongArguments) as refused:
        parse_arguments(operation(tool).arguments, guessed)
    assert any(fault.startswith(said) for fault in refused.value.faults), refused.value.faults


def test_every_argument_is_known_however_it_is_written() -> None:
    def check(one: Operation) -> None:
        true = {info.alias or name: object() for name, info in one.arguments.model_fields.items()}
        snake = {name: true[info.alias or name] for name, info in one.arguments.model_fields.items()}
        assert apply_aliases(one.arguments, true) == true
        assert apply_aliases(one.arguments, snake) == true
        assert apply_aliases(one.arguments, {name.upper(): value for name, value in true.items()}) == true

    check_each(OPERATIONS, check, lambda one: one.id)


@settings(max_examples=300 * TIMES)
@given(st.sampled_from(OPERATIONS), st.lists(st.sampled_from(NAMES + GUESSED), max_size=5, unique=True))
def test_no_argument_is_lost_or_takes_the_place_of_another(one: Operation, names: list[str]) -> None:
    """So a filter that was given is a filter of the call, or the call is refused; and names that are right stay."""
    arguments = {name: [name] for name in names}
    known = {info.alias or name for name, info in one.arguments.model_fields.items()}
    try:
        understood = apply_aliases(one.arguments, arguments)
    except WrongArguments as wrong:
        assert all(fault.partition(":")[0] in names for fault in wrong.faults)
        return
    put_inside = [value for held in understood.values() if isinstance(held, dict) for value in held.values()]
    beside = {name: value for name, value in understood.items() if not isinstance(value, dict)}
    assert sorted([*beside.values(), *put_inside]) == sorted(arguments.values())
    assert not {value[0] for value in put_inside} & known
    for name, value in beside.items():
        assert name in known or value == [name]
        assert value[0] not in known or name == value[0]
    assert apply_aliases(one.arguments, understood) == understood


VALUES = st.sampled_from(
    [
        None,
        True,
        0,
        7,
        1.5,
        "",
        "7",
        "7,8",
        "Active",
        "a@b.io",
        [],
        [7],
        [7, 8],
        ["Active"],
        [[7]],
        {},
        {"id": 7},
        "[7]",
    ]
)


@settings(max_examples=400 * TIMES)
@given(st.sampled_from(OPERATIONS), st.data())
def test_mended_values_hold_what_was_given(one: Operation, data: st.DataObject) -> None:
    names = [info.alias or name for name, info in one.arguments.model_fields.items()]
    assume(names)
    arguments = {name: data.draw(VALUES) for name in names if data.draw(st.booleans()) or len(names) < 3}
    try:
        _, understood = parse_arguments(one.arguments, arguments)
    except WrongArguments:
        return
    meant = drop_absent(one.arguments, arguments)
    assert understood.keys() == meant.keys()
    for name, value in meant.items():
        assert leaves(understood[name]) == leaves(value)


def leaves(value: Any) -> list[str]:
    """The plain values in it, as they read, however they are wrapped."""
    if isinstance(value, dict):
        return [one for inner in value.items() for one in leaves(list(inner))]
    if isinstance(value, list):
        return [one for inner in value for one in leaves(inner)]

    return [fold_name(part) for part in str(value).split(",")]
