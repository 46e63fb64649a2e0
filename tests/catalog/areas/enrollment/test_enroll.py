"""Enrolling: who is looked at how, who is left out and why, and for how many requests."""

from __future__ import annotations

from typing import Any

import pytest

from reply_mcp.catalog.areas.enrollment import area
from reply_mcp.catalog.arguments.parse import parse_arguments
from reply_mcp.catalog.operation import Effect
from reply_mcp.errors import ApiError, NotDone, ReplyError, Unreachable, WrongArguments
from tests.catalog.areas.enrollment.enrolling_world import (
    ACTIVE,
    NOBODY,
    PAUSED,
    VAGUE,
    contact,
    enrolling,
    errors,
    in_it,
    in_other,
    page,
    rules,
)
from tests.catalog.fake_call import operation_of, refusal

MAIL = {
    "id": 1,
    "type": "email",
    "executionMode": "automatic",
    "variants": [{"subject": "Hi {{FirstName}}", "message": "<p>Seats at {{Email}}?</p>"}],
}


class TestFew:
    async def test_those_with_whom_a_conversation_goes_on_are_left_out_unless_allowed(self) -> None:
        row = {"id": 55, "contact": {"id": 2}, "category": {"name": "Interested"}, "lastActivityDate": "2025-01-01"}
        old = {"id": 56, "contact": {"id": 3}, "category": None, "lastActivityDate": "2025-01-01T00:00:00Z"}
        world: dict[str, Any] = {
            "FilterInboxThreads": page(row, old),
            "GetContactById": lambda request: contact(
                request["id"], **({"meetingStatus": "meetingBooked"} if request["id"] == 4 else {})
            ),
            "GetContactStatuses": lambda request: (
                in_other("finished", replied=True) if request["id"] == 1 else {"sequences": []}
            ),
        }
        answer = await enrolling({"contactIds": [1, 2, 3, 4]}, **world).run()
        assert errors(answer) == {"1": "in a conversation", "2": "in a conversation", "4": "in a conversation"}
        assert "thread 55 (Interested)" in answer["notProcessed"]["2"]["errorDetails"]
        assert answer["notProcessed"]["1"]["errorDetails"] == 'replied in "Spring"'
        allowed = await enrolling({"contactIds": [1, 2, 3, 4], "allow": ["in_conversation"]}, **world).run()
        assert allowed["added"] == [1, 2, 3, 4]

    async def test_only_those_never_contacted(self) -> None:
        one = enrolling(
            {"contactIds": [1, 2, 3], "onlyNeverContacted": True},
            GetContactActivities=lambda request: page(
                {"activityType": {1: "note", 2: "emailSent", 3: "note"}[request["id"]]}
            ),
        )
        answer = await one.run()
        assert answer["added"] == [1, 3]
        assert errors(answer) == {"2": "contacted before"}

    async def test_one_who_is_in_it_is_never_sent_since_reply_would_move_them(self) -> None:
        one = enrolling({"contactIds": [1, 2]}, **in_it(2))
        answer = await one.run()
        assert one.sent[0].body == {"contactIds": [1], "removeFromExisting": False}
        assert answer["added"] == [1]
        assert answer["notProcessed"] == {"2": {"error": "already in it", "errorDetails": "unchanged (active, step 2)"}}
        assert "nothing is sent until it is started" in one.noted

    async def test_when_all_are_in_it_nothing_is_written(self) -> None:
        one = enrolling({"contactIds": [2]}, GetSequenceById=ACTIVE, **in_it(2))
        assert await one.operation.effect_for(one) == (Effect.READ,)  # type: ignore[misc]
        assert (await one.run())["added"] == []
        assert one.sent == []
        assert "Nothing was sent" in one.noted

    async def test_addresses_names_and_ids_of_one_person_are_that_person(self) -> None:
        one = enrolling(
            {"contactIds": [1, "p1@acme.com", "1", "p2@acme.com", "Nobody Here"]},
            GetContacts=lambda request: page(*(contact(id) for id in (1, 2) if f"p{id}@" in request["email"])),
            FilterContacts=NOBODY,
        )
        answer = await one.run()
        assert one.sent[0].body["contactIds"] == [1, 2]
        assert errors(answer) == {"Nobody Here": "not found"}
        assert one.arguments.contact_ids == ["1", "p2@acme.com (2)", "Nobody Here"]

    async def test_a_name_of_two_people_is_not_guessed(self) -> None:
        two = page(contact(1, firstName="Ann"), contact(2, firstName="Ann"))
        one = enrolling({"contactIds": ["Ann Roe", 3]}, FilterContacts=two)
        answer = await one.run()
        assert one.sent[0].body["contactIds"] == [3]
        assert answer["notProcessed"]["Ann Roe"]["errorDetails"] == "2 contacts have this name (1, 2): give the id"

    @pytest.mark.parametrize(
        ("patterns", "reason"),
        [
            ({"domains": ["acme.com"]}, "domain acme.com (rule 1)"),
            ({"emails": ["P1@ACME.com"]}, "address p1@acme.com (rule 1)"),
            ({"domains": ["acme.com"], "exceptions": ["p1@acme.com"]}, ""),
            ({"domains": ["other-acme.com", "cme.com"]}, ""),
        ],
    )
    async def test_the_blacklist_counts_but_for_its_exceptions(self, patterns: dict[str, Any], reason: str) -> None:
        for ids in ([1], [1, 2]):  # one address is searched for, several are compared with all rules
            one = enrolling({"contactIds": ids}, **rules(**patterns))
            left_out = (await one.run())["notProcessed"]
            assert left_out.get("1", {}).get("errorDetails", "") == reason
            assert ("1" in left_out) == bool(reason)

    async def test_a_domain_covers_its_subdomains(self) -> None:
        one = enrolling(
            {"contactIds": [1]},
            GetContactById=contact(1, email="ann@mail.eu.acme.com"),
            **rules(domains=["acme.com"]),
        )
        assert errors(await one.run()) == {"1": "on the blacklist"}
        assert one.asked_for("GetBlacklistDomainRules") == [{"search": "acme.com", "top": 1000, "skip": 0}]

    async def test_opted_out_and_missing_are_told_apart_before_anything_is_sent(self) -> None:
        def person(request: dict[str, Any]) -> Any:
            if request["id"] == 2:
                raise refusal(404, "contact.notFound")
            return contact(request["id"], isOptedOut=request["id"] == 1)

        one = enrolling({"contactIds": [1, 2, 3]}, GetContactById=person)
        assert errors(await one.run()) == {"1": "opted out", "2": "not found"}
        assert one.sent[0].body["contactIds"] == [3]

    @pytest.mark.parametrize(
        ("statuses", "more", "outcome"),
        [
            (in_other(), {}, "in another active sequence"),
            (in_other("opened"), {}, "in another active sequence"),
            (in_other("finished"), {}, ""),
            (in_other(sequence=6), {}, ""),  # not active
            (in_other(), {"removeFromExisting": True}, ""),
            (in_other(), {"allow": ["in_other_sequence"]}, ""),
            (in_other("finished", bounced=True), {}, "bounced"),
            (in_other("finished", bounced=True), {"allow": ["bounced"]}, ""),
        ],
    )
    async def test_who_is_written_to_elsewhere_or_bounced_is_left_out_unless_wanted(
        self, statuses: Any, more: dict[str, Any], outcome: str
    ) -> None:
        one = enrolling({"contactIds": [1], **more}, GetContactStatuses=statuses)
        assert errors(await one.run()) == ({"1": outcome} if outcome else {})
        assert bool(one.sent) == (not outcome)
        assert ("removeFromExisting=true moves" in one.noted) == (outcome == "in another active sequence")

    @pytest.mark.parametrize("given", ["evenIf", "even_if"])
    def test_the_former_form_of_allow_is_understood(self, given: str) -> None:
        model = operation_of(area, "BulkAddContactsToSequence").arguments
        arguments: Any
        arguments, _ = parse_arguments(model, {"id": 77, "contactIds": [1], given: ["elsewhere", "bounced"]})
        assert arguments.allow == ["in_other_sequence", "bounced"]

    async def test_ten_people_cost_two_requests_each_and_five(self) -> None:
        one = enrolling({"contactIds": list(range(1, 11))}, GetContactStatuses=in_other())
        await one.run()
        assert len(one.asked) == 10 * 2 + 1 + 2 + 1 + 1

    async def test_a_key_that_may_not_read_contacts_enrolls_and_says_what_was_not_checked(self) -> None:
        no = refusal(403, None)
        one = enrolling({"contactIds": [1]}, GetContactById=no, GetContactStatuses=no)
        assert (await one.run())["added"] == [1]
        assert "Not checked: the addresses and opt-outs of some; other sequences." in one.noted

    @pytest.mark.parametrize(
        ("odd", "what"),
        [
            ({"GetBlacklistDomainRules": refusal(403, "blacklistDomainRule.forbidden")}, "the blacklist"),
            ({"GetBlacklistEmailRules": refusal(404, is_json=False)}, "the blacklist"),
            ({"GetContactStatuses": refusal(403)}, "other sequences"),
            ({"GetContactStatuses": in_other(), "GetSequences": refusal(403)}, "other sequences"),
        ],
    )
    async def test_what_the_key_may_not_read_is_said(self, odd: dict[str, Any], what: str) -> None:
        one = enrolling({"contactIds": [1]}, **odd)
        assert (await one.run())["added"] == [1]
        assert f"Not checked: {what}." in one.noted

    @pytest.mark.parametrize("failed", [refusal(500), Unreachable("No answer."), {"title": "Bad gateway"}])
    @pytest.mark.parametrize("look", ["GetBlacklistDomainRules", "GetContactStatuses", "GetSequences"])
    async def test_nobody_is_enrolled_of_whom_something_could_not_be_read(self, look: str, failed: Any) -> None:
        answers = {"GetContactStatuses": in_other(), look: failed}
        one = enrolling({"contactIds": [1]}, **answers)
        with pytest.raises(ReplyError):
            await one.run()
        assert one.sent == []


