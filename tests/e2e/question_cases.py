"""Calls that ask a person first: one for each tool that may, in the world of `effect_cases`, and the way to make it."""

from __future__ import annotations

from typing import Any

from tests.conftest import Sandbox
from tests.e2e.correspondence import person, thread
from tests.e2e.effect_cases import (
    BASE,
    CALENDAR,
    FREE_MAILBOX,
    LINKEDIN,
    MAILBOX,
    OFFER,
    RESTING_AI,
    RUNNING_AI,
    Arguments,
    Case,
    World,
    card,
    handler,
    own_prompt,
)

PLAYBOOK = 13
"""The number of the playbook `t-13`."""


class Asking(World):
    """The same world with what the questions need besides: drafts that wait, blacklist rules, files and people who
    replied, bounced and opted out."""

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__(sandbox)
        api = sandbox.http
        self.rules = {
            kind: [
                api.post(f"/v3/contact-blacklist-rules/{kind}", json={"pattern": pattern}).json()["id"]
                for pattern in patterns
            ]
            for kind, patterns in {
                "domains": ("rival.example", "other.example"),
                "emails": ("ann@asked.example", "bob@asked.example"),
                "email-exceptions": ("cid@rival.example", "dan@rival.example"),
            }.items()
        }
        self.profile = person(sandbox, "Lina", linkedInUrl="https://www.linkedin.com/in/lina-roth-asked")["id"]
        self.second_thread = thread(sandbox, person(sandbox, "Theo"), ("we", "<p>Hi</p>"), ("they", "<p>No.</p>"))
        self.drafts = [
            {"sequenceId": one["_sequenceId"], "contactId": one["_contactId"]}
            for one in self.store.all("approval")
            if not one.get("isRegenerating")
        ][:3]
        self.edited = self.drafts[0]["contactId"]
        place = self._first("membership", _sequenceId=RUNNING_AI, _contactId=self.edited)
        step = self._first("step", _sequenceId=RUNNING_AI)["id"]
        self._change("membership", place["id"], _edits={str(step): {"subject": "For you", "message": "<p>Hello</p>"}})
        self._change("playbook", PLAYBOOK, styleFiles=[{"id": 1, "fileName": "tone.pdf"}])
        for kind, own in (("replyHandler", self.handler), ("reengagementCard", self.card)):
            self._change(kind, own["id"], media=[{"id": 1, "fileName": "logo.png", "size": 9}])
        spare = {"name": "Spare"}
        flows = f"/v3/ai-sdr/knowledge-bases/{BASE}/reengagement-flows"
        self.spare_flow = api.post(flows, json=spare).json()["id"]

    def first(self, kind: str, **equal: Any) -> Any:
        return self._first(kind, **equal)


def asked(**given: Any) -> list[Case]:
    """One call with these arguments; a function is called with the world."""

    def make(world: Any) -> Arguments:
        return {name: value(world) if callable(value) else value for name, value in given.items()}

    return [make]


