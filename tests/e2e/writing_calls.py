"""One call of every tool that may change something, which goes through in one prepared sandbox."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from reply_mcp.catalog.operation import Effect
from tests.e2e import answer_cases
from tests.e2e.effect_cases import (
    BASE,
    CASES,
    HOURS,
    LINKEDIN,
    OFFER,
    RESTING_AI,
    RUNNING_AI,
    Arguments,
    Case,
    World,
    card,
    email,
    handler,
    own_prompt,
)
from tests.e2e.soundness import TOOLS

CONNECTION = {
    "email": "new@northstar-sales.com",
    "senderName": "New",
    "smtpHost": "smtp.northstar-sales.com",
    "smtpPort": 587,
    "smtpPassword": "secret-enough",
    "imapHost": "imap.northstar-sales.com",
    "imapPort": 993,
    "imapPassword": "secret-enough",
}
MAILBOX_OF_OURS = 12313
SCHEDULE_BODY = {"name": "New hours", "timezoneId": "Eastern Standard Time", "mainTimings": HOURS}
FLOWS = f"ai-sdr/knowledge-bases/{BASE}/reengagement-flows"
LATER = {
    "reply_update_contact": 3,
    "reply_update_email_account": 3,
    "reply_assign_email_account_to_sequence": 1,
    "reply_remove_linkedin_account_from_sequence": 1,
    "reply_change_status_in_sequence": 0,
    "reply_share_list": 0,
}
"""Which of a tool's cases is used, where it is not the first."""


def own(world: World, kind: str, **equal: Any) -> int:
    """The id of the first of a kind."""
    return int(world._first(kind, **equal)["id"])


def uuid_of(world: World, kind: str, **equal: Any) -> str:
    return str(world._first(kind, **equal)["_uuid"])


def waiting(world: World) -> Arguments:
    """A message that waits for approval."""
    held = next(one for one in world.store.all("approval") if not one.get("_decided"))
    return {"sequenceId": held["_sequenceId"], "contactId": held["_contactId"]}


def place(world: World, sequence: int) -> Arguments:
    return {"id": sequence, "contactId": world.store.all("membership", _sequenceId=sequence)[0]["_contactId"]}


def media(world: World, kind: str, name: str) -> int:
    """The id of a file that is put to a handler or card for this."""
    one = world.store.all(kind)[0]
    world.store.put(kind, {**one, "media": [{"id": 1, "fileName": name, "url": "https://files.example/1", "size": 3}]})
    return 1


def style_file(world: World) -> int:
    one = world.store.get("playbook", 13) or {}
    world.store.put("playbook", {**one, "styleFiles": [{"id": 1, "fileName": "style.txt", "size": 3}]})
    return 1


def posted(world: World, path: str, body: Arguments, name: str = "id") -> Any:
    """The id of something that is made for this."""
    answer = world.sandbox.http.post(f"/v3/{path}", json=body)
    assert answer.status_code < 300, answer.text
    return answer.json()[name]


def changed(world: World, kind: str, id: int, **changes: Any) -> int:
    """The id of something that is otherwise for this."""
    world._change(kind, id, **changes)
    return id


def folder_with_sequence(world: World) -> Arguments:
    given = {"id": uuid_of(world, "sequenceFolder"), "sequenceIds": [world.sends]}
    path = f"/v3/sequence-folders/{given['id']}/sequence-links/bulk"
    assert world.sandbox.http.post(path, json={"sequenceIds": [world.sends]}).status_code < 300
    return given


def no_validation(world: World) -> Arguments:
    for job in world.store.all("job"):
        if "validation" in job["category"]:
            world.store.delete("job", job["id"])
    return {"contactIds": [world.idle]}


def piloted(world: World) -> Arguments:
    held = world.store.get("aiSdr", RUNNING_AI) or {}
    pilot = {**held["autopilot"], "status": "enabled", "isSearchInProgress": False}
    world.store.put("aiSdr", {**held, "autopilot": pilot})
    return {"sequenceId": RUNNING_AI}


def ours(kind: str) -> Case:
    return lambda w: {"id": next(one["id"] for one in w.store.all(kind) if not one.get("isGlobal"))}