class TestAfterwards:
    async def test_the_one_word_of_refusal_is_explained_from_the_contact(self) -> None:
        asked: list[int] = []

        def statuses(request: dict[str, Any]) -> Any:
            asked.append(request["id"])
            late = asked.count(request["id"]) > 1
            if late and request["id"] == 3:
                raise refusal(404, "contact.notFound")
            return {"contactId": request["id"], "isOptedOut": late and request["id"] == 1, "sequences": []}

        one = enrolling(
            {"contactIds": [1, 2, 3, 4]},
            send={"added": [], "notProcessed": {"1": VAGUE, "2": VAGUE, "3": {"error": 1}}},
            GetContactStatuses=statuses,
        )
        failed = (await one.run())["notProcessed"]
        assert failed["1"]["error"] == "opted out"
        assert failed["3"]["error"] == "not found"
        assert failed["2"] == VAGUE
        assert failed["4"]["error"] == "not reported"

    async def test_looking_for_reasons_is_bounded_and_said(self) -> None:
        ids = list(range(1, 21))
        one = enrolling(
            {"contactIds": ids},
            GetContacts=page(*map(contact, ids)),
            send={"added": [], "notProcessed": {str(id): VAGUE for id in ids}},
            GetContactStatuses={"isOptedOut": True},
        )
        failed = (await one.run())["notProcessed"]
        assert len(one.asked_for("GetContactStatuses")) == 10
        assert sum(why["error"] == "opted out" for why in failed.values()) == 10
        assert "first 10 of 20" in one.noted

    async def test_a_sequence_without_steps_is_told_before_people_are_looked_at(self) -> None:
        one = enrolling({"contactIds": [1]}, GetSequenceById={**PAUSED, "steps": []})
        with pytest.raises(NotDone, match="has no steps"):
            await one.run()
        assert len(one.asked) == 1

    async def test_an_archived_sequence_takes_nobody(self) -> None:
        one = enrolling({"contactIds": [1]}, GetSequenceById={**PAUSED, "isArchived": True})
        with pytest.raises(NotDone, match="archived"):
            await one.run()
        assert one.sent == []