PEOPLE = {"contactIds": lambda w: [w.going, w.resting]}
IN_SENDS = {"id": lambda w: w.sends, **PEOPLE}
BASE_IS = {"knowledgeBaseId": BASE}
ALWAYS_ASK: dict[str, list[Case]] = {
    "reply_delete_contact": asked(id=lambda w: w.going),
    "reply_bulk_delete_contacts": asked(ids=lambda w: [w.going, w.idle]),
    "reply_delete_list": asked(id=lambda w: w.list),
    "reply_move_contacts_to_list": asked(id=lambda w: w.list, contactIds=lambda w: [w.going, w.idle]),
    "reply_delete_custom_field": asked(id=2101),
    "reply_delete_sequence": asked(id=lambda w: w.rests),
    "reply_archive_sequence": asked(id=lambda w: w.rests),
    "reply_bulk_start_sequences": asked(ids=lambda w: [w.rests, w.sends]),
    "reply_bulk_archive_sequences": asked(ids=lambda w: [w.rests, w.sends]),
    "reply_bulk_delete_sequences": asked(ids=lambda w: [w.rests, w.sends]),
    "reply_delete_sequence_folder": asked(id=lambda w: w.first("sequenceFolder")["_uuid"]),
    "reply_delete_sequence_step": [lambda w: w.step(w.rests)],
    "reply_bulk_delete_sequence_steps": asked(id=lambda w: w.rests, ids=lambda w: w.steps[w.rests][1:]),
    "reply_bulk_delete_sequence_step_variants": [lambda w: {**w.step(w.rests), "ids": w.variants(w.rests)[1:]}],
    "reply_delete_sequence_step_variant": [lambda w: {**w.step(w.rests), "variantId": w.variants(w.rests)[1]}],
    "reply_remove_contact_from_sequence": asked(id=lambda w: w.sends, contactId=lambda w: w.going),
    "reply_bulk_remove_contacts_from_sequence": asked(id=lambda w: w.sends, contactIds=lambda w: [w.going]),
    "reply_reset_sequence_preview": asked(sequenceId=RUNNING_AI, contactId=lambda w: w.edited),
    "reply_delete_inbox_thread": asked(id=lambda w: w.thread),
    "reply_delete_inbox_threads": asked(threadIds=lambda w: [w.thread, w.second_thread]),
    "reply_send_inbox_reply": asked(id=lambda w: w.second_thread, message="<p>Thanks.</p><p>Maria</p>"),
    "reply_delete_inbox_category": asked(id=lambda w: w.category),
    "reply_send_direct_email": asked(id=lambda w: w.idle, subject="Seats", body="<p>Hello</p>"),
    "reply_send_linkedin_connect": asked(id=lambda w: w.profile, linkedInAccountId=LINKEDIN, message="Hello"),
    "reply_send_linkedin_inmail": asked(id=lambda w: w.profile, linkedInAccountId=LINKEDIN, subject="Hi", body="Hello"),
    "reply_send_linkedin_message": asked(id=lambda w: w.profile, linkedInAccountId=LINKEDIN, message="Hello"),
    "reply_send_linkedin_voice": asked(id=lambda w: w.profile, linkedInAccountId=LINKEDIN, voiceAttachmentId=1),
    "reply_send_linkedin_ai_voice": asked(id=lambda w: w.profile, linkedInAccountId=LINKEDIN, script="Hello"),
    "reply_delete_task": asked(id=lambda w: w.task),
    "reply_execute_task": asked(id=lambda w: w.first("task", status="new", taskType="manualEmail")["id"]),
    "reply_delete_tasks": asked(ids=lambda w: [w.task]),
    "reply_delete_schedule": asked(id=803),
    "reply_delete_holiday_calendar": asked(id=CALENDAR),
    "reply_delete_email_account": asked(id=FREE_MAILBOX),
    "reply_resume_sending": asked(
        id=lambda w: next(m["id"] for m in w.store.all("emailAccount") if m["connectionStatus"] != "connected")
    ),
    "reply_delete_email_accounts": asked(ids=[FREE_MAILBOX]),
    "reply_delete_linkedin_account": asked(id=625),
    "reply_delete_linkedin_accounts": asked(ids=[625]),
    "reply_delete_pending_linkedin_account": asked(id=50),
    "reply_delete_company": asked(id=lambda w: w.companies[0]),
    "reply_bulk_delete_companies": asked(ids=lambda w: w.companies[:2]),
    "reply_remove_contacts_from_company": [
        lambda w: {
            "id": w.companies[0],
            "contactIds": [w.first("contact", accountId=w.companies[0])["id"]],
        }
    ],
    "reply_delete_company_list": asked(id=lambda w: w.first("accountList")["id"]),
    "reply_move_companies_to_list": asked(
        id=lambda w: w.first("accountList")["id"], accountIds=lambda w: w.companies[:2]
    ),
    "reply_update_blacklist_domain_rule": asked(id=lambda w: w.rules["domains"][0], pattern="else.example"),
    "reply_delete_blacklist_domain_rule": asked(id=lambda w: w.rules["domains"][0]),
    "reply_bulk_delete_blacklist_domain_rules": asked(ids=lambda w: w.rules["domains"]),
    "reply_update_blacklist_email_rule": asked(id=lambda w: w.rules["emails"][0], pattern="eve@asked.example"),
    "reply_delete_blacklist_email_rule": asked(id=lambda w: w.rules["emails"][0]),
    "reply_bulk_delete_blacklist_email_rules": asked(ids=lambda w: w.rules["emails"]),
    "reply_create_blacklist_exception": asked(pattern="fay@rival.example"),
    "reply_update_blacklist_exception": asked(id=lambda w: w.rules["email-exceptions"][0], pattern="gil@rival.example"),
    "reply_delete_blacklist_exception": asked(id=lambda w: w.rules["email-exceptions"][0]),
    "reply_bulk_create_blacklist_exceptions": asked(rules=[{"pattern": "fay@rival.example"}]),
    "reply_bulk_delete_blacklist_exceptions": asked(ids=lambda w: w.rules["email-exceptions"]),
    "reply_delete_email_template": asked(id=lambda w: w.template),
    "reply_send_test_email": asked(id=lambda w: w.template, email="me@asked.example", emailAccountId=MAILBOX),
    "reply_delete_template_folder": [
        lambda w: {"id": folder(w)["id"], "folder_type": folder(w)["folderType"]},
    ],
    "reply_delete_sequence_template": asked(
        id=lambda w: next(one["_uuid"] for one in w.store.all("sequenceTemplate") if one["_scope"] != "global")
    ),
    "reply_delete_ai_prompt": [lambda w: {"id": own_prompt(w)}],
    "reply_preview_ai_prompt_on_post": asked(
        promptText="Be kind", linkedInProfileUrl="https://www.linkedin.com/in/lina-roth", linkedInAccountId=LINKEDIN
    ),
    "reply_start_live_data_search": asked(filters={"jobTitles": [{"value": "CTO"}]}, contactsCountToAdd=20),
    "reply_schedule_email_validation": asked(contactIds=lambda w: [w.going, w.idle]),
    "reply_approve_message": [lambda w: w.drafts[0]],
    "reply_bulk_approve_messages": asked(items=lambda w: w.drafts),
    "reply_reject_message": [lambda w: w.drafts[0]],
    "reply_delete_knowledge_base": asked(id=BASE),
    "reply_delete_knowledge_base_source": asked(**BASE_IS, linkId=lambda w: w.first("kbLink")["_uuid"]),
    "reply_delete_knowledge_base_document": asked(**BASE_IS, documentId=lambda w: w.first("kbDocument")["_uuid"]),
    "reply_delete_offer": asked(id=OFFER),
    "reply_delete_playbook": asked(id="t-13"),
    "reply_delete_playbook_style_file": asked(playbookId="t-13", styleFileId=1),
    "reply_delete_reply_handler": [handler],
    "reply_delete_reply_handler_media": [lambda w: {**handler(w), "mediaId": 1}],
    "reply_delete_reengagement_card": [card],
    "reply_delete_reengagement_card_media": [lambda w: {**card(w), "mediaId": 1}],
    "reply_delete_reengagement_flow": asked(**BASE_IS, flowId=lambda w: w.spare_flow),
    "reply_enable_autopilot": asked(sequenceId=RUNNING_AI),
    "reply_run_autopilot_now": asked(sequenceId=RUNNING_AI),
    "reply_set_ai_sdr_channels": asked(sequenceId=RESTING_AI, generatedStepTypes=["linkedIn"]),
    "reply_delete_webhook": asked(id=lambda w: w.hook),
    "reply_test_webhook": asked(id=lambda w: w.hook),
}
"""The calls of the tools that ask whatever the arguments are."""


def folder(world: Any) -> Any:
    """A folder of templates that is nobody's default."""
    return next(
        one for one in world.store.all("templateFolder") if one["folderType"] != "library" and not one["isDefault"]
    )
