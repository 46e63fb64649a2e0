"""Calls of every tool that may go through unasked, each with things that run, wait and rest in one prepared sandbox."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

from tests.conftest import Sandbox
from tests.e2e.correspondence import thread
from tests.sandbox.sequence_calls import EMAIL, create

Arguments = dict[str, Any]
Case = Callable[["World"], Arguments]

RUNNING, RESTING, RUNNING_AI, RESTING_AI = 1208422, 1208457, 1309001, 1309008
LINKEDIN, MAILBOX, OTHER_MAILBOX, FREE_MAILBOX = 610, 12301, 12309, 12325
SCHEDULE, CALENDAR, BASE, OFFER = 801, 6, 501, 301
DRAFT_STEP = {"type": "email", "delayInMinutes": 0, "executionMode": "automatic"}
TEXT = "<p>Other words for {{FirstName}}</p>"
NEW_STEP = {**DRAFT_STEP, "variants": [{"subject": "One more", "message": TEXT}]}
HOURS = [
    {
        "weekDay": day,
        "isActive": True,
        "timeRanges": [{"fromTime": {"hour": 0, "minute": 0}, "toTime": {"hour": 23, "minute": 59}}],
    }
    for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
]

W = TypeVar("W")


@contextmanager
def running_world(kind: Callable[[Sandbox], W], start: datetime) -> Iterator[W]:
    """A world on a sandbox of its own, without rate limits, whose clock stands still from `start` on."""
    from reply_mcp.sandbox import running

    with running(seed=5, start=start, speed=0, rate_limits="none", stats_rate_limits="none") as one:
        yield kind(Sandbox(one))


class World:
    """The sandbox with everything that cases are about: mail that is due, people who wait for a mailbox, somebody away,
    an invitation unanswered, a handler and a card that act by themselves."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.store = sandbox.store
        api = sandbox.http
        taken = {one["_contactId"] for one in self.store.all("membership")}
        contacts = self.store.all("contact", _teamId=31007, isOptedOut=False)
        free = [one["id"] for one in contacts if one["email"] and one["id"] not in taken]
        self.idle, self.going, people = free[0], free[1], free[2:]
        always = self._first("schedule", name="Round the clock")["id"]
        hello = {**EMAIL, "variants": [{"subject": "For {{Company}}", "message": "<p>{{FirstName}}, {{Title}}</p>"}]}
        later = {
            **hello,
            "delayInMinutes": 2880,
            "variants": [*hello["variants"], {**hello["variants"][0], "isEnabled": False}],
        }
        self.sends = create(api, name="Sends", steps=[hello, later], emailAccounts=[MAILBOX], scheduleId=SCHEDULE)["id"]
        self._enroll(self.sends, [self.going, *people[:10]])
        assert api.post(f"/v3/sequences/{self.sends}/start").status_code == 200
        self.waits = create(api, name="Waits", steps=[hello], emailAccounts=[MAILBOX], scheduleId=always)["id"]
        self._enroll(self.waits, people[10:14])
        self._change("sequence", self.waits, status="active", _emailAccountIds=[])
        self.closed = self._first("schedule", name="Slow follow-ups")["id"]
        self._change("schedule", self.closed, mainTimings=[{**day, "isActive": False} for day in HOURS])
        self.shut = create(api, name="Shut", steps=[hello], emailAccounts=[MAILBOX], scheduleId=self.closed)["id"]
        self._enroll(self.shut, people[14:17])
        assert api.post(f"/v3/sequences/{self.shut}/start").status_code == 200
        self.rests = create(api, name="Rests", steps=[hello, later], emailAccounts=[MAILBOX], scheduleId=SCHEDULE)["id"]
        self._enroll(self.rests, people[17:20])
        self.resting = people[17]
        self.steps = {
            id: [one["id"] for one in self.store.all("step", _sequenceId=id)] for id in (self.sends, self.rests)
        }
        settings = self.store.get("aiSdr", RUNNING_AI) or {}
        self.store.put("aiSdr", {**settings, "approvalMode": {"enabled": False}})
        for card in self.store.all("reengagementCard"):
            self._change("reengagementCard", card["id"], deliveryMode="draft", isEnabled=True)
        self.card = self.store.all("reengagementCard")[0]
        self.handler = self.store.all("replyHandler")[0]
        self._change("replyHandler", self.handler["id"], deliveryMode="draft")
        self.flow = self.store.all("reengagementFlow")[0]
        away = next(
            one for one in self.store.all("membership", _sequenceId=self.sends) if one["_contactId"] == people[9]
        )
        self.store.delete("dueStep", away["id"])
        self.store.put("membership", {**away, "status": "outOfOffice", "_awaySince": "2026-02-20T00:00:00.000Z"})
        self.replied, self.bounced, self.paused, self.gone = people[1], people[2], people[3], people[21]
        self._stand(self.replied, "replied", isReplied=True)
        self._stand(self.bounced, "bounced", isBounced=True)
        self._stand(self.paused, "status-in-sequence", statusInSequence="paused")
        assert api.patch(f"/v3/contacts/{self.gone}", json={"isOptedOut": True}).status_code == 200
        self.thread = thread(
            sandbox, self.store.get("contact", people[20]) or {}, ("we", "<p>Hi</p>"), ("they", "<p>Yes?</p>")
        )
        self.task = self.store.all("task")[0]["id"]
        self.list = self._first("contactList", isShared=False)["id"]
        self.shared = self._first("contactList", isShared=True, _userId=70411)["id"]
        self.category = api.post("/v3/inbox/threads/categories", json={"name": "Pilot", "color": "green"}).json()["id"]
        hook = {"eventType": "email_sent", "url": "https://hooks.example.com/x", "scope": "team"}
        self.hook = api.post("/v3/webhooks", json={**hook, "payloadConfig": {"includeEmailText": True}}).json()["id"]
        self.quiet = next(one["id"] for one in self.store.all("webhook") if not one["enabled"])
        self.companies = [one["id"] for one in self.store.all("account")]
        self.template = next(one for one in self.store.all("emailTemplate"))["id"]
        self.base = api.post("/v3/ai-sdr/knowledge-bases", json={"name": "Other facts"}).json()["id"]
        self.folders = {one["folderType"]: one["id"] for one in self.store.all("templateFolder") if "folderType" in one}

    def _first(self, kind: str, **equal: Any) -> Any:
        return self.store.all(kind, **equal)[0]

    def _change(self, kind: str, id: int, **changes: Any) -> None:
        self.store.put(kind, {**(self.store.get(kind, id) or {}), **changes})

    def _enroll(self, sequence: int, ids: list[int]) -> None:
        answer = self.sandbox.http.post(f"/v3/sequences/{sequence}/contact-links/bulk", json={"contactIds": ids})
        assert answer.status_code == 200, answer.text

    def _stand(self, contact: int, mark: str, **state: Any) -> None:
        path = f"/v3/sequences/{self.sends}/contacts/set-{mark}"
        answer = self.sandbox.http.post(path, json={"contactIds": [contact], **state})
        assert answer.json() == {}, answer.text

    def variants(self, sequence: int) -> list[int]:
        """The variants of the sequence's second step."""
        step = self.store.get("step", self.steps[sequence][1]) or {}
        return [one["id"] for one in step["variants"]]

    def step(self, sequence: int) -> Arguments:
        """Names the sequence's second step."""
        return {"id": sequence, "stepId": self.steps[sequence][1]}


