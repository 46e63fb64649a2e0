"""Undoing over a real client: the last change, one by its id, an undo, somebody else's change in between."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import time_machine

from reply_mcp.settings import Settings, parse_policy
from tests.conftest import Sandbox, connected, text_of

SettingsFor = Callable[..., Settings]
_CODE = re.compile(r'confirm="(\w+)"')


class Agent:
    """Calls tools, and remembers the last text."""

    def __init__(self, client: Any, sandbox: Sandbox) -> None:
        self._client = client
        self._sandbox = sandbox
        self.requests: list[str] = []

    async def __call__(self, tool: str, **arguments: Any) -> str:
        mark = self._sandbox.seen()
        result = await self._client.call_tool("reply_run_write", {"tool": tool, "arguments": arguments})
        self.requests = [f"{row['method']} {row['path']}" for row in self._sandbox.since(mark)]
        return text_of(result)

    async def agreed(self, tool: str, **arguments: Any) -> tuple[str, str]:
        """The question, and the text after a person has agreed."""
        asked = await self(tool, **arguments)
        return asked, await self(tool, **arguments, confirm=code_in(asked))


def code_in(asked: str) -> str:
    """The code that a question takes."""
    found = _CODE.search(asked)
    assert found, asked
    return found[1]


@asynccontextmanager
async def agent(sandbox: Sandbox, settings: Settings) -> AsyncIterator[Agent]:
    async with connected(settings) as client:
        yield Agent(client, sandbox)


def contact(sandbox: Sandbox) -> dict[str, Any]:
    taken = {one["_contactId"] for one in sandbox.store.all("membership")}
    rows = sandbox.store.all("contact", _teamId=31007, isOptedOut=False)
    return next(one for one in rows if one["id"] not in taken and one["email"])


def held(sandbox: Sandbox, id: int) -> Any:
    return sandbox.get(f"/v3/contacts/{id}")


async def test_the_last_change_is_put_back_in_one_word(sandbox: Sandbox, settings_for: SettingsFor) -> None:
    one = contact(sandbox)
    before = held(sandbox, one["id"])
    async with agent(sandbox, settings_for(sandbox)) as call:
        text = await call("reply_update_contact", id=one["id"], title="Chief of others", phone="+1 555 0100")
        assert text.endswith("Undo: reply_undo")
        text = await call("reply_undo")
        assert "Undone" in text, text
        after = held(sandbox, one["id"])
        assert {**after, "lastModifiedAt": 0} == {**before, "lastModifiedAt": 0}
        assert "no change of yours" in await call("reply_undo")


async def test_nulls_are_put_back_as_nulls(sandbox: Sandbox, settings_for: SettingsFor) -> None:
    one = contact(sandbox)
    sandbox.store.put("contact", {**one, "title": None, "city": "Riga"})
    async with agent(sandbox, settings_for(sandbox)) as call:
        await call("reply_update_contact", id=one["id"], title="CEO", city=None)
        assert held(sandbox, one["id"])["city"] in (None, "")
        await call("reply_undo")
    after = held(sandbox, one["id"])
    assert (after["title"], after["city"]) == (None, "Riga")


async def test_an_undo_can_be_undone_by_its_id(sandbox: Sandbox, settings_for: SettingsFor) -> None:
    one = contact(sandbox)
    async with agent(sandbox, settings_for(sandbox)) as call:
        await call("reply_update_contact", id=one["id"], title="First")
        await call("reply_update_contact", id=one["id"], title="Second")
        text = await call("reply_undo", change=2)
        assert held(sandbox, one["id"])["title"] == "First"
        assert 'To undo this: reply_undo {"change": 3}.' in text
        await call("reply_undo", change=3)
        assert held(sandbox, one["id"])["title"] == "Second"
        assert "undone already, by change 3" in await call("reply_undo", change=2)
        # Without an id an undo is not what is undone: the change before is.
        text = await call("reply_undo")
        assert "change 1" in text, text


async def test_what_somebody_changed_since_is_shown_value_by_value_and_asked(
    sandbox: Sandbox, settings_for: SettingsFor
) -> None:
    one = contact(sandbox)
    sandbox.store.put("contact", {**one, "title": "Old"})
    async with agent(sandbox, settings_for(sandbox)) as call:
        await call("reply_update_contact", id=one["id"], title="Ours", city="Oslo")
        sandbox.http.patch(f"/v3/contacts/{one['id']}", json={"title": "Theirs", "state": "Their own"})
        asked, done = await call.agreed("reply_undo")
        assert 'Changed since: title is "Theirs" now; the change had left "Ours".' in asked
        assert "city is" not in asked
        assert "Undone" in done
    after = held(sandbox, one["id"])
    assert (after["title"], after["state"]) == ("Old", "Their own")


async def test_what_was_made_is_deleted_once_the_person_agrees(sandbox: Sandbox, settings_for: SettingsFor) -> None:
    async with agent(sandbox, settings_for(sandbox)) as call:
        text = await call("reply_create_list", name="Made by mistake")
        id = re.search(r"list (\d+)", text)
        assert id
        assert "reply_undo" not in text
        asked, done = await call.agreed("reply_undo")
        assert f'list {id[1]} "Made by mistake" is deleted' in asked
        assert "Undone" in done
    assert sandbox.http.get(f"/v3/contact-lists/{id[1]}").status_code == 404


async def test_a_later_change_that_cannot_be_undone_is_named_first(sandbox: Sandbox, settings_for: SettingsFor) -> None:
    one = contact(sandbox)
    async with agent(sandbox, settings_for(sandbox)) as call:
        await call("reply_update_contact", id=one["id"], title="Ours")
        await call("reply_add_contact_note", id=one["id"], notes="Likes tea")
        asked = await call("reply_undo")
        with time_machine.travel(datetime.now(UTC) + timedelta(minutes=3)):  # people take their time
            done = await call("reply_undo", confirm=code_in(asked))
        assert "It is not the last change: 2 (reply_add_contact_note" in asked
        assert "takes no note off" in asked
        assert "Undone, change 1" in done
        assert "cannot be undone: Reply's API takes no note off" in await call("reply_undo", change=2)


async def test_what_goes_unasked_and_cannot_be_undone_says_so(sandbox: Sandbox, settings_for: SettingsFor) -> None:
    one = next(row["contactId"] for row in sandbox.get("/v3/sequences/1208401/contacts")["items"])
    final = "It cannot be undone: Reply does not say in which state each of them was in each sequence."
    async with agent(sandbox, settings_for(sandbox)) as call:
        paused = await call("reply_set_status_in_all_sequences", contactIds=[one], statusInSequence="paused")
        assert final in paused
        asked, resumed = await call.agreed(
            "reply_set_status_in_all_sequences", contactIds=[one], statusInSequence="active"
        )
        assert "cannot be undone" not in asked + resumed


async def test_the_changes_are_listed_with_what_undoing_them_means(sandbox: Sandbox, settings_for: SettingsFor) -> None:
    one = contact(sandbox)
    async with agent(sandbox, settings_for(sandbox)) as call:
        assert "No change of yours" in await call("reply_list_changes")
        await call("reply_update_contact", id=one["id"], title="Ours")
        await call("reply_add_contact_note", id=one["id"], notes="Likes tea")
        await call("reply_undo", change=1)
        _, *rows = (await call("reply_list_changes")).splitlines()
        assert call.requests == []
    assert [row.split()[0] for row in rows[:3]] == ["3", "2", "1"]
    assert "can be undone: contact" in rows[0]
    assert "cannot be undone: Reply's API takes no note off" in rows[1]
    assert "undone by change 3" in rows[2]


async def test_a_change_of_which_nothing_is_known_is_listed_as_that(
    sandbox: Sandbox, settings_for: SettingsFor
) -> None:
    one = contact(sandbox)
    async with agent(sandbox, settings_for(sandbox)) as call:
        sandbox.fault(kind="reset", when="after", match=f"POST /v3/contacts/{one['id']}/notes")
        assert "may have been done" in await call("reply_add_contact_note", id=one["id"], notes="Likes tea")
        sandbox.no_faults()
        assert "It is not known what was done: its answer was lost." in await call("reply_list_changes")


async def test_it_can_be_switched_off(sandbox: Sandbox, settings_for: SettingsFor) -> None:
    one = contact(sandbox)
    async with agent(sandbox, settings_for(sandbox, undo=0.0)) as call:
        text = await call("reply_update_contact", id=one["id"], title="Ours")
        assert "reply_undo" not in text
        assert f"GET /v3/contacts/{one['id']}" not in call.requests
        assert "REPLY_UNDO=0" in await call("reply_undo")


async def test_an_excluded_tool_is_not_used_to_undo(sandbox: Sandbox, settings_for: SettingsFor) -> None:
    async with agent(sandbox, settings_for(sandbox, exclude_tools=("reply_delete_list",))) as call:
        await call("reply_create_list", name="Made by mistake")
        assert "cannot be undone here, since reply_delete_list is excluded" in await call("reply_undo")


async def test_two_callers_undo_their_own(sandbox: Sandbox, settings_for: SettingsFor) -> None:
    one = contact(sandbox)
    hers, his = settings_for(sandbox), settings_for(sandbox, api_key="sandbox-master", user_id=70402, team_id=31007)
    async with agent(sandbox, hers) as she, agent(sandbox, his) as he:
        await she("reply_update_contact", id=one["id"], title="Hers")
        assert "no change of yours" in await he("reply_undo")
        assert "there is no change 1 of yours" in await he("reply_undo", change=1)
        assert "Undone" in await she("reply_undo")


async def test_it_outlives_the_server(sandbox: Sandbox, settings_for: SettingsFor) -> None:
    one = contact(sandbox)
    async with agent(sandbox, settings_for(sandbox)) as call:
        await call("reply_update_contact", id=one["id"], title="Ours")
    async with agent(sandbox, settings_for(sandbox)) as call:
        assert "Undone, change 1" in await call("reply_undo")
    assert held(sandbox, one["id"])["title"] == one.get("title")


async def test_undoing_twice_undoes_two_changes_and_neither_is_a_repeat(
    sandbox: Sandbox, settings_for: SettingsFor
) -> None:
    one = contact(sandbox)
    async with agent(sandbox, settings_for(sandbox)) as call:
        await call("reply_update_contact", id=one["id"], title="Ours")
        await call("reply_update_contact", id=one["id"], city="Oslo")
        assert "Undone, change 2" in await call("reply_undo")
        assert "Undone, change 1" in await call("reply_undo")
    after = held(sandbox, one["id"])
    assert (after["title"], after["city"]) == (one.get("title"), one.get("city"))


async def test_what_somebody_has_switched_back_already_is_left_so(sandbox: Sandbox, settings_for: SettingsFor) -> None:
    """The inverse of a switch is the switch: made twice, it would put the change back in place."""
    id = next(one["id"] for one in sandbox.store.all("linkedInAccount") if one["status"] == "enabled")
    async with agent(sandbox, settings_for(sandbox, policy=parse_policy("send=allow"))) as call:
        await call("reply_toggle_linkedin_account", id=id)
        sandbox.http.post(f"/v3/linkedin-accounts/{id}/toggle-status")
        text = await call("reply_undo")
        assert f"Nothing to undo of change 1 (reply_toggle_linkedin_account, id {id})" in text, text
        assert "POST" not in " ".join(call.requests)
    assert (sandbox.store.get("linkedInAccount", id) or {})["status"] == "enabled"


async def test_of_a_bulk_change_each_thing_that_somebody_changed_since_is_named(
    sandbox: Sandbox, settings_for: SettingsFor
) -> None:
    ours = [one["id"] for one in sandbox.store.all("contact", _teamId=31007)[:3]]
    async with agent(sandbox, settings_for(sandbox)) as call:
        before = {id: held(sandbox, id)["ownerUserId"] for id in ours}
        new = next(one["id"] for one in sandbox.store.all("user") if one["id"] not in before.values())
        await call("reply_change_contact_owner", contactIds=ours, userId=new)
        other = next(one["id"] for one in sandbox.store.all("user") if one["id"] not in {new, *before.values()})
        sandbox.store.put("contact", {**(sandbox.store.get("contact", ours[1]) or {}), "ownerUserId": other})
        asked, done = await call.agreed("reply_undo")
    assert f"Changed since: owner of contact {ours[1]} is {other} now; the change had left {new}." in asked
    assert asked.count("Changed since") == 1
    assert "Undone" in done
    assert {id: held(sandbox, id)["ownerUserId"] for id in ours} == before


async def test_letters_that_change_in_case_alone_come_back(sandbox: Sandbox, settings_for: SettingsFor) -> None:
    one = contact(sandbox)
    sandbox.store.put("contact", {**one, "firstName": "jane", "lastName": "DOE"})
    template = next(one for one in sandbox.store.all("emailTemplate"))
    linked = '<p>See <a href="https://acme.com/old">this</a></p>'
    sandbox.store.put("emailTemplate", {**template, "body": linked})
    async with agent(sandbox, settings_for(sandbox)) as call:
        await call("reply_update_contact", id=one["id"], firstName="Jane", lastName="Doe")
        assert 'has firstName "jane", lastName "DOE" again' in await call("reply_undo")
        # The words are the same; where they lead to is not.
        await call("reply_update_email_template", id=template["id"], body=linked.replace("old", "new"))
        assert "Undone" in await call("reply_undo")
    assert (held(sandbox, one["id"])["firstName"], held(sandbox, one["id"])["lastName"]) == ("jane", "DOE")
    assert (sandbox.store.get("emailTemplate", template["id"]) or {})["body"] == linked


async def test_of_custom_fields_those_that_the_call_set_come_back(sandbox: Sandbox, settings_for: SettingsFor) -> None:
    one = contact(sandbox)
    funding, renewal, stack = 2101, 2115, 2122
    sandbox.store.put("contact", {**one, "_customFields": {str(stack): "Lemlist"}})
    values = [{"name": "Funding round", "value": "B"}, {"id": stack, "value": "Reply"}]
    async with agent(sandbox, settings_for(sandbox)) as call:
        await call("reply_update_contact", id=one["id"], customFields=values)
        sandbox.http.patch(f"/v3/contacts/{one['id']}", json={"customFields": [{"id": renewal, "value": "May"}]})
        text = await call("reply_undo")
        assert 'has no customFields.2101, customFields.2122 "Lemlist" again' in text.replace(" and", ","), text
        fields = {row["key"]: row["value"] for row in held(sandbox, one["id"])["customFields"]}
        assert {key: value for key, value in fields.items() if value} == {str(renewal): "May", str(stack): "Lemlist"}
        await call("reply_undo", change=2)
        sandbox.http.patch(f"/v3/contacts/{one['id']}", json={"customFields": [{"id": funding, "value": "C"}]})
        asked = await call("reply_undo", change=3)
    assert 'Changed since: customFields.2101 is "C" now; the change had left "B".' in asked, asked


async def test_of_a_list_what_differs_is_shown(sandbox: Sandbox, settings_for: SettingsFor) -> None:
    calendar = next(one["id"] for one in sandbox.store.all("holidayCalendar") if one["calendarType"] != "predefined")
    days = [{"startDate": "2026-12-24", "endDate": "2026-12-26", "name": "Christmas"}]
    more = {"startDate": "2026-05-01", "endDate": "2026-05-01", "name": "May Day"}
    async with agent(sandbox, settings_for(sandbox, policy=parse_policy("send=allow"))) as call:
        await call("reply_update_holiday_calendar", id=calendar, holidays=days)
        now = sandbox.get(f"/v3/holiday-calendars/{calendar}")
        answer = sandbox.http.put(
            f"/v3/holiday-calendars/{calendar}", json={**now, "holidays": [*now["holidays"], more]}
        )
        assert answer.status_code < 300, answer.text
        asked = await call("reply_undo")
    assert "Changed since: holidays has May Day now, unlike what the change had left." in asked, asked


async def test_of_what_is_not_there_any_more_nothing_is_said_to_be_back(
    sandbox: Sandbox, settings_for: SettingsFor
) -> None:
    one = contact(sandbox)
    async with agent(sandbox, settings_for(sandbox)) as call:
        await call("reply_update_contact", id=one["id"], title="Ours")
        sandbox.http.delete(f"/v3/contacts/{one['id']}")
        text = await call("reply_undo")
        assert "cannot be undone: What it had changed is not there any more." in text, text
        assert "again" not in text
        assert "not there any more" in await call("reply_list_changes")
        # What was made, and somebody else has deleted, is as an undo would have it.
        id = re.search(r"list (\d+)", await call("reply_create_list", name="Made by mistake"))
        assert id
        sandbox.http.delete(f"/v3/contact-lists/{id[1]}")
        assert "is deleted already" in await call("reply_undo")