MORE: dict[str, Case] = {
    "reply_delete_contact": lambda w: {"id": w.idle},
    "reply_bulk_delete_contacts": lambda w: {"ids": [w.idle]},
    "reply_delete_list": lambda w: {"id": w.list},
    "reply_move_contacts_to_list": lambda w: {"id": w.list, "contactIds": [w.idle]},
    "reply_delete_custom_field": lambda w: {"id": posted(w, "custom-fields", {"title": "New", "fieldType": "text"})},
    "reply_add_contacts_to_list": lambda w: {"id": w.list, "contactIds": [w.idle]},
    "reply_remove_sequences_from_folder": folder_with_sequence,
    "reply_disable_sequence_step_variants": lambda w: {**w.step(w.rests), "variantIds": w.variants(w.rests)[:1]},
    "reply_mark_threads_unread": lambda w: {"threadIds": [changed(w, "thread", w.thread, isRead=True)]},
    "reply_remove_threads_from_category": lambda w: {
        "id": w.category,
        "threadIds": [changed(w, "thread", w.thread, _categoryId=w.category)],
    },
    "reply_remove_tags_from_email_account": lambda w: {"id": 12301, "tags": ["Marketing"]},
    "reply_disable_autopilot": piloted,
    "reply_delete_sequence": lambda w: {"id": w.rests},
    "reply_archive_sequence": lambda w: {"id": w.rests},
    "reply_bulk_start_sequences": lambda w: {"ids": [w.rests]},
    "reply_bulk_archive_sequences": lambda w: {"ids": [w.rests]},
    "reply_bulk_delete_sequences": lambda w: {"ids": [w.rests]},
    "reply_delete_sequence_folder": lambda w: {"id": uuid_of(w, "sequenceFolder")},
    "reply_delete_sequence_step": lambda w: w.step(w.rests),
    "reply_bulk_delete_sequence_steps": lambda w: {"id": w.rests, "ids": w.steps[w.rests][1:]},
    "reply_bulk_delete_sequence_step_variants": lambda w: {**w.step(w.rests), "ids": w.variants(w.rests)[1:]},
    "reply_delete_sequence_step_variant": lambda w: {**w.step(w.rests), "variantId": w.variants(w.rests)[1]},
    "reply_remove_contact_from_sequence": lambda w: place(w, w.rests),
    "reply_bulk_remove_contacts_from_sequence": lambda w: {
        "id": w.rests,
        "contactIds": [place(w, w.rests)["contactId"]],
    },
    "reply_reset_sequence_preview": lambda w: {
        "sequenceId": RUNNING_AI,
        "contactId": place(w, RUNNING_AI)["contactId"],
    },
    "reply_send_inbox_reply": lambda w: {"id": w.thread, "message": "<p>Forty a month.</p>"},
    "reply_delete_inbox_thread": lambda w: {"id": w.thread},
    "reply_delete_inbox_threads": lambda w: {"threadIds": [w.thread]},
    "reply_delete_inbox_category": lambda w: {"id": w.category},
    "reply_send_direct_email": lambda w: {"id": w.idle, "subject": "Seats", "body": "<p>Hello</p>"},
    "reply_delete_task": lambda w: {"id": w.task},
    "reply_delete_tasks": lambda w: {"ids": [w.task]},
    "reply_delete_schedule": lambda w: {"id": posted(w, "schedules", SCHEDULE_BODY)},
    "reply_delete_holiday_calendar": lambda w: {"id": 6},
    "reply_create_email_account": lambda w: {"connection": CONNECTION},
    "reply_update_email_account_connection": lambda w: {
        "id": MAILBOX_OF_OURS,
        "connection": {**CONNECTION, "senderName": "Else"},
    },
    "reply_delete_email_account": lambda w: {"id": MAILBOX_OF_OURS},
    "reply_delete_email_accounts": lambda w: {"ids": [MAILBOX_OF_OURS]},
    "reply_resume_sending": lambda w: {"id": MAILBOX_OF_OURS},
    "reply_delete_linkedin_account": lambda w: {"id": 625},
    "reply_delete_linkedin_accounts": lambda w: {"ids": [625]},
    "reply_delete_pending_linkedin_account": lambda w: {"id": 50},
    "reply_delete_company": lambda w: {"id": w.companies[-1]},
    "reply_bulk_delete_companies": lambda w: {"ids": [w.companies[-1]]},
    "reply_remove_contacts_from_company": lambda w: employed(w),
    "reply_delete_company_list": lambda w: {"id": own(w, "accountList")},
    "reply_move_companies_to_list": lambda w: {"id": own(w, "accountList"), "accountIds": w.companies[:2]},
    "reply_update_blacklist_domain_rule": lambda w: {**ours("blacklistDomain")(w), "pattern": "effects.example"},
    "reply_delete_blacklist_domain_rule": ours("blacklistDomain"),
    "reply_bulk_delete_blacklist_domain_rules": lambda w: {"ids": list(ours("blacklistDomain")(w).values())},
    "reply_update_blacklist_email_rule": lambda w: {**ours("blacklistEmail")(w), "pattern": "a@effects.example"},
    "reply_delete_blacklist_email_rule": ours("blacklistEmail"),
    "reply_bulk_delete_blacklist_email_rules": lambda w: {"ids": list(ours("blacklistEmail")(w).values())},
    "reply_create_blacklist_exception": lambda w: {"pattern": "somebody@rivalsales.io"},
    "reply_update_blacklist_exception": lambda w: {"id": 201, "pattern": "somebody@rivalsales.io"},
    "reply_delete_blacklist_exception": lambda w: {"id": 201},
    "reply_bulk_create_blacklist_exceptions": lambda w: {"rules": [{"pattern": "somebody@rivalsales.io"}]},
    "reply_bulk_delete_blacklist_exceptions": lambda w: {"ids": [201]},
    "reply_delete_email_template": lambda w: {"id": w.template},
    "reply_send_test_email": lambda w: {"id": w.template, "email": "me@northstar-sales.com", "emailAccountId": 12301},
    "reply_delete_template_folder": lambda w: {
        "id": next(one["id"] for one in w.store.all("templateFolder") if not one.get("isDefault")),
        "folder_type": next(one["folderType"] for one in w.store.all("templateFolder") if not one.get("isDefault")),
    },
    "reply_upload_template_attachment": lambda w: {"file": file(w, "facts.pdf")},
    "reply_delete_sequence_template": lambda w: {
        "id": next(one["_uuid"] for one in w.store.all("sequenceTemplate") if one["_scope"] == "team")
    },
    "reply_delete_ai_prompt": lambda w: {"id": own_prompt(w)},
    "reply_preview_ai_prompt_on_post": lambda w: {
        "promptText": "Be kind",
        "linkedInProfileUrl": "https://www.linkedin.com/in/someone",
        "linkedInAccountId": LINKEDIN,
    },
    "reply_upload_attachment": lambda w: {"file": file(w, "facts.pdf")},
    "reply_upload_voice_message": lambda w: {"file": file(w, "hello.wav")},
    "reply_start_live_data_search": lambda w: {"filters": {"jobTitles": [{"value": "CTO"}]}, "contactsCountToAdd": 1},
    "reply_schedule_email_validation": no_validation,
    "reply_approve_message": waiting,
    "reply_bulk_approve_messages": lambda w: {"items": [waiting(w)]},
    "reply_reject_message": waiting,
    "reply_delete_knowledge_base": lambda w: {"id": BASE},
    "reply_delete_knowledge_base_source": lambda w: {"knowledgeBaseId": BASE, "linkId": uuid_of(w, "kbLink")},
    "reply_upload_knowledge_base_document": lambda w: {"knowledgeBaseId": BASE, "file": file(w, "facts.pdf")},
    "reply_delete_knowledge_base_document": lambda w: {"knowledgeBaseId": BASE, "documentId": uuid_of(w, "kbDocument")},
    "reply_delete_offer": lambda w: {"id": OFFER},
    "reply_upload_offer_attachment": lambda w: {"file": file(w, "facts.txt")},
    "reply_delete_playbook": lambda w: {"id": "t-13"},
    "reply_upload_playbook_style_file": lambda w: {"playbookId": "t-13", "file": file(w, "style.txt")},
    "reply_delete_playbook_style_file": lambda w: {"playbookId": "t-13", "styleFileId": style_file(w)},
    "reply_delete_reply_handler": lambda w: handler(w),
    "reply_upload_reply_handler_media": lambda w: {**handler(w), "file": file(w, "picture.png")},
    "reply_delete_reply_handler_media": lambda w: {**handler(w), "mediaId": media(w, "replyHandler", "picture.png")},
    "reply_delete_reengagement_card": lambda w: card(w),
    "reply_upload_reengagement_card_media": lambda w: {**card(w), "file": file(w, "picture.png")},
    "reply_delete_reengagement_card_media": lambda w: {
        **card(w),
        "mediaId": media(w, "reengagementCard", "picture.png"),
    },
    "reply_delete_reengagement_flow": lambda w: {"knowledgeBaseId": BASE, "flowId": posted(w, FLOWS, {"name": "VIP"})},
    "reply_set_default_reengagement_flow": lambda w: {
        "knowledgeBaseId": BASE,
        "flowId": posted(w, FLOWS, {"name": "VIP"}),
    },
    "reply_enable_autopilot": lambda w: {"sequenceId": RESTING_AI},
    "reply_run_autopilot_now": piloted,
    "reply_set_ai_sdr_channels": lambda w: {"sequenceId": RESTING_AI, "generatedStepTypes": ["email"]},
    "reply_delete_webhook": lambda w: {"id": w.hook},
    "reply_test_webhook": lambda w: {"id": w.hook},
    "reply_mark_threads_read": lambda w: {"threadIds": [w.thread]},
    "reply_create_blacklist_email_rule": lambda w: {"pattern": email(w, w.idle)},
}
"""Calls of tools that effects are not tried with, or otherwise."""


def employed(world: World) -> Arguments:
    """Somebody and their company."""
    one = next(one for one in world.store.all("contact") if one.get("accountId"))
    return {"id": one["accountId"], "contactIds": [one["id"]]}


def file(world: World, name: str) -> Arguments:
    """A small file in the folder of the test (`World.folder`)."""
    path = Path(world.folder) / name
    path.write_bytes(b"A few words.")
    return {"path": str(path)}


def call_of(tool: str, world: World) -> Arguments:
    """The arguments with which this tool goes through."""
    if tool in MORE:
        return MORE[tool](world)
    if tool in CASES:
        return CASES[tool][LATER.get(tool, 0)](world)
    return answer_cases.WRITES[tool](world.sandbox)


WRITING = tuple(entry.tool for entry in TOOLS if entry.effect is not Effect.READ and entry.tool != "reply_undo")
"""Every tool that may change something by itself: an undo is of another's change (`test_undo_rounds`)."""
