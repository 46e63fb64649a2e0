"""What agents do who have read little: they guess names and places, and must get on, or be told how, at once."""

from __future__ import annotations

import re
from pathlib import Path

from reply_mcp.settings import parse_policy
from tests.conftest import Sandbox
from tests.e2e.agent import address, agent_of, asked, held, made
from tests.e2e.outreach import act, enrol, members, sequence

ASKING = parse_policy("send=ask,spend=ask,delete=ask")


def code_in(said: object) -> str:
    found = re.search(r'confirm="(\w+)"', str(said))
    assert found, said
    return found[1]


async def test_the_code_may_stand_beside_the_name_of_the_tool(sandbox: Sandbox) -> None:
    one = made(sandbox)
    given = {"tool": "reply_delete_contact", "arguments": {"id": one["id"]}}
    async with agent_of(sandbox, policy=ASKING) as agent:
        asks = await agent("reply_run_write", **given)
        assert "Not done yet" in asks
        assert held(sandbox, one["email"])
        said = await agent("reply_run_write", **given, confirm=code_in(asks.text))
    assert not said.is_error, said.text
    assert held(sandbox, one["email"]) == []


async def test_reads_that_are_asked_for_can_be_confirmed(sandbox: Sandbox) -> None:
    async with agent_of(sandbox, policy=parse_policy("read=ask")) as agent:
        listed = {tool.name: tool for tool in (await agent.client.list_tools()).tools}
        assert "confirm" in listed["reply_search_contacts"].input_schema["properties"]
        asks = await agent("reply_search_contacts", top=1)
        assert "Not done yet" in asks
        said = await agent("reply_search_contacts", top=1, confirm=code_in(asks.text))
        assert "contacts 1–1" in said
        inner = {"tool": "reply_list_schedules", "arguments": {}}
        asks = await agent("reply_run_read", **inner)
        said = await agent("reply_run_read", **inner, confirm=code_in(asks.text))
        assert "schedules" in said
    async with agent_of(sandbox) as agent:
        listed = {tool.name: tool for tool in (await agent.client.list_tools()).tools}
        assert "confirm" not in listed["reply_search_contacts"].input_schema["properties"]
        assert "confirm: no such argument" in await agent("reply_search_contacts", top=1, confirm="ABCDE")


async def test_a_move_spares_the_blocked_and_the_opted_out(sandbox: Sandbox) -> None:
    mine = sequence(sandbox)
    blocked = made(sandbox, email="ann@blocked-company.com")
    answer = sandbox.http.post("/v3/contact-blacklist-rules/domains", json={"pattern": "blocked-company.com"})
    assert answer.status_code < 300, answer.text
    silent = made(sandbox)
    sandbox.http.patch(f"/v3/contacts/{silent['id']}", json={"isOptedOut": True})
    async with agent_of(sandbox) as agent:
        mark = sandbox.seen()
        for one, why in ((blocked, "on the blacklist, domain blocked-company.com (rule "), (silent, "opted out")):
            said = await agent("reply_move_contact_to_sequence", id=one["id"], sequenceId=mine["id"])
            assert said.is_error
            assert f"{one['email']}> ({one['id']})" in said
            assert why in said
    assert not [request for request in asked(sandbox, mark) if request.endswith("move-to-sequence")]
    assert members(sandbox, mine["id"]) == {}


async def test_the_question_before_a_move_tells_where_else_they_are_written_to(sandbox: Sandbox) -> None:
    old, new = sequence(sandbox, "Old one"), sequence(sandbox, "New one")
    one = made(sandbox)["id"]
    enrol(sandbox, old["id"], one)
    enrol(sandbox, new["id"], made(sandbox)["id"])
    act(sandbox, new["id"], "start")
    terms = {"id": one, "sequenceId": new["id"]}
    async with agent_of(sandbox, policy=ASKING) as agent:
        asks = await agent("reply_move_contact_to_sequence", **terms)
        assert f'stay active in "Old one" ({old["id"]}) too' in asks
        asks = await agent("reply_move_contact_to_sequence", **terms, removeFromExisting=True)
        assert "takes them out of every other sequence" in asks
        assert "stay active" not in asks


async def test_columns_as_exports_name_them_are_understood_and_told(sandbox: Sandbox) -> None:
    ann = address()
    text = f"E-Mail Address;Given name;Surname;Job title\n{ann};Ann;Lee;CTO\n"
    async with agent_of(sandbox) as agent:
        said = await agent("reply_import_contacts", csv=text)
    assert "1 of 1 contact imported" in said, said.text
    assert "E-Mail Address as email, Given name as firstName, Surname as lastName, Job title as title" in said
    (held_now,) = held(sandbox, ann)
    assert (held_now["firstName"], held_now["lastName"], held_now["title"]) == ("Ann", "Lee", "CTO")


async def test_a_column_that_is_a_field_or_is_named_in_columns_is_left_as_it_is(sandbox: Sandbox) -> None:
    ann = address()
    text = f"email;firstName;Given name;Surname\n{ann};Ann;Annabel;Lee\n"
    async with agent_of(sandbox) as agent:
        said = await agent("reply_import_contacts", csv=text, columns={"Given name": "", "Surname": "company"})
    assert "1 of 1 contact imported" in said, said.text
    (held_now,) = held(sandbox, ann)
    assert (held_now["firstName"], held_now.get("lastName"), held_now["company"]) == ("Ann", None, "Lee")


