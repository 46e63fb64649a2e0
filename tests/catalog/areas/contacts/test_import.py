"""Importing contacts: each test shows what Reply does, and how the operation makes up for it."""

from __future__ import annotations

from typing import Any

import pytest

from reply_mcp.catalog.areas.contacts import area
from reply_mcp.catalog.operation import Effect
from reply_mcp.errors import ApiError, NotDone, OutcomeUnknown, WrongArguments
from tests.catalog.fake_call import FakeCall, operation_of, refusal
from tests.catalog.questions import question_before

FIELDS = [[{"id": 7, "title": "Pain point", "fieldType": "text"}, {"id": 8, "title": "Seats", "fieldType": "number"}]]


def call(id: str, arguments: dict[str, Any], **answers: Any) -> FakeCall:
    return FakeCall(operation_of(area, id), arguments, **answers)


def person(email: str | None, first: str = "Ann", **more: Any) -> dict[str, Any]:
    return {"email": email, "firstName": first, **more}


def results(*items: dict[str, Any]) -> dict[str, Any]:
    return {"items": list(items), "added": 1, "updated": 1, "skipped": 0, "failed": 0}


class TestImporting:
    BAD = ("nope", "a b@acme.com", "ann@acme", "ann@@acme.com", "ann..lee@acme.com", "ann@acme.com,bo@acme.com", "")
    GOOD = ("ann@acme.com", "o'neil+tag@mail.acme.co.uk", "jörg@müller.de", "a_b-c.d@x1.io")

    @pytest.mark.parametrize("email", BAD)
    async def test_one_bad_address_stops_all_before_anything_is_sent(self, email: str) -> None:
        one = call("ImportContacts", {"items": [person("ok@acme.com"), person(email), person("bo@acme.com", " ")]})
        with pytest.raises(NotDone) as stopped:
            await one.run()
        assert f'items[1].email: "{email}"' in str(stopped.value)
        assert "items[2].firstName" in str(stopped.value)
        assert "skipInvalid=true" in str(stopped.value)
        assert one.sent == []

    @pytest.mark.parametrize("email", GOOD)
    async def test_good_addresses_pass(self, email: str) -> None:
        one = call("ImportContacts", {"items": [person(email)]}, send=results({"id": 1, "status": "created"}))
        await one.run()
        assert one.sent[0].body == {"items": [person(email)]}

    async def test_bad_ones_are_left_out_with_consent_and_told(self) -> None:
        one = call(
            "ImportContacts",
            {"items": [person("nope"), person("ann@acme.com")], "skipInvalid": True},
            send=results({"id": 1, "status": "created", "error": None}),
        )
        answer = await one.run()
        assert one.sent[0].body == {"items": [person("ann@acme.com")]}
        assert answer["imported"] == [{"id": 1, "email": "ann@acme.com", "status": "created"}]
        assert 'Left out, not imported (1):\n- items[0].email: "nope"' in one.noted

    async def test_results_are_told_per_person_with_their_true_reasons(self) -> None:
        one = call(
            "ImportContacts",
            {"items": [person(f"p{i}@acme.com") for i in range(5)]},
            send=results(
                {"id": 1, "status": "Created"},
                {"id": 2, "status": "skipped", "skipReason": "contactDeleted"},
                {"id": 3, "status": "skipped", "skipReason": "noEditPermission"},
                {"id": None, "status": "failed", "error": "Invalid data"},
                {"id": 5, "status": "updated"},
            ),
            GetContactById={"id": 5, "firstName": "Ann"},
        )
        answer = await one.run()
        assert answer["summary"].startswith("2 of 5 contacts imported")
        assert "only empty fields were filled" in answer["summary"]
        left = {row["email"]: row for row in answer["notImported"]}
        assert "restoreDeleted" in left["p1@acme.com"]["reason"]
        assert left["p2@acme.com"]["id"] == 3
        assert "teammate" in left["p2@acme.com"]["reason"]
        assert "first name missing" in left["p3@acme.com"]["reason"]

    async def test_values_that_reply_keeps_are_named(self) -> None:
        items = [person(f"p{i}@acme.com", company="New", title="CTO") for i in range(7)]
        one = call(
            "ImportContacts",
            {"items": items},
            send=results(*({"id": i, "status": "updated"} for i in range(1, 8))),
            GetContactById=lambda request: {"company": "Old" if request["id"] == 2 else "new", "title": "CTO"},
        )
        answer = await one.run()
        assert answer["summary"].startswith("7 of 7 contacts imported: 7 matched (matched: they existed")
        assert {row["status"] for row in answer["imported"]} == {"matched"}
        assert [asked["id"] for asked in one.asked_for("GetContactById")] == [1, 2, 3, 4, 5]
        assert one.notes[-1] == (
            'Not written, since Reply holds something else (the first 5 of 7 who existed were read): 2 company "Old".'
        )

    async def test_overwriting_reads_nothing_back(self) -> None:
        one = call(
            "ImportContacts",
            {"items": [person("ann@acme.com")], "options": {"overwriteExisting": True}},
            send=results({"id": 1, "status": "updated"}),
        )
        assert (await one.run())["summary"] == "1 of 1 contact imported: 1 updated."

    async def test_opt_outs_are_set_on_those_who_existed_too(self) -> None:
        items = [person(f"p{i}@acme.com", isOptedOut=True if i < 150 else None) for i in range(160)]
        one = call(
            "ImportContacts",
            {"items": items},
            send=results(*({"id": i, "status": "created"} for i in range(160))),
            SetContactsOptedOut=[{}, {"120": {"error": "notFound"}}],
        )
        await one.run()
        parts = one.asked_for("SetContactsOptedOut")
        assert [len(part["contactIds"]) for part in parts] == [100, 50]
        assert "Not known to be opted out: 120." in one.noted
        assert "Opted out in Reply: 149 contacts." in one.noted

    async def test_an_opt_out_that_could_not_be_set_is_told(self) -> None:
        one = call(
            "ImportContacts",
            {"items": [person("ann@acme.com", isOptedOut=True)]},
            send=results({"id": 9, "status": "created"}),
            SetContactsOptedOut=refusal(403),
        )
        await one.run()
        assert "Not known to be opted out: 9. reply_set_contacts_opted_out sets it" in one.noted

    async def test_nobody_who_opted_out_is_enrolled(self) -> None:
        items = [person("ann@acme.com", isOptedOut=True), person("bo@acme.com")]
        one = call("ImportContacts", {"items": items, "options": {"sequenceId": 77}})
        with pytest.raises(NotDone, match=r"items\[0\]: opted out, and must not be enrolled"):
            await one.run()
        assert one.sent == []

    async def test_the_item_that_sank_the_call_is_named(self) -> None:
        sunk = refusal(400, detail="Validation failed", faults=[("items/1/email", "not a valid e-mail")])
        one = call("ImportContacts", {"items": [person("ann@acme.com"), person("bo@acme.com")]}, send=sunk)
        with pytest.raises(ApiError):
            await one.run()
        said = await one.explained(sunk)
        assert said is not None
        assert "items[1].email: not a valid e-mail (bo@acme.com)" in said

    async def test_with_consent_the_others_are_sent_again(self) -> None:
        sunk = refusal(400, faults=[("items/0/email", "not a valid e-mail")])
        one = call(
            "ImportContacts",
            {"items": [person("ann@acme.com"), person("bo@acme.com")], "skipInvalid": True},
            send=[sunk, results({"id": 2, "status": "created"})],
        )
        assert (await one.run())["imported"] == [{"id": 2, "email": "bo@acme.com", "status": "created"}]
        assert [len(request.body["items"]) for request in one.sent] == [2, 1]
        assert "ann@acme.com" in one.noted

    async def test_the_limit_is_not_guessed(self) -> None:
        one = call("ImportContacts", {"items": [person("ann@acme.com")]})
        said = await one.explained(refusal(400, "contact.limitExceeded", "Contact limit of your plan reached."))
        assert said is not None
        assert "Contact limit of your plan reached." in said

    async def test_more_than_a_thousand_go_in_parts_and_who_was_left_behind_is_said(self) -> None:
        people = [person(f"ann{number}@acme.com") for number in range(2001)]
        first = {"items": [{"id": n, "status": "created"} for n in range(1, 1001)], "added": 1000, "failed": 0}
        limit = refusal(403, "contact.limitExceeded", "no room")
        one = call("ImportContacts", {"items": people}, send=[first, limit])
        told = await one.run()
        assert [len(request.body["items"]) for request in one.sent] == [1000, 1000]
        assert told["summary"].startswith("1,000 of 2,001 contacts imported: 1,000 created, 1,000 failed, 1 not tried.")
        assert [told["notImported"][at]["email"] for at in (0, 1000)] == ["ann1000@acme.com", "ann2000@acme.com"]
        assert [told["notImported"][at]["reason"] for at in (0, 1000)] == [f"refused: {limit}", "not tried"]

    async def test_a_part_whose_answer_was_lost_is_not_told_as_not_imported(self) -> None:
        people = [person(f"ann{number}@acme.com") for number in range(2001)]
        first = {"items": [{"id": n, "status": "created"} for n in range(1, 1001)], "added": 1000, "failed": 0}
        one = call("ImportContacts", {"items": people}, send=[first, OutcomeUnknown("No answer came.")])
        told = await one.run()
        assert told["summary"].endswith("imported: 1,000 created, 1,000 unknown, 1 not tried.")
        assert [len(told[key]) for key in ("imported", "notCertain", "notImported")] == [1000, 1000, 1]

    def test_more_than_ten_thousand_are_refused_here(self) -> None:
        with pytest.raises(WrongArguments, match="at most 10000 items"):
            call("ImportContacts", {"items": [person("ann@acme.com")] * 10_001})

    async def test_fields_go_by_their_registered_title(self) -> None:
        one = call(
            "ImportContacts",
            {"items": [person("ann@acme.com", customFields=[{"id": 8, "value": "4"}, {"name": "PAIN point"}])]},
            GetCustomFields=FIELDS,
            send=results({"id": 1, "status": "created"}),
        )
        await one.run()
        assert one.sent[0].body["items"][0]["customFields"] == [
            {"name": "Seats", "value": "4"},
            {"name": "Pain point"},
        ]

    async def test_fields_that_are_not_registered_stop_it(self) -> None:
        items = [person("ann@acme.com", customFields=[{"name": "Seets", "value": "4"}])]
        one = call("ImportContacts", {"items": items}, GetCustomFields=FIELDS)
        with pytest.raises(
            NotDone, match=r'"Seets" \(items\[0\]\): neither a field nor a custom field; did you mean "Seats"\?'
        ):
            await one.run()

    @pytest.mark.parametrize("answer", [{"jobId": "j-1"}, {"location": "/v3/background-jobs/j-1"}])
    async def test_an_import_in_the_background_is_not_called_done(self, answer: dict[str, str]) -> None:
        one = call("ImportContacts", {"items": [person("ann@acme.com")]}, send=answer)
        assert "not done yet: it runs in background job j-1" in (await one.run())["summary"]

    async def test_an_empty_answer_is_not_called_done_either(self) -> None:
        one = call("ImportContacts", {"items": [person("ann@acme.com")]}, send=None)
        assert "without saying what became" in (await one.run())["summary"]

    async def test_who_was_enrolled_is_looked_up(self) -> None:
        one = call(
            "ImportContacts",
            {"items": [person("ann@acme.com"), person("bo@acme.com")], "options": {"sequenceId": 77}},
            send=results({"id": 1, "status": "created"}, {"id": 2, "status": "updated"}),
            GetSequenceById={"id": 77, "name": "Q4", "status": "paused"},
            FilterContacts={"items": []},
            GetContacts={"items": []},
            GetBlacklistDomainRules={"items": []},
            GetBlacklistEmailRules={"items": []},
            GetBlacklistEmailExceptionRules={"items": []},
            GetContactById=refusal(404),
            GetContactSequences=lambda request: [{"sequenceId": 77}] if request["id"] == 1 else [],
        )
        await one.run()
        assert "In sequence 77: 1." in one.notes
        assert "Imported but not in sequence 77: 2" in one.noted

    @pytest.mark.parametrize("left_out", [False, True])
    async def test_who_must_not_be_enrolled_is_named_before_anything_is_sent(self, left_out: bool) -> None:
        one = call(
            "ImportContacts",
            {
                "items": [person(f"{name}@acme.com") for name in ("ann", "bo", "new")],
                "options": {"sequenceId": 77},
                "skipInvalid": left_out,
            },
            send=results({"id": 3, "status": "created"}),
            GetSequenceById={"id": 77, "name": "Q4", "status": "active"},
            FilterContacts=lambda request: {
                "items": [
                    {"id": id, "email": f"{name}@acme.com", "isOptedOut": name == "ann"}
                    for id, name in ((1, "ann"), (2, "bo"))
                    if request["searchTerm"] == f"{name}@acme.com"
                ]
            },
            GetContacts={"items": []},
            GetSequenceContactById=refusal(404, "sequenceContact.notInSequence"),
            GetContactStatuses={"sequences": []},
            FilterInboxThreads={"items": []},
            GetBlacklistDomainRules={"items": []},
            GetBlacklistEmailRules={"items": [{"id": 3, "pattern": "bo@acme.com"}]},
            GetBlacklistEmailExceptionRules={"items": []},
            GetContactSequences=[[]],
        )
        faults = (
            "- items[0] (ann@acme.com (1)): opted out, asked not to be contacted\n"
            "- items[1] (bo@acme.com (2)): on the blacklist, address bo@acme.com (rule 3)"
        )
        if left_out:
            await one.run()
            assert [item["email"] for item in one.sent[0].body["items"]] == ["new@acme.com"]
            assert faults in one.noted
            return
        with pytest.raises(NotDone, match="2 of 3 people must not be enrolled") as stopped:
            await one.run()
        assert faults in str(stopped.value)
        assert one.sent == []

    async def test_somebody_who_opted_out_is_known_by_their_profile_under_another_address(self) -> None:
        eve = {"id": 1, "email": "eve@old.com", "linkedInUrl": "https://www.linkedin.com/in/eve", "isOptedOut": True}
        new = person("eve@new.com", linkedInUrl="https://linkedin.com/in/Eve/")
        one = call(
            "ImportContacts",
            {"items": [new, person("bo@acme.com")], "options": {"sequenceId": 77}},
            GetSequenceById={"id": 77, "name": "Q4", "status": "active"},
            GetContacts=lambda request: {"items": [eve] if request.get("linkedIn") else []},
            FilterContacts={"items": []},
            GetSequenceContactById=refusal(404, "sequenceContact.notInSequence"),
            GetContactStatuses={"sequences": []},
            FilterInboxThreads={"items": []},
            GetBlacklistDomainRules={"items": []},
            GetBlacklistEmailRules={"items": []},
        )
        with pytest.raises(NotDone, match=r"1 of 2 people must not be enrolled.*\n- items\[0\] .*\(1\)\): opted out"):
            await one.run()
        assert one.sent == []

    async def test_nobody_is_enrolled_whom_reply_would_find_by_other_things_than_the_address(self) -> None:
        options = {"sequenceId": 77, "keys": {"phone": True}}
        one = call(
            "ImportContacts",
            {"items": [person("ann@acme.com", phone="+49 30 1")], "options": options},
            GetSequenceById={"id": 77, "name": "Q4", "status": "active"},
        )
        with pytest.raises(NotDone, match=r"options\.keys lets Reply take somebody in the account"):
            await one.run()
        assert one.sent == []

    @pytest.mark.parametrize(("status", "effect"), [("active", Effect.SEND), ("paused", Effect.WRITE)])
    async def test_enrolling_sends_where_the_sequence_is_active(self, status: str, effect: Effect) -> None:
        one = call(
            "ImportContacts",
            {"items": [person("ann@acme.com")], "options": {"sequenceId": 77}},
            GetSequenceById={"id": 77, "name": "Q4", "status": status},
        )
        assert one.operation.effect_for is not None
        assert await one.operation.effect_for(one) == (effect,)

    @pytest.mark.parametrize("items", [[person("ann@acme.com", isOptedOut=False)], None])
    async def test_a_person_is_asked_before_it_lifts_an_opt_out(self, items: list[dict[str, Any]] | None) -> None:
        given = {"items": items} if items else {"csv": "email,firstName,isOptedOut\nann@acme.com,Ann,false\n"}
        one = call("ImportContacts", given)
        for look in one.operation.before:
            await look(one)
        assert await question_before(one) == (
            "This imports 1 contact (Ann <ann@acme.com>) and lifts the opt-out of 1 of them, who can then be contacted "
            "again."
        )

    @pytest.mark.parametrize("more", [{}, {"isOptedOut": True}, {"isOptedOut": None}])
    async def test_nobody_is_asked_before_an_import_that_lifts_none(self, more: dict[str, Any]) -> None:
        assert await question_before(call("ImportContacts", {"items": [person("ann@acme.com", **more)]})) == ""