def both(make: Callable[[World, int], Arguments]) -> list[Case]:
    """The same in a sequence that runs and in one that rests."""
    return [lambda w: make(w, w.sends), lambda w: make(w, w.rests)]


def ai(**more: Any) -> list[Case]:
    """The same in an AI SDR sequence that runs and in one that rests."""
    return [lambda w, id=id: {"sequenceId": id, **more} for id in (RUNNING_AI, RESTING_AI)]  # type: ignore[misc]


def plain(*arguments: Arguments) -> list[Case]:
    return [lambda w, one=one: one for one in arguments]  # type: ignore[misc]


def settings(**sections: Any) -> Arguments:
    return sections


CASES: dict[str, list[Case]] = {
    "reply_create_contact": plain({"email": "new.one@effects.example", "firstName": "Nell"}),
    "reply_update_contact": [
        lambda w: {"id": w.going, "notes": "Met at the fair"},
        lambda w: {"id": w.going, "email": "somebody.else@effects.example"},
        lambda w: {"id": w.going, "firstName": "Somebody"},
        lambda w: {"id": w.going, "title": "Chief of others"},
        lambda w: {"id": w.idle, "email": "somebody.else@effects.example", "title": "CEO"},
        lambda w: {"id": w.going, "timeZoneId": "Tokyo Standard Time"},
    ],
    "reply_import_contacts": [
        lambda w: {"items": [{"email": "import.one@effects.example", "firstName": "Ivo"}]},
        lambda w: {"items": [{"email": email(w, w.going), "firstName": "X"}], "options": {"overwriteExisting": True}},
        lambda w: {"items": [{"email": email(w, w.going), "firstName": "X", "title": "Y"}]},
        lambda w: {"items": [{"email": f"many{n}@effects.example", "firstName": "M"} for n in range(20)]},
        lambda w: {"items": [{"email": "a@effects.example", "firstName": "A"}], "options": {"restoreDeleted": True}},
    ],
    "reply_mark_contacts_as_replied": [
        lambda w: {"contactIds": [w.going], "isReplied": True},
        lambda w: {"contactIds": [w.going], "isReplied": False},
        lambda w: {"contactIds": [w.replied], "isReplied": False},
    ],
    "reply_mark_contacts_as_bounced": [
        lambda w: {"contactIds": [w.going], "isBounced": True},
        lambda w: {"contactIds": [w.bounced], "isBounced": False, "resendEmails": True},
        lambda w: {"contactIds": [w.bounced], "isBounced": False, "resendEmails": False},
    ],
    "reply_set_contacts_opted_out": [
        lambda w: {"contactIds": [w.going], "isOptedOut": True},
        lambda w: {"contactIds": [w.going], "isOptedOut": False},
        lambda w: {"contactIds": [w.gone], "isOptedOut": False},
    ],
    "reply_set_status_in_all_sequences": [
        lambda w: {"contactIds": [w.going], "statusInSequence": "paused"},
        lambda w: {"contactIds": [w.going], "statusInSequence": "active"},
        lambda w: {"contactIds": [w.paused], "statusInSequence": "active"},
        lambda w: {"contactIds": [w.going], "statusInSequence": "finished"},
    ],
    "reply_change_contact_owner": [lambda w: {"contactIds": [w.going], "userId": 70402, "reassignTasks": True}],
    "reply_add_contact_note": [lambda w: {"id": w.going, "notes": "Likes tea"}],
    "reply_move_contact_to_sequence": [
        lambda w: {"id": w.idle, "sequenceId": w.sends},
        lambda w: {"id": w.idle, "sequenceId": w.rests},
    ],
    "reply_add_contact_to_sequence": [
        lambda w: {"id": w.sends, "contactIds": [w.idle]},
        lambda w: {"id": w.rests, "contactIds": [w.idle]},
    ],
    "reply_create_list": plain({"name": "New ones"}, {"name": "New shared ones", "isShared": True}),
    "reply_rename_list": [lambda w: {"id": w.list, "name": "Other name"}],
    "reply_share_list": [lambda w: {"id": w.list}],
    "reply_unshare_list": [lambda w: {"id": w.shared}],
    "reply_add_contacts_to_list": [lambda w: {"id": w.list, "contactIds": [w.going]}],
    "reply_create_custom_field": plain({"title": "Pets", "fieldType": "text"}),
    "reply_update_custom_field": plain({"id": 2101, "title": "Round of funding", "fieldType": "text"}),
    "reply_create_sequence": plain({"name": "A draft", "steps": [NEW_STEP]}),
    "reply_update_sequence": [
        *both(lambda w, id: {"id": id, "name": "Other name"}),
        *both(lambda w, id: {"id": id, "scheduleId": 805}),
        *both(lambda w, id: {"id": id, "emailAccounts": [OTHER_MAILBOX]}),
        *both(lambda w, id: {"id": id, "settings": {"isListUnsubscribeHeaderEnabled": True}}),
        *both(lambda w, id: {"id": id, "settings": {"repliesHandlingType": "continueSending"}}),
        *both(lambda w, id: {"id": id, "settings": {"dailyThrottling": 500, "emailsCountPerDay": 500}}),
    ],
    "reply_pause_sequence": [lambda w: {"id": w.sends}],
    "reply_bulk_pause_sequences": [lambda w: {"ids": [w.sends, w.waits]}],
    "reply_start_sequence": [lambda w: {"id": w.rests}],
    "reply_change_sequence_owner": both(lambda w, id: {"id": id, "userId": 70402}),
    "reply_bulk_change_sequence_owner": [lambda w: {"ids": [w.sends], "userId": 70402}],
    "reply_save_sequence_as_template": [lambda w: {"id": w.sends, "name": "Keep", "scope": "team"}],
    "reply_create_sequence_from_template": [
        lambda w: {"templateId": w._first("sequenceTemplate")["_uuid"]},
    ],
    "reply_assign_email_account_to_sequence": [
        lambda w: {"id": w.waits, "emailAccountId": MAILBOX},
        lambda w: {"id": w.sends, "emailAccountId": OTHER_MAILBOX},
        lambda w: {"id": w.rests, "emailAccountId": OTHER_MAILBOX},
    ],
    "reply_set_sequence_email_accounts": both(lambda w, id: {"id": id, "emailAccountIds": [OTHER_MAILBOX]}),
    "reply_remove_email_account_from_sequence": both(lambda w, id: {"id": id, "emailAccountId": MAILBOX}),
    "reply_assign_linkedin_account_to_sequence": both(lambda w, id: {"id": id, "linkedInAccountId": LINKEDIN}),
    "reply_remove_linkedin_account_from_sequence": plain(
        {"id": RUNNING_AI, "linkedInAccountId": LINKEDIN}, {"id": RESTING_AI, "linkedInAccountId": LINKEDIN}
    ),
    "reply_create_sequence_folder": plain({"name": "Mine"}),
    "reply_rename_sequence_folder": [lambda w: {"id": w._first("sequenceFolder")["_uuid"], "name": "Renamed"}],
    "reply_move_sequences_to_folder": [
        lambda w: {"id": w._first("sequenceFolder")["_uuid"], "sequenceIds": [w.sends]},
    ],
    "reply_remove_sequences_from_folder": [
        lambda w: {"id": w._first("sequenceFolder")["_uuid"], "sequenceIds": [w.sends]},
    ],
    "reply_create_sequence_step": both(lambda w, id: {"id": id, "step": {**NEW_STEP, "parentId": w.steps[id][-1]}}),
    "reply_bulk_create_sequence_steps": both(
        lambda w, id: {"id": id, "steps": [{**NEW_STEP, "parentId": w.steps[id][-1]}]}
    ),
    "reply_update_sequence_step": both(
        lambda w, id: {
            **w.step(id),
            "step": {**DRAFT_STEP, "variants": [{"id": one, "message": TEXT} for one in w.variants(id)]},
        }
    ),
    "reply_enable_sequence_step_variants": both(lambda w, id: {**w.step(id), "variantIds": w.variants(id)[1:]}),
    "reply_disable_sequence_step_variants": both(lambda w, id: {**w.step(id), "variantIds": w.variants(id)[:1]}),
    "reply_create_sequence_step_variant": both(lambda w, id: {**w.step(id), "subject": "B", "message": TEXT}),
    "reply_bulk_create_sequence_step_variants": both(
        lambda w, id: {**w.step(id), "variants": [{"subject": "B", "message": TEXT}]}
    ),
    "reply_update_sequence_step_variant": both(
        lambda w, id: {**w.step(id), "variantId": w.variants(id)[0], "message": TEXT}
    ),
    "reply_mark_replied_in_sequence": [
        lambda w: {"id": w.sends, "contactIds": [w.going], "isReplied": True},
        lambda w: {"id": w.sends, "contactIds": [w.going], "isReplied": False},
        lambda w: {"id": w.sends, "contactIds": [w.replied], "isReplied": False},
    ],
    "reply_mark_bounced_in_sequence": [
        lambda w: {"id": w.sends, "contactIds": [w.going], "isBounced": True},
        lambda w: {"id": w.sends, "contactIds": [w.bounced], "isBounced": False, "resendEmails": True},
        lambda w: {"id": w.sends, "contactIds": [w.bounced], "isBounced": False, "resendEmails": False},
    ],
    "reply_change_status_in_sequence": [
        lambda w: {"id": w.sends, "contactIds": [w.going], "statusInSequence": "paused"},
        lambda w: {"id": w.sends, "contactIds": [w.going], "statusInSequence": "active"},
        lambda w: {"id": w.sends, "contactIds": [w.paused], "statusInSequence": "active"},
        lambda w: {"id": w.rests, "contactIds": [w.resting], "statusInSequence": "active"},
    ],
    "reply_create_schedule": plain({"name": "Nights", "timezoneId": "Eastern Standard Time", "mainTimings": HOURS}),
    "reply_update_schedule": [
        lambda w: {"id": w.closed, "name": "Open", "timezoneId": "Eastern Standard Time", "mainTimings": HOURS},
        lambda w: {"id": SCHEDULE, "name": "Other name", "timezoneId": held_zone(w, SCHEDULE)},
        lambda w: {"id": SCHEDULE, "name": "Elsewhere", "timezoneId": "Tokyo Standard Time"},
    ],
    "reply_set_default_schedule": plain({"id": 805}),
    "reply_link_holiday_calendar": plain({"id": 803, "calendarId": CALENDAR}),
    "reply_unlink_holiday_calendar": plain({"id": SCHEDULE, "calendarId": 3}),
    "reply_create_holiday_calendar": plain(
        {"name": "Ours", "holidays": [{"startDate": "2026-12-24", "endDate": "2026-12-31", "name": "Shut"}]}
    ),
    "reply_update_holiday_calendar": plain({"id": CALENDAR, "name": "Company days", "holidays": []}),
    "reply_update_email_account": plain(
        {"id": MAILBOX, "safety": {"dailyLimit": 500}},
        {"id": MAILBOX, "signature": {"signature": "<p>Somebody else</p>"}},
        {"id": MAILBOX, "optOut": {"isOptOutLinkEnabled": False}},
        {"id": MAILBOX, "tags": ["good"]},
        {"id": 12325, "safety": {"dailyLimit": 5}},
    ),
    "reply_set_default_email_account": plain({"id": 12305}),
    "reply_connect_gmail": plain({}),
    "reply_connect_office365": plain({}),
    "reply_update_email_account_tag": [lambda w: {"tagId": w._first("emailAccountTag")["id"], "name": "Renamed"}],
    "reply_add_tags_to_email_account": plain({"id": MAILBOX, "tags": ["fast"]}),
    "reply_remove_tags_from_email_account": plain({"id": MAILBOX, "tags": ["fast"]}),
    "reply_toggle_linkedin_account": plain({"id": LINKEDIN}, {"id": 625}),
    "reply_update_linkedin_account_limits": plain(
        {"id": LINKEDIN, "limitsMode": "Fixed", "fixedMax": {"dailySendConnectionRequestCount": 500}},
        {"id": LINKEDIN, "limitsMode": "Fixed", "actionDelayMinSeconds": 3000, "actionDelayMaxSeconds": 9000},
    ),
    "reply_update_linkedin_revoke_settings": plain(
        {"id": LINKEDIN, "enabled": True, "periodDays": 2}, {"id": LINKEDIN, "enabled": False, "periodDays": 30}
    ),
    "reply_create_linkedin_connection_link": plain({"name": "Tom"}),
    "reply_connect_linkedin": plain({}),
    "reply_reconnect_linkedin_account": plain({"id": 620}),
    "reply_create_company": plain({"name": "New company"}),
    "reply_update_company": [
        lambda w: {"id": company_of(w), "description": "A fine one"},
        lambda w: {"id": company_of(w), "name": "Other name", "industry": "Robots"},
    ],
    "reply_bulk_create_companies": plain({"items": [{"name": "One of many"}]}),
    "reply_change_company_owner": [lambda w: {"id": w.companies[0], "userId": 70402}],
    "reply_add_contacts_to_company": [lambda w: {"id": w.companies[0], "contactIds": [w.going, w.idle]}],
    "reply_create_company_list": plain({"name": "New ones"}),
    "reply_rename_company_list": [lambda w: {"id": w._first("accountList")["id"], "name": "Renamed"}],
    "reply_add_companies_to_list": [
        lambda w: {"id": w._first("accountList")["id"], "accountIds": w.companies[:2]},
    ],
    "reply_blacklist_contact": [lambda w: {"id": w.going, "scope": "email"}],
    "reply_create_blacklist_domain_rule": plain({"pattern": "effects.example"}),
    "reply_bulk_create_blacklist_domain_rules": plain({"rules": [{"pattern": "effects.example"}]}),
    "reply_create_blacklist_email_rule": [lambda w: {"pattern": email(w, w.going)}],
    "reply_bulk_create_blacklist_email_rules": [lambda w: {"rules": [{"pattern": email(w, w.going)}]}],
    "reply_change_inbox_category": [lambda w: {"id": w.thread, "categoryId": w.category}],
    "reply_mark_threads_read": [lambda w: {"threadIds": [w.thread]}],
    "reply_mark_threads_unread": [lambda w: {"threadIds": [w.thread]}],
    "reply_set_meeting_intent": [lambda w: {"id": w.thread, "hasMeetingIntent": True}],
    "reply_generate_inbox_draft": [lambda w: {"id": w.thread}],
    "reply_create_inbox_category": plain({"name": "Warm"}),
    "reply_update_inbox_category": [lambda w: {"id": w.category, "name": "Cold"}],
    "reply_assign_threads_to_category": [lambda w: {"id": w.category, "threadIds": [w.thread]}],
    "reply_remove_threads_from_category": [lambda w: {"id": w.category, "threadIds": [w.thread]}],
    "reply_create_task": [
        lambda w: {
            "taskType": "manualEmail",
            "startAt": "2026-03-05T08:00:00Z",
            "dueTo": "2026-03-06",
            "contactId": w.idle,
            "template": {"subject": "Hi", "body": "Write"},
        }
    ],
    "reply_update_task": [lambda w: {"id": w.task, "dueTo": "2027-01-05"}],
    "reply_assign_task": [lambda w: {"id": w.task, "userId": 70402}],
    "reply_assign_tasks": [lambda w: {"ids": [w.task], "userId": 70402}],
    "reply_complete_task": [
        lambda w: {"id": open_task(w, of_sequence=False)},
        lambda w: {"id": open_task(w, of_sequence=True)},
        lambda w: {"id": open_task(w, of_sequence=True), "finishProspectInSequence": True},
    ],
    "reply_complete_tasks": [lambda w: {"ids": [open_task(w, of_sequence=False)]}],
    "reply_create_email_template": plain(
        {"name": "Mine", "subject": "Hi", "body": "<p>Hi</p>", "folderType": "personal"},
        {"name": "Ours", "subject": "Hi", "body": "<p>Hi</p>", "folderType": "team"},
    ),
    "reply_update_email_template": [lambda w: {"id": w.template, "body": "<p>Other words</p>"}],
    "reply_clone_email_template": [lambda w: {"id": w.template}],
    "reply_move_email_template": [
        lambda w: {"id": personal(w, "emailTemplate"), "folderId": w.folders.get("team", 0), "folderType": "team"},
        lambda w: {"id": w.template, "folderId": w.folders.get("personal", 0), "folderType": "personal"},
    ],
    "reply_create_template_folder": plain(
        {"name": "New", "folderType": "team"}, {"name": "Own", "folderType": "personal"}
    ),
    "reply_rename_template_folder": [
        lambda w: {"id": w.folders.get("team", 0), "folder_type": "team", "name": "Renamed"},
    ],
    "reply_share_template_folder": [lambda w: {"id": w.folders.get("personal", 0)}],
    "reply_create_ai_prompt": plain({"name": "Mine", "text": "Be kind", "stepType": "commentOnRecentPost"}),
    "reply_update_ai_prompt": [lambda w: {"id": own_prompt(w), "text": "Be unkind"}],
    "reply_preview_live_data_search": plain({"filters": {"jobTitles": [{"value": "CTO"}]}}),
    "reply_personalize_messages": [
        lambda w: {"sequenceId": RUNNING_AI, "contactId": w._first("membership", _sequenceId=RUNNING_AI)["_contactId"]}
    ],
    "reply_regenerate_message": [
        lambda w: {"sequenceId": RUNNING_AI, "contactId": w._first("membership", _sequenceId=RUNNING_AI)["_contactId"]}
    ],
    "reply_create_knowledge_base": plain({"name": "New facts", "instructions": "Be short"}),
    "reply_update_knowledge_base": plain({"id": BASE, "name": "Facts"}, {"id": BASE, "instructions": "Be rude"}),
    "reply_duplicate_knowledge_base": plain({"id": BASE}),
    "reply_add_knowledge_base_source": plain({"knowledgeBaseId": BASE, "url": "https://example.com/prices"}),
    "reply_create_offer": plain({"name": "Other", "companyName": "Us", "icp": "Banks"}),
    "reply_update_offer": plain({"id": OFFER, "name": "Other name"}, {"id": OFFER, "icp": "Banks"}),
    "reply_duplicate_offer": plain({"id": OFFER}),
    "reply_generate_offer_from_website": plain({"prompt": "https://example.com"}),
    "reply_create_playbook": plain({"name": "New voice", "body": "Be short", "type": "team"}),
    "reply_update_playbook": plain({"id": "t-13", "name": "DACH"}, {"id": "t-13", "body": "Be rude"}),
    "reply_duplicate_playbook": plain({"id": "t-13"}),
    "reply_start_strategist": plain({"companyName": "Acme"}),
    "reply_create_reply_handler": plain(
        {"knowledgeBaseId": BASE, "typeOfQuestion": "thanks, sounds, looks, price", "instructions": "Be short"},
        {
            "knowledgeBaseId": BASE,
            "typeOfQuestion": "thanks, sounds, looks, price",
            "instructions": "Be short",
            "deliveryMode": "stopAndNotify",
            "additionalNotificationEmail": "watcher@effects.example",
        },
    ),
    "reply_update_reply_handler": [
        lambda w: {**handler(w), "instructions": "Be rude"},
        lambda w: {**handler(w), "deliveryMode": "auto"},
    ],
    "reply_create_reengagement_card": plain(
        {"knowledgeBaseId": BASE, "name": "Soon", "instructions": "Ask", "sendAfter": 1},
        {"knowledgeBaseId": BASE, "name": "Soon", "instructions": "Ask", "sendAfter": 1, "deliveryMode": "auto"},
    ),
    "reply_update_reengagement_card": [
        lambda w: {**card(w), "sendAfter": 1},
        lambda w: {**card(w), "sendAfter": 1, "deliveryMode": "auto", "isEnabled": True},
    ],
    "reply_create_reengagement_flow": plain({"knowledgeBaseId": BASE, "name": "VIP"}),
    "reply_update_reengagement_flow": [
        lambda w: {"knowledgeBaseId": BASE, "flowId": w.flow["_uuid"], "name": "Renamed"},
    ],
    "reply_duplicate_reengagement_flow": [lambda w: {"knowledgeBaseId": BASE, "flowId": w.flow["_uuid"]}],
    "reply_set_default_reengagement_flow": [lambda w: {"knowledgeBaseId": BASE, "flowId": w.flow["_uuid"]}],
    "reply_assign_reengagement_flow": [
        lambda w: {
            "knowledgeBaseId": BASE,
            "flowId": w.flow["_uuid"],
            "sequenceId": RUNNING_AI,
            "contactId": w._first("membership", _sequenceId=RUNNING_AI)["_contactId"],
        },
    ],
    "reply_create_ai_sdr_sequence": plain(
        {"name": "CTOs", "offerId": OFFER, "sequenceStructureSetup": {"generatedStepTypes": ["email"]}}
    ),
    "reply_update_ai_sdr_settings": [
        *ai(toneOfVoice={"toneOfVoice": "witty"}),
        *ai(autopilot={"filters": {"jobTitles": [{"value": "Intern"}]}}),
    ],
    "reply_disable_autopilot": ai(),
    "reply_preview_autopilot": ai(filters={"jobTitles": [{"value": "CTO"}]}),
    "reply_set_sequence_reply_mode": ai(enabled=True),
    "reply_attach_playbook_to_sequence": ai(playbookId="o-12"),
    "reply_detach_playbook_from_sequence": ai(),
    "reply_attach_knowledge_base_to_sequence": [
        lambda w, id=id: {"sequenceId": id, "knowledgeBaseId": w.base}  # type: ignore[misc]
        for id in (RUNNING_AI, RESTING_AI)
    ],
    "reply_detach_knowledge_base_from_sequence": ai(),
    "reply_create_webhook": plain(
        {"eventType": "email_sent", "url": "https://hooks.example.com/new", "scope": "team"},
        {"eventType": "email_sent", "url": "https://hooks.example.com/off", "enabled": False},
    ),
    "reply_update_webhook": [
        lambda w: {"id": w.hook, "url": "http://169.254.169.254/latest"},
        lambda w: {"id": w.quiet, "url": "https://hooks.example.com/quiet"},
    ],
    "reply_enable_webhook": [lambda w: {"id": w.quiet}],
    "reply_disable_webhook": [lambda w: {"id": w.hook}],
    "reply_cancel_background_job": [lambda w: {"jobId": running_job(w)}],
    "reply_update_settings": plain(
        {"emails": {"inbox": {"bccList": "copies@effects.example"}}},
        {"emails": {"inbox": {"repliesBccList": "copies@effects.example"}}},
        {"emails": {"isLinksTrackingEnabled": True}},
        {"emails": {"isLinksTrackingEnabled": False}},
        {"emails": {"isOpenTrackingDisabled": True}},
        {
            "emails": {
                "isSendingPlainTextEnabled": True,
                "isOpenTrackingDisabled": True,
                "isLinksTrackingEnabled": False,
            }
        },
        {"emails": {"safety": {"prospectEmailsPerDayLimit": 50, "firstStepDelay": 0}}},
        {"emails": {"safety": {"nonRepliesHandlingType": 2}}},
        {"emails": {"outOfOffice": {"isResumeOutOfOfficeContactsEnabled": False}}},
        {"emails": {"outOfOffice": {"defaultDaysToWaitBeforeResumingOutOfOffice": 1}}},
        {"emails": {"isAutomaticEmailValidationEnabled": True}},
        {"emails": {"isEmailQualityCheckEnabled": False}},
        {"contacts": {"handling": {"pauseProspectOrganizationMode": False}}},
        {"contacts": {"handling": {"enrichProspectWhenLinkedInUrlIsMissing": True}}},
        {"contacts": {"contactAccounts": {"overwriteFields": True}}},
        {"account": {"firstName": "Somebody", "title": "CEO"}},
        {"contacts": {"contactStages": [{"id": 1, "name": "Brand new"}]}},
    ),
}
"""What each tool is called with."""