async def test_a_table_without_first_names_is_one_fault_with_the_way_out(sandbox: Sandbox) -> None:
    rows = "\n".join(f"{address()};Ann" for _ in range(30))
    async with agent_of(sandbox) as agent:
        mark = sandbox.seen()
        said = await agent("reply_import_contacts", csv=f"email;Rufname\n{rows}")
    assert said.is_error
    assert "no column for firstName, which Reply requires, among email, Rufname" in said
    assert 'columns={"its column": "firstName"}' in said
    assert len(said.text.splitlines()) == 2
    assert asked(sandbox, mark) == []


async def test_an_import_that_is_cut_names_no_argument_that_it_does_not_take(sandbox: Sandbox) -> None:
    rows = "\n".join(f"{address()},Ann" for _ in range(60))
    async with agent_of(sandbox, max_tokens=300) as agent:
        said = await agent("reply_import_contacts", csv=f"email,firstName\n{rows}")
        assert "60 of 60 contacts imported" in said
        assert "did not fit" in said
        assert "detail" not in said
        assert "detail=full" in await agent("reply_search_contacts", top=2)


async def test_files_are_named_as_they_are_called_in_their_folder(sandbox: Sandbox, tmp_path: Path) -> None:
    for name in ("deck.pdf", "plan.pdf", "terms.pdf"):  # the same file once more would be asked about
        (tmp_path / name).write_bytes(b"%PDF-1.4 x")
    (tmp_path / "leads.csv").write_text(f"email,firstName\n{address()},Ann\n")
    async with agent_of(sandbox, files=(str(tmp_path),)) as agent:
        for file in ("deck.pdf", {"path": "plan.pdf"}, str(tmp_path / "terms.pdf")):
            said = await agent("reply_run_write", tool="reply_upload_attachment", arguments={"file": file})
            assert re.search(r"Uploaded (deck|plan|terms)\.pdf", said.text), said.text
        assert "1 of 1 contact imported" in await agent("reply_import_contacts", csv="leads.csv")
        new = {"id": "Germany", "toFile": "de.csv"}
        said = await agent("reply_run_read", tool="reply_export_holiday_calendar", arguments=new)
        assert str(tmp_path / "de.csv") in said
        assert (tmp_path / "de.csv").stat().st_size > 50
        said = await agent("reply_import_contacts", csv="../../etc/passwd.csv")
        assert said.is_error


async def test_times_of_a_report_are_in_units_people_use(sandbox: Sandbox) -> None:
    async with agent_of(sandbox) as agent:
        said = await agent("reply_report", what="team")
    assert "seconds" not in said
    assert re.search(r"response time \d+ (d|h|min)\b", said.text), said.text


async def test_a_brief_takes_a_name_by_that_name(sandbox: Sandbox) -> None:
    one = made(sandbox, firstName="Zuzanna", lastName="Guessworth")
    async with agent_of(sandbox) as agent:
        said = await agent("reply_contact_brief", name="Zuzanna Guessworth")
    assert not said.is_error, said.text
    assert one["email"] in said


def test_only_what_reads_can_be_read_again() -> None:
    from reply_mcp.catalog.views import Card
    from reply_mcp.condense import condense

    long = {"id": 1, "name": "x" * 900}
    assert "more characters: detail=full]" in condense(long, Card("thing", (("name",),)), arguments={}).text
    cut = condense(long, Card("thing", (("name",),)), arguments={}, rereadable=False).text
    assert "more characters]" in cut


async def test_a_word_alone_is_a_filter_and_a_wrong_shape_is_answered_with_the_right_one(sandbox: Sandbox) -> None:
    filters = {"jobTitles": ["CTO", {"value": "Intern", "type": "exclude"}]}
    async with agent_of(sandbox) as agent:
        mark = sandbox.seen()
        said = await agent("reply_preview_live_data_search", filters=filters)
        assert not said.is_error, said.text
        sent = next(row["body"] for row in sandbox.since(mark) if row["method"] == "POST")
        assert sent["filters"]["jobTitles"] == [{"value": "CTO"}, {"value": "Intern", "type": "exclude"}]
        said = await agent("reply_preview_live_data_search", filters={"jobTitles": [7]})
    assert "filters.jobTitles[0]: an object {value, type?}, got 7" in said


async def test_who_asks_the_wrong_tool_is_told_the_right_call(sandbox: Sandbox) -> None:
    async with agent_of(sandbox) as agent:
        for given in ({"query": "Hannah"}, {"name": "Hannah"}):
            said = await agent("reply_search_contacts", **given)
            assert said.is_error
            assert 'reply_filter_contacts {"searchTerm": "Hannah"}' in said
        for given in ({"domain": "acme.com"}, {"email": "acme.com", "scope": "domain"}, {"contact": "acme.com"}):
            said = await agent("reply_blacklist_contact", **given)
            assert said.is_error
            assert 'reply_create_blacklist_domain_rule {"pattern": "acme.com"}' in said


async def test_ids_stay_when_columns_are_picked(sandbox: Sandbox) -> None:
    mine = sequence(sandbox)
    one = made(sandbox)
    enrol(sandbox, mine["id"], one["id"])
    async with agent_of(sandbox) as agent:
        said = await agent("reply_list_sequence_contacts", id=mine["id"], fields=["email"])
    assert str(one["id"]) in said.line(one["email"])


async def test_whole_names_in_one_column_are_to_be_split(sandbox: Sandbox) -> None:
    async with agent_of(sandbox) as agent:
        said = await agent("reply_import_contacts", csv=f"email;Full name\n{address()};Ann Gray")
    assert 'If "Full name" has whole names, make a first and a last name of each.' in said
