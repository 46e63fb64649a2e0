"""Enrolling more than ten people at once, or a list: pages in the place of a request each."""

from __future__ import annotations

from typing import Any

import pytest

from reply_mcp.errors import NotDone, Unreadable
from tests.catalog.areas.enrollment.enrolling_world import (
    ACTIVE,
    NOBODY,
    contact,
    enrolling,
    errors,
    in_it,
    in_other,
    page,
    rules,
)
from tests.catalog.fake_call import refusal


class TestMany:
    async def test_pages_tell_all_of_them(self) -> None:
        ids = list(range(1, 41))
        people = [contact(id, isOptedOut=id == 6, email="x@rival.com" if id == 7 else f"p{id}@acme.com") for id in ids]
        others = page(
            {"contactId": 8, "statusInSequence": "active"},
            {"contactId": 9, "statusInSequence": "finished", "emailDisposition": {"isBounced": True}},
            {"contactId": 900, "statusInSequence": "active"},
        )
        mine = page({"contactId": 900}, {"contactId": 3, "statusInSequence": "finished"})
        one = enrolling(
            {"contactIds": ids},
            GetContacts=[page(*people[:30], more=True), page(*people[29:])],
            GetSequenceContacts=lambda request: mine if request["id"] == 77 else others,
            GetSequenceById=ACTIVE,
            **rules(domains=["rival.com"]),
        )
        answer = await one.run()
        assert errors(answer) == {
            "3": "already in it",
            "6": "opted out",
            "7": "on the blacklist",
            "8": "in another active sequence",
            "9": "bounced",
        }
        assert answer["notProcessed"]["8"]["errorDetails"] == '"Spring" (5)'
        assert len(answer["added"]) == 35
        assert len(one.asked) == 1 + 2 + 1 + 3 + 1 + 1 + 1, (
            "sequence, contacts, members, rules, sequences, others, inbox"
        )

    async def test_of_fewer_people_than_active_sequences_each_is_read(self) -> None:
        ids = list(range(1, 13))
        sequences = [{"id": id, "name": f"S{id}", "status": "active"} for id in range(100, 113)]

        def states(request: dict[str, Any]) -> Any:
            if request["id"] == 1:
                return in_other(sequence=105)
            return in_other("finished", bounced=request["id"] == 2, replied=request["id"] == 3)

        one = enrolling(
            {"contactIds": ids},
            GetContacts=page(*map(contact, ids)),
            GetSequences=page(*sequences),
            GetContactStatuses=states,
        )
        answer = await one.run()
        assert errors(answer) == {"1": "in another active sequence", "2": "bounced", "3": "in a conversation"}
        assert answer["notProcessed"]["1"]["errorDetails"] == '"S105" (105)'
        assert [request["id"] for id, request in one.asked if id == "GetSequenceContacts"] == [77]
        assert sum(id == "GetContactStatuses" for id, _ in one.asked) == len(ids)

    async def test_a_list_is_read_once_for_all(self) -> None:
        people = [contact(id) for id in range(1, 251)]

        def listed(request: dict[str, Any]) -> Any:
            assert request["listId"] == 12
            return page(*people[request["skip"] : request["skip"] + 200], more=request["skip"] == 0)

        one = enrolling({"listId": 12}, FilterContacts=listed)
        assert len((await one.run())["added"]) == 250
        assert one.asked_for("GetContactById") == one.asked_for("GetContactStatuses") == []

    async def test_a_list_that_is_not_there_or_empty(self) -> None:
        missing = refusal(404, "contactList.notFound")
        with pytest.raises(NotDone, match="no list 12"):
            await enrolling({"listId": 12}, FilterContacts=NOBODY, GetContactListById=missing).run()
        with pytest.raises(NotDone, match="Nobody is on list 12"):
            await enrolling({"listId": 12}, FilterContacts=NOBODY, GetContactListById={"id": 12}).run()

    async def test_hundreds_of_addresses_are_found_in_pages(self) -> None:
        given = [f"P{id}@acme.com" for id in range(1, 301)]
        people = [contact(id) for id in range(1, 301) if id != 7]
        one = enrolling({"contactIds": given}, GetContacts=[page(*people[:150], more=True), page(*people[149:])])
        answer = await one.run()
        assert errors(answer) == {"P7@acme.com": "not found"}
        assert len(answer["added"]) == 299
        assert len(one.asked_for("GetContacts")) == 2

    async def test_names_by_the_hundred_are_not_all_compared(self) -> None:
        given = [f"P{id} Roe" for id in range(1, 251)]
        one = enrolling({"contactIds": given}, GetContacts=page(*map(contact, range(1, 251))))
        answer = await one.run()
        assert len(answer["added"]) == 200
        assert set(errors(answer).values()) == {"not looked up"}

    async def test_ids_that_the_pages_did_not_show_are_asked_about_and_given_up_after_ten(self) -> None:
        missing = refusal(404, "contact.notFound")
        one = enrolling({"contactIds": list(range(1, 601))}, GetContacts=page(contact(1)), GetContactById=missing)
        answer = await one.run()
        assert answer["added"] == [1]
        assert len(one.asked_for("GetContactById")) == 10
        assert set(errors(answer).values()) == {"not found"}

    async def test_an_account_too_large_to_look_through_is_said(self) -> None:
        def endless(request: dict[str, Any]) -> Any:
            return page(*(contact(10**6 + request["skip"] + n) for n in range(200)), more=True)

        one = enrolling({"contactIds": [*range(1, 101), "Ann Roe"]}, GetContacts=endless)
        answer = await one.run()
        assert len(answer["added"]) == 100
        assert "Not checked: the addresses and opt-outs of some; 1 of 1 other active sequences." in one.noted
        assert errors(answer) == {"Ann Roe": "not looked up"}
        assert len(one.asked) <= 60 + 10

    async def test_pages_of_the_sequence_are_given_up_where_asking_one_by_one_is_fewer(self) -> None:
        ids = list(range(1, 12))
        one = enrolling(
            {"contactIds": ids},
            GetContacts=page(*map(contact, ids)),
            GetSequenceContacts=lambda asked: page(
                *({"contactId": 900 + asked["skip"] + n} for n in (0, 1)), more=True
            ),
            **in_it(*ids),
        )
        await one.run()
        assert len(one.asked_for("GetSequenceContacts")) == 11
        assert one.sent == []

    @pytest.mark.parametrize("odd", ["GetContacts", "GetSequenceContacts"])
    async def test_a_page_that_cannot_be_read_is_not_taken_for_nobody(self, odd: str) -> None:
        people = page(*map(contact, range(1, 12)))
        one = enrolling({"contactIds": list(range(1, 12))}, **{"GetContacts": people, odd: {"error": "gateway"}})
        with pytest.raises(Unreadable, match="nothing was changed"):
            await one.run()
        assert one.sent == []