def email(world: World, contact: int) -> str:
    return str((world.store.get("contact", contact) or {})["email"])


def held_zone(world: World, schedule: int) -> str:
    return str((world.store.get("schedule", schedule) or {})["timezoneId"])


def company_of(world: World) -> int:
    """The company of somebody who is written to, or any."""
    going = world.store.get("contact", world.going) or {}
    return int(going.get("accountId") or world.companies[0])


def open_task(world: World, *, of_sequence: bool) -> int:
    rows = world.store.all("task", status="new")
    return int(
        next((one["id"] for one in rows if bool(one.get("_sequenceId") or one.get("sequenceId")) is of_sequence), 1)
    )


def personal(world: World, kind: str) -> int:
    return int(next((one["id"] for one in world.store.all(kind) if one.get("folderType") == "personal"), 1))


def own_prompt(world: World) -> int:
    return int(next((one["id"] for one in world.store.all("aiPrompt") if one.get("scope") == "personal"), 1))


def handler(world: World) -> Arguments:
    return {"knowledgeBaseId": BASE, "replyHandlerId": world.handler["_uuid"]}


def card(world: World) -> Arguments:
    return {"knowledgeBaseId": BASE, "reengagementCardId": world.card["_uuid"]}


def running_job(world: World) -> str:
    rows = world.store.all("job", _userId=70411)
    return str(next((one for one in rows if one["_data"] is None and one["_outcome"] is None), rows[-1])["jobId"])


def cases() -> Iterator[tuple[str, int]]:
    """Every case by its tool and number."""
    for tool, made in CASES.items():
        yield from ((tool, number) for number in range(len(made)))
