"""Contacts: each test shows what Reply does, and how the operation makes up for it."""

from __future__ import annotations

from typing import Any

import pytest

from reply_mcp.catalog.areas.contacts import area
from reply_mcp.catalog.operation import Effect
from reply_mcp.errors import NotDone, RateLimited, WrongArguments
from tests.catalog.fake_call import FakeCall, operation_of, refusal

ANN = {"id": 501, "email": "Ann@Acme.com", "firstName": "Ann", "lastName": "Lee"}
JOANN = {"id": 502, "email": "joann@acme.com", "firstName": "Joann"}
FIELDS = [[{"id": 7, "title": "Pain point", "fieldType": "text"}, {"id": 8, "title": "Seats", "fieldType": "number"}]]
NOBODY: dict[str, Any] = {"items": [], "hasMore": False}


def call(id: str, arguments: dict[str, Any], **answers: Any) -> FakeCall:
    return FakeCall(operation_of(area, id), arguments, **answers)


def page(*rows: dict[str, Any], more: bool = False) -> dict[str, Any]:
    return {"items": list(rows), "hasMore": more}


def others(asked: dict[str, Any]) -> dict[str, Any]:
    """A page of a list without end."""
    return page(*({**JOANN, "id": 1000 + asked["skip"] + number} for number in range(asked["top"])), more=True)


class TestLookingUp:
    async def test_case_does_not_matter(self) -> None:
        one = call("GetContacts", {"email": "ann@acme.com"}, send=page(ANN))
        assert [row["id"] for row in (await one.run())["items"]] == [501]
        assert one.notes == []

    async def test_rows_of_others_are_left_out(self) -> None:
        one = call("GetContacts", {"email": "ann@acme.com"}, send=page(JOANN, ANN))
        assert [row["id"] for row in (await one.run())["items"]] == [501]
        assert one.notes == []

    async def test_an_ignored_filter_is_made_up_for_by_a_search(self) -> None:
        one = call(
            "GetContacts",
            {"email": "ann@acme.com"},
            send=page(JOANN, more=True),
            GetContacts=page(JOANN, more=True),
            FilterContacts=lambda request: (
                others(request) if request["skip"] == 0 else page(others(request)["items"][0], ANN)
            ),
        )
        assert [row["id"] for row in (await one.run())["items"]] == [501]
        assert [asked["skip"] for asked in one.asked_for("FilterContacts")] == [0, 199]

    async def test_a_search_without_end_is_no_answer(self) -> None:
        one = call(
            "GetContacts",
            {"email": "ann@acme.com"},
            send=page(JOANN),
            GetContacts=page(JOANN),
            FilterContacts=others,
        )
        with pytest.raises(NotDone, match="600 contacts"):
            await one.run()
        assert len(one.asked_for("FilterContacts")) == 3

    async def test_profiles_match_however_the_link_is_spelled(self) -> None:
        row = {"id": 9, "linkedInUrl": "https://www.linkedin.com/in/Ann-Lee/"}
        other = {"id": 10, "linkedInUrl": "https://www.linkedin.com/in/ann-lee-2"}
        one = call("GetContacts", {"linkedIn": "http://linkedin.com/in/ann-lee?trk=x"}, send=page(row, other))
        assert [row["id"] for row in (await one.run())["items"]] == [9]

    async def test_big_pages_are_read_as_small_ones(self) -> None:
        def rows(request: dict[str, Any]) -> dict[str, Any]:
            first = request["skip"]
            return page(*({"id": i} for i in range(first, first + request["top"])), more=True)

        one = call("GetContacts", {"top": 450, "skip": 10}, GetContacts=rows)
        answer = await one.run()
        assert [row["id"] for row in answer["items"]] == list(range(10, 460))
        assert answer["hasMore"] is True
        assert [asked["top"] for asked in one.asked_for("GetContacts")] == [200, 201, 51]

    async def test_what_was_read_before_an_error_is_not_lost(self) -> None:
        one = call("GetContacts", {"top": 400}, GetContacts=[page(ANN, more=True), RateLimited("retry in 40 s", 40)])
        answer = await one.run()
        assert [row["id"] for row in answer["items"]] == [501]
        assert answer["hasMore"] is True
        assert "Only a part was read: retry in 40 s" in one.noted

    async def test_an_empty_page_ends_it_whatever_it_says(self) -> None:
        one = call("GetContacts", {"top": 1000}, GetContacts=page(more=True))
        assert (await one.run())["items"] == []
        assert len(one.asked) == 1

    async def test_doubles_between_pages_are_dropped(self) -> None:
        one = call("FilterContacts", {"listId": 1}, send=page(ANN, JOANN, ANN))
        assert [row["id"] for row in (await one.run())["items"]] == [501, 502]

    def test_sorting_by_what_is_always_null_is_refused(self) -> None:
        with pytest.raises(WrongArguments, match="sortBy: lastModifiedAt is always empty; sort by addingDate"):
            call("FilterContacts", {"sortBy": "lastModifiedAt"})

    @pytest.mark.parametrize(("given", "field"), [("LastName", "lastName"), ("owner", "ownerUserId"), (None, None)])
    def test_sorting_takes_fields_as_they_are_shown(self, given: str | None, field: str | None) -> None:
        one = call("FilterContacts", {"sortBy": given})
        assert one.operation.request(one.arguments).body["sortBy"] == field

    def test_sorting_by_no_field_is_refused_with_those_there_are(self) -> None:
        with pytest.raises(WrongArguments, match=r'sortBy: "shoe size" is not one of id, email, .*, addingDate'):
            call("FilterContacts", {"sortBy": "shoe size"})
        with pytest.raises(WrongArguments, match=r'"compny" \(did you mean company\?\) is not one of'):
            call("FilterContacts", {"sortBy": "compny"})

    def test_a_direction_goes_out_alone(self) -> None:
        one = call("FilterContacts", {"sortDirection": "asc"})
        assert one.operation.request(one.arguments).body["sortDirection"] == "asc"