class TestAsking:
    @pytest.mark.parametrize(
        ("sequence", "more", "effects"),
        [
            (ACTIVE, {}, (Effect.SEND,)),
            (PAUSED, {}, (Effect.WRITE,)),
            ({"id": 77}, {}, (Effect.SEND,)),
            ({**ACTIVE, "status": "frozen"}, {}, (Effect.SEND,)),
            (PAUSED, {"removeFromExisting": True}, (Effect.DELETE,)),
            (ACTIVE, {"removeFromExisting": True}, (Effect.SEND, Effect.DELETE)),
        ],
    )
    async def test_the_state_decides_what_it_does(
        self, sequence: dict[str, Any], more: dict[str, Any], effects: tuple[Effect, ...]
    ) -> None:
        one = enrolling({"contactIds": [1], **more}, GetSequenceById=sequence)
        assert one.operation.effect_for is not None
        assert await one.operation.effect_for(one) == effects

    async def test_the_question_names_people_numbers_limits_and_who_is_left_out(self) -> None:
        one = enrolling(
            {"contactIds": [1, 2, 3, 4, 5]},
            GetSequenceById={**ACTIVE, "settings": {"emailsCountPerDay": 150}, "steps": [MAIL]},
            **in_it(5),
            GetSettings=[{}],
            GetSequenceEmailAccounts=[[{"email": "maria@ourco.com", "dailyLimit": 60}]],
        )
        assert callable(one.operation.preview)
        question = await one.operation.preview(one)
        text = question.text
        assert "4 contacts (P1 Roe <p1@acme.com>, P2" in text
        assert "and 1 more" in text
        assert 'in "Q4" (77), active; up to 4 today:' in text
        assert "- from maria@ourco.com (60 a day), at most 150 a day" in text
        assert '- first message to P1 Roe: "Hi P1": "Seats at p1@acme.com?"' in text
        assert "Not enrolled: 1 already in it (5)." in text
        assert question.facts["people"] == ["1", "2", "3", "4"]

    async def test_the_question_says_whom_it_takes_from_where(self) -> None:
        one = enrolling({"contactIds": [1], "removeFromExisting": True}, GetContactStatuses=in_other())
        assert callable(one.operation.preview)
        assert 'out of every other sequence: 1 from "Spring" (5).' in (await one.operation.preview(one)).text

    @pytest.mark.parametrize(
        ("code", "words"),
        [
            ("sequenceContact.contactLimitExceeded", "the plan's limit"),
            ("sequenceContact.noStepsInSequence", "no steps"),
            ("sequenceContact.sequenceNotFound", "no sequence 77"),
        ],
    )
    async def test_a_call_refused_as_a_whole_is_explained(self, code: str, words: str) -> None:
        meaning = await enrolling({"contactIds": [1]}).explained(refusal(400, code))
        assert meaning is not None
        assert words in meaning

    def test_it_is_about_somebody(self) -> None:
        for arguments in ({}, {"contactIds": []}):
            with pytest.raises(WrongArguments, match="contactIds"):
                enrolling(arguments)


async def test_a_refusal_that_is_none_of_these_stays_one() -> None:
    with pytest.raises(ApiError):
        await enrolling({"contactIds": [1]}, GetContactById=refusal(400, "contact.invalidInput")).run()
