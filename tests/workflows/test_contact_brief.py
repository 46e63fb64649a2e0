"""One person at a glance."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from reply_mcp import workflows
from reply_mcp.settings import Settings
from reply_mcp.workflows import contact_brief
from tests.catalog.fake_call import FakeCall, refusal
from tests.conftest import Sandbox
from tests.e2e.correspondence import person, said, thread

SettingsFor = Callable[..., Settings]
JANE = {
    "id": 9,
    "firstName": "Jane",
    "lastName": "Doe",
    "email": "jane@acme.com",
    "title": "VP\u202e of\nEngineering",
    "company": "Acme",
    "companySize": "Fifty",
    "isOptedOut": True,
    "callStatus": "toCall",
    "customFields": [{"key": "1", "value": "x"}, {"key": "2", "value": None}],
}


def look(**answers: Any) -> FakeCall:
    known: dict[str, Any] = {
        "GetContactById": JANE,
        "GetContactListsForContact": [[{"id": 4, "name": "ICP"}]],
        "GetContactSequences": [[]],
        "GetContactActivities": {"items": []},
        "GetContactInboxThreads": {"items": []},
        "GetBlacklistDomainRules": {"items": []},
        "GetBlacklistEmailRules": {"items": []},
        "GetBlacklistEmailExceptionRules": {"items": []},
    }
    return FakeCall(workflows.operation("ContactBrief"), {"contact": 9}, **{**known, **answers})


async def test_who_it_is_and_what_forbids_writing() -> None:
    answer = await look().run()
    assert answer["title"].startswith("Jane Doe <jane@acme.com>, VP of Engineering at Acme (11-50 people)")
    assert answer["lines"][0] == "OPTED OUT: no outreach is sent; to call."
    assert answer["lines"][1].strip() == "Lists: ICP (4). 1 custom field (reply_get_contact)."


async def test_the_blacklist_is_told_with_its_rule_unless_an_exception_lets_them_through() -> None:
    rule, address = {"items": [{"id": 12, "pattern": "acme.com"}]}, {"items": [{"id": 3, "pattern": "jane@acme.com"}]}
    answer = await look(GetBlacklistDomainRules=rule).run()
    assert "BLACKLISTED by domain acme.com (rule 12)" in answer["lines"][0]
    answer = await look(GetBlacklistEmailRules=address).run()
    assert "BLACKLISTED by address jane@acme.com (rule 3)" in answer["lines"][0]
    answer = await look(GetBlacklistDomainRules=rule, GetBlacklistEmailExceptionRules=address).run()
    assert "BLACKLISTED" not in answer["lines"][0]


async def test_an_unreadable_blacklist_is_said_and_the_rest_told() -> None:
    answer = await look(GetBlacklistDomainRules=refusal(403, "blacklistDomainRule.forbidden")).run()
    assert "Not read: the blacklist (403" in answer["lines"][-1]
    assert answer["title"].startswith("Jane Doe")


async def test_of_several_threads_the_one_with_their_words_is_shown() -> None:
    threads = [{"id": id, "lastActivityDate": "2026-11-14T12:20:00Z"} for id in (1, 2, 3, 4)]

    def read(request: dict[str, Any]) -> Any:
        theirs = [{"isOutbound": False, "date": "2026-11-14T12:20:00+02:00", "body": "Tuesday works."}]
        ours = [{"isOutbound": True, "date": "2026-11-14T12:00:00Z", "body": "Hi Jane"}]
        return {"id": request["id"], "messages": theirs if request["id"] == 3 else ours}

    one = look(GetContactInboxThreads={"items": threads}, GetInboxThread=read)
    said = (await one.run())["lines"][-1]
    assert said["text"].startswith("Latest thread 3 ")
    assert "Other threads: 1, 2, 4." in said["text"]
    assert "on 2026-11-14 10:20 UTC" in said["text"], "whatever the offset"
    assert said["outside"] == "Tuesday works."
    silent = look(GetContactInboxThreads={"items": [*threads[:2], *threads[3:]]}, GetInboxThread=read)
    assert (await silent.run())["lines"][-1].startswith("Latest thread 1 ")
    assert len(silent.asked_for("GetInboxThread")) == 3
    assert len(silent.asked) + 1 <= 12


def test_active_sequences_go_before_later_ones() -> None:
    rows = [
        {"sequenceId": 1, "sequenceName": "Old", "statusInSequence": "Active", "currentStep": {"displayName": "2A"}},
        {"sequenceId": 2, "sequenceName": "New", "statusInSequence": "finished", "addingDate": "2026-05-02T00:00:00Z"},
    ]
    text = contact_brief.format_sequences(rows)
    assert text == "Sequences: Old (1) active at step 2A; New (2) finished, added 2026-05-02."
    assert contact_brief.format_sequences([]) == "In no sequence."


def test_the_latest_of_each_kind_of_activity() -> None:
    rows = [
        {"activityType": "emailOpened", "date": "2026-11-01T10:00:00Z"},
        {"activityType": "emailOpened", "date": "2026-11-03T10:00:00Z", "content": {"sequenceName": "Q4"}},
        {"activityType": "emailDelivered", "date": "2026-11-04T10:00:00Z"},
    ]
    text = contact_brief.format_activities(rows)
    assert text == "Last of each kind (UTC): email opened 2026-11-03 10:00 (Q4). All: reply_get_contact_activity."


def test_kinds_of_activities_that_may_be_older_or_are_left_out_are_not_denied() -> None:
    rows = [{"activityType": f"kind{at}", "date": f"2026-11-{at:02}T10:00:00Z"} for at in range(1, 12)]
    text = contact_brief.format_activities({"items": rows, "hasMore": True})
    assert text.startswith("Last of each kind among the latest 11 (UTC): kind11 2026-11-11 10:00; ")
    assert text.endswith(" and 6 more. All: reply_get_contact_activity.")
    delivered = [{"activityType": "emailDelivered", "date": "2026-11-04T10:00:00Z"}]
    assert "Nothing has happened" not in contact_brief.format_activities(delivered)


async def test_active_in_a_sequence_that_sends_nothing_is_said_to_be_so() -> None:
    places = [
        {"sequenceId": id, "sequenceName": f"S{id}", "statusInSequence": status}
        for id, status in ((1, "active"), (2, "active"), (3, "active"), (4, "finished"))
    ]
    states = {"items": [{"id": 1, "status": "Active"}, {"id": 2, "status": "Paused"}, {"id": 4, "status": "Paused"}]}
    text = "\n".join(map(str, (await look(GetContactSequences=[places], GetSequences=states).run())["lines"]))
    assert "S1 (1) active;" in text
    assert "S2 (2) active, but it is paused: nothing is sent;" in text
    assert "S3 (3) active, but it is archived: nothing is sent;" in text
    assert "S4 (4) finished." in text


async def test_a_part_that_is_refused_is_said_to_be_missing() -> None:
    answer = await look(GetContactInboxThreads=refusal(403, "inbox.forbidden")).run()
    assert answer["lines"][-1].startswith("Not read: threads (403")
    assert not any("No conversation" in str(line) for line in answer["lines"])


async def test_the_last_words_are_theirs_fenced_and_without_what_they_quote(
    sandbox: Sandbox, settings_for: SettingsFor
) -> None:
    contact = person(sandbox, "Dora", title="Head of Ops")
    quoted = (
        "<p>Tuesday works.</p>"
        '<div class="gmail_quote">On Mon, 2 Nov 2026, Maria &lt;m@x.com&gt; wrote:<blockquote>Hi</blockquote></div>'
    )
    id = thread(sandbox, contact, ("we", "<p>Hi Dora</p>"), ("they", quoted), ("we", "<p>Great</p>"))
    mark = sandbox.seen()
    text, is_error = await said(settings_for(sandbox), "reply_contact_brief", {"contact": contact["id"]})
    assert not is_error
    assert len(sandbox.since(mark)) <= contact_brief.MOST_REQUESTS
    assert f"Latest thread {id}" in text
    assert "1 message of ours since" in text
    assert text.rstrip().endswith("<<<\nTuesday works.\n>>>")
    assert "In no sequence." in text


async def test_a_person_may_be_named_by_address(sandbox: Sandbox, settings_for: SettingsFor) -> None:
    contact = person(sandbox, "Emil")
    text, is_error = await said(settings_for(sandbox), "reply_contact_brief", {"contact": contact["email"]})
    assert not is_error
    assert f"Contact {contact['id']}" in text
    text, is_error = await said(settings_for(sandbox), "reply_contact_brief", {"contact": 1})
    assert is_error
    assert "no contact 1" in text