class TestCreating:
    @pytest.mark.parametrize(
        "finds", [{"FilterContacts": page(ANN)}, {"FilterContacts": page(JOANN), "GetContacts": page(ANN)}]
    )
    async def test_an_address_that_is_held_is_never_overwritten(self, finds: dict[str, Any]) -> None:
        one = call("CreateContact", {"email": "ann@acme.com", "firstName": "A"}, **finds)
        with pytest.raises(NotDone, match=r"501.*reply_update_contact"):
            await one.run()
        assert one.sent == []

    async def test_a_row_that_differs_is_not_the_contact(self) -> None:
        one = call(
            "CreateContact",
            {"email": "ann@acme.com", "firstName": "Ann"},
            GetContacts=page(JOANN),
            FilterContacts=page(JOANN),
            send={"id": 900, "email": "ann@acme.com"},
        )
        assert (await one.run())["id"] == 900

    def test_what_reply_needs_is_asked_for(self) -> None:
        with pytest.raises(WrongArguments, match="firstName: required"):
            call("CreateContact", {"email": "ann@acme.com"})
        with pytest.raises(WrongArguments, match="email or linkedInUrl"):
            call("CreateContact", {"firstName": "Ann"})
        with pytest.raises(WrongArguments, match=r"linkedInProfileUrl.*did you mean linkedInUrl"):
            call("CreateContact", {"firstName": "Ann", "email": "a@b.co", "linkedInProfileUrl": "x"})

    async def test_custom_fields_are_written_by_a_second_call_and_read_back(self) -> None:
        held = {"id": 900, "customFields": [{"key": "7", "value": "Manual"}, {"key": "Seats", "value": "40.0"}]}
        one = call(
            "CreateContact",
            {
                "email": "ann@acme.com",
                "firstName": "Ann",
                "city": None,
                "customFields": [{"key": "pain POINT", "value": "Manual"}, {"key": "8", "value": "40"}],
            },
            FilterContacts=NOBODY,
            GetContacts=NOBODY,
            GetCustomFields=FIELDS,
            send={"id": 900, "customFields": []},
            UpdateContact=held,
            GetContactById=held,
        )
        await one.run()
        assert one.sent[0].body == {"email": "ann@acme.com", "firstName": "Ann"}
        assert one.asked_for("UpdateContact") == [
            {"id": 900, "customFields": [{"id": 7, "value": "Manual"}, {"id": 8, "value": "40"}]}
        ]
        assert one.notes == []

    async def test_a_field_that_did_not_stick_is_said(self) -> None:
        one = call(
            "CreateContact",
            {"email": "ann@acme.com", "firstName": "Ann", "customFields": [{"key": "Seats", "value": "40"}]},
            FilterContacts=NOBODY,
            GetContacts=NOBODY,
            GetCustomFields=FIELDS,
            send={"id": 900},
            UpdateContact={},
            GetContactById={"id": 900, "customFields": []},
        )
        await one.run()
        assert "Not kept by Reply" in one.noted
        assert '"Seats" holds nothing' in one.noted

    async def test_when_the_second_call_fails_the_contact_is_not_lost_sight_of(self) -> None:
        one = call(
            "CreateContact",
            {"email": "ann@acme.com", "firstName": "Ann", "customFields": [{"key": "Seats", "value": "40"}]},
            FilterContacts=NOBODY,
            GetContacts=NOBODY,
            GetCustomFields=FIELDS,
            send={"id": 900},
            UpdateContact=RateLimited("busy for 40 s", 40),
        )
        assert (await one.run())["id"] == 900
        assert "do not create again" in one.noted

    async def test_unknown_fields_are_refused_with_the_nearest(self) -> None:
        one = call(
            "CreateContact",
            {
                "email": "ann@acme.com",
                "firstName": "Ann",
                "customFields": [{"key": "Pain pont", "value": "x"}, {"key": "Seats", "value": "many"}],
            },
            FilterContacts=NOBODY,
            GetContacts=NOBODY,
            GetCustomFields=FIELDS,
        )
        with pytest.raises(NotDone) as stopped:
            await one.run()
        assert 'customFields[0]: no custom field "Pain pont"; did you mean "Pain point"?' in str(stopped.value)
        assert 'customFields[1].value: "many" is not a number (field "Seats")' in str(stopped.value)
        assert one.sent == []

    async def test_a_refusal_for_an_address_that_nobody_seen_holds(self) -> None:
        one = call("CreateContact", {"email": "ann@acme.com", "firstName": "Ann"})
        said = await one.explained(refusal(400, "contact.invalidInput", "Contact already exists"))
        assert said is not None
        assert "restoreDeleted" in said
        assert await one.explained(refusal(400, "contact.invalidInput", "Unknown time zone")) is None


class TestUpdating:
    async def test_fields_go_by_id_and_are_read_back(self) -> None:
        one = call(
            "UpdateContact",
            {"id": 501, "customFields": [{"name": "seats", "value": "41"}]},
            GetCustomFields=FIELDS,
            send=ANN,
            GetContactById={**ANN, "customFields": [{"key": "8", "value": "40"}]},
        )
        await one.run()
        assert one.sent[0].body == {"customFields": [{"id": 8, "value": "41"}]}
        assert '"Seats" holds "40"' in one.noted

    async def test_null_clears_and_what_is_left_out_stays(self) -> None:
        one = call("UpdateContact", {"id": 501, "phone": None}, send=ANN)
        await one.run()
        assert one.sent[0].body == {"phone": None}
        assert one.asked == []

    @pytest.mark.parametrize(("value", "effect"), [(True, Effect.WRITE), (False, Effect.SEND), (None, Effect.WRITE)])
    async def test_lifting_an_opt_out_is_more_than_a_write(self, value: bool | None, effect: Effect) -> None:
        one = call("UpdateContact", {"id": 501, "isOptedOut": value}, GetContactById=ANN)
        assert one.operation.effect_for is not None
        assert await one.operation.effect_for(one) is effect


async def test_titles_are_shown_where_reply_gives_ids() -> None:
    contact = {
        **ANN,
        "customFields": [{"key": "8", "value": "40"}, {"key": "99", "value": "x"}, {"key": "7", "value": None}],
    }
    one = call("GetContactById", {"id": 501}, send=contact, GetCustomFields=FIELDS)
    assert [entry["name"] for entry in (await one.run())["customFields"]] == ["Seats", "99", "Pain point"]


async def test_contacts_without_fields_cost_no_second_request() -> None:
    one = call("GetContacts", {}, send=page({**ANN, "customFields": []}))
    await one.run()
    assert one.asked == []


async def test_a_contact_is_shown_even_when_the_fields_cannot_be_read() -> None:
    contact = {**ANN, "customFields": [{"key": "8", "value": "40"}]}
    one = call("GetContactById", {"id": 501}, send=contact, GetCustomFields=refusal(403, "customField.forbidden"))
    assert (await one.run())["customFields"] == [{"key": "8", "value": "40", "name": "8"}]
