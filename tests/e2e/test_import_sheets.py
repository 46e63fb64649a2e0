"""People from a table: columns as they are called there, faults by line, before anything is sent."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from reply_mcp.settings import parse_policy
from tests.conftest import Sandbox
from tests.e2e.agent import Agent, address, agent_of, asked, held, made

HEAD = "E-mail;First Name;last_name;Tech stack;Lead score"


async def imported(agent: Agent, **arguments: Any) -> Any:
    return await agent("reply_import_contacts", **arguments)


def values(sandbox: Sandbox, email: str) -> set[str]:
    (contact,) = held(sandbox, email)
    return {one["value"] for one in sandbox.get(f"/v3/contacts/{contact['id']}")["customFields"]}


async def test_rows_with_columns_of_any_spelling_arrive_in_fields_and_custom_fields(sandbox: Sandbox) -> None:
    ann, bob = address(), address()
    rows = [
        {"Email": ann, "First name": "Ann", "TECH STACK": "Salesforce", "Lead score": 17, "Job": None},
        {"email": bob, "firstName": "Bob", "last name": "Lee"},
    ]
    async with agent_of(sandbox) as agent:
        said = await imported(agent, items=rows)
    assert "2 of 2 contacts imported" in said, said.text
    assert values(sandbox, ann) == {"Salesforce", "17"}
    assert held(sandbox, bob)[0]["lastName"] == "Lee"


async def test_a_text_is_imported_with_its_columns(sandbox: Sandbox) -> None:
    ann, bob = address(), address()
    text = f"{HEAD}\n{ann};Ann;Lee;HubSpot;\n{bob};Bob;;;5\n"
    async with agent_of(sandbox) as agent:
        said = await imported(agent, csv=text)
    assert "2 of 2 contacts imported" in said, said.text
    assert (values(sandbox, ann), values(sandbox, bob)) == ({"HubSpot"}, {"5"})


async def test_unknown_columns_are_told_once_with_candidates_before_anything_is_sent(sandbox: Sandbox) -> None:
    rows = "\n".join(f"{address()};Ann;x;1;y" for _ in range(30))
    async with agent_of(sandbox) as agent:
        mark = sandbox.seen()
        said = await imported(agent, csv=f"email;firstName;Techstak;Compny;Zodiac\n{rows}")
        assert set(asked(sandbox, mark)) <= {"GET /v3/custom-fields"}
        assert said.is_error
        assert '"Techstak" (line 2 and 29 more)' in said
        assert 'did you mean "Tech stack"' in said.line("Techstak")
        assert '"company"' in said.line("Compny")
        assert "neither a field nor a custom field" in said.line("Zodiac")
        assert said.text.count("fields are firstName") == 1
        assert said.text.count("custom fields are ") == 1
        renamed = await imported(
            agent,
            csv=f"email;firstName;Techstak;Compny;Zodiac\n{rows}",
            columns={"techstak": "Tech stack", "Compny": "company", "Zodiac": ""},
        )
    assert "30 of 30 contacts imported" in renamed, renamed.text


async def test_every_fault_is_told_by_its_line_and_can_be_left_out(sandbox: Sandbox) -> None:
    good = address()
    text = f"email,firstName,companySize,accountId\n{good},Ann,,\nbad@,Bob,,\n{address()},Cid,huge,x\n{address()},,,\n"
    async with agent_of(sandbox) as agent:
        mark = sandbox.seen()
        said = await imported(agent, csv=text)
        assert asked(sandbox, mark) == []
        assert said.is_error
        assert 'line 4, companySize: "huge" is not one of' in said
        assert "a whole number" in said.line("line 4, accountId: ")
        assert 'columns={"companySize": "", "accountId": ""} leaves the column out and keeps the people' in said
        done = await imported(agent, csv=text, skipInvalid=True)
    assert "1 of 1 contact imported" in done, done.text
    for fault in ('line 3, email: "bad@"', "line 4, companySize", "line 5, firstName: required"):
        assert fault in done
    assert held(sandbox, good)


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        ({}, "give either items or csv"),
        ({"items": [{"firstName": "A", "email": "a@b.co"}], "csv": "a\nb"}, "give either items or csv"),
        ({"items": [{"firstName": "A", "email": "a@b.co"}], "columns": {"a": "email"}}, "columns goes with csv"),
        ({"csv": "email\n"}, "no such"),
        ({"csv": "email,Email,firstName\na,b,c"}, "repeated columns that differ: Email (2)"),
        ({"csv": "email\na@b.co", "columns": {"mail": "email"}}, "it has no columns mail; it has email"),
        ({"csv": "a,b\nx,y", "columns": {"a": "email", "b": "email"}}, "several columns for one field: email"),
        ({"csv": "email\n" + "a@b.co\n" * 10_001}, "10001 rows; at most 10000 a call"),
        ({"csv": "/etc/passwd.csv"}, "REPLY_FILES"),
        ({"items": [{"firstName": "A", "email": "a@b.co", "tags": ["x"]}]}, "items[0].tags: no such argument"),
    ],
)
async def test_what_cannot_be_read_is_told_before_anything_is_sent(
    sandbox: Sandbox, arguments: dict[str, Any], fault: str
) -> None:
    fault = "REPLY_FILES" if fault == "no such" else fault  # one line is a path
    async with agent_of(sandbox) as agent:
        mark = sandbox.seen()
        said = await imported(agent, **arguments)
        assert asked(sandbox, mark) == []
    assert said.is_error
    assert fault in said


async def test_a_file_of_an_allowed_folder_is_imported(sandbox: Sandbox, tmp_path: Path) -> None:
    email = address()
    path = tmp_path / "people.csv"
    path.write_bytes(f"email;firstName\r\n{email};Jörg\r\n".encode("cp1252"))
    async with agent_of(sandbox, files=(str(tmp_path),)) as agent:
        said = await imported(agent, csv=str(path))
        assert "1 of 1 contact imported" in said, said.text
        assert "Windows-1252" in said
        outside = await imported(agent, csv=str(tmp_path.parent / "people.csv"))
        assert outside.is_error
        kind = tmp_path / "people.pdf"
        kind.write_bytes(b"%PDF")
        assert "only .csv, .tsv, .txt, .xlsx can be taken" in await imported(agent, csv=str(kind))
    assert held(sandbox, email)[0]["firstName"] == "Jörg"


async def test_a_confirmation_holds_for_the_people_who_were_shown_alone(sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    first, second = address(), address()
    path.write_text(f"email,firstName\n{first},Ann\n")
    sequence = next(one for one in sandbox.get("/v3/sequences", top=100)["items"] if one["status"] == "active")
    asking = parse_policy("send=ask")
    arguments: dict[str, Any] = {"csv": str(path), "options": {"sequenceId": sequence["id"]}}
    async with agent_of(sandbox, files=(str(tmp_path),), policy=asking) as agent:
        question = await imported(agent, **arguments)
        assert f"This imports 1 contact (Ann <{first}>)" in question
        code = question.text.split('confirm="')[1].split('"')[0]
        path.write_text(f"email,firstName\n{first},Ann\n{second},Bob\n")
        again = await imported(agent, **arguments, confirm=code)
    assert "Not done yet" in again
    assert "This imports 2 contacts" in again
    assert not held(sandbox, first)


async def test_people_given_twice_are_told(sandbox: Sandbox) -> None:
    email = address()
    async with agent_of(sandbox) as agent:
        said = await imported(agent, csv=f"email,firstName\n{email},Ann\n{email.upper()},Anna\n")
    assert f"Given more than once, so one contact each: {email}." in said


async def test_owners_may_be_named_in_a_table(sandbox: Sandbox) -> None:
    email = address()
    async with agent_of(sandbox) as agent:
        said = await imported(agent, csv=f"email,firstName,Owner user ID\n{email},Ann,Maria Silva\n")
    assert not said.is_error, said.text
    assert held(sandbox, email)[0]["ownerUserId"] == 70411


async def test_differing_counts_are_told(sandbox: Sandbox) -> None:
    items = [{"id": 1, "status": "created", "error": None}, {"id": 2, "status": "updated", "error": None}]
    body = {"items": items, "added": 2, "updated": 0, "skipped": 0, "failed": 0}
    sandbox.fault(kind="answer", match="POST /v3/contacts/import", body=body)
    async with agent_of(sandbox) as agent:
        said = await imported(agent, items=[{"firstName": "A", "email": address()} for _ in range(2)])
    assert "2 of 2 contacts imported: 1 created, 1 matched" in said
    assert "counts differ from its results: 2 added where the results say 1, 0 updated where the results say 1" in said


async def test_people_go_in_thousands_and_their_counts_add_up(
    fresh_sandbox: Callable[..., Sandbox],
) -> None:
    sandbox = fresh_sandbox()
    text = "email,firstName\n" + "".join(f"bulk{number}@bulk-company.com,Ann\n" for number in range(3001))
    async with agent_of(sandbox) as agent:
        mark = sandbox.seen()
        said = await imported(agent, csv=text)
        assert asked(sandbox, mark) == ["POST /v3/contacts/import"] * 4
    assert said.text.startswith("3,001 of 3,001 contacts imported: 3,001 created.")


async def test_who_opted_out_elsewhere_is_opted_out_here_whether_new_or_known(sandbox: Sandbox) -> None:
    known, new, other = made(sandbox), address(), address()
    text = (
        "First Name,Email,HasOptedOutOfEmail\n"
        f"{known['firstName']},{known['email']},TRUE\nNew,{new},true\nOther,{other},FALSE\n"
    )
    async with agent_of(sandbox) as agent:
        said = await imported(agent, csv=text)
    assert "Opted out in Reply: 2 contacts." in said, said.text
    assert [held(sandbox, email)[0]["isOptedOut"] for email in (known["email"], new, other)] == [True, True, False]


async def test_a_workbook_of_an_allowed_folder_is_imported(sandbox: Sandbox, tmp_path: Path) -> None:
    email = address()
    book = openpyxl.Workbook()
    book.worksheets[0].append(["Vorname", "E-Mail", "Firma"])
    book.worksheets[0].append(["Jörg", f"\u200b{email}", "#N/A"])
    book.create_sheet("Prices").append(["SKU"])
    book.save(tmp_path / "people.xlsx")
    (tmp_path / "fake.xlsx").write_bytes(b"First Name\nJan\n")
    async with agent_of(sandbox, files=(str(tmp_path),)) as agent:
        which = await imported(agent, csv="people.xlsx")
        assert which.is_error
        assert 'the workbook has 2 sheets: "Sheet", "Prices"' in which
        said = await imported(agent, csv="people.xlsx", sheet="Sheet")
        assert "the file is no Excel workbook" in await imported(agent, csv="fake.xlsx")
    assert "1 of 1 contact imported" in said, said.text
    assert held(sandbox, email)[0]["firstName"] == "Jörg"
    assert held(sandbox, email)[0]["company"] is None
    assert "Invisible characters removed: 1 (row 2, email: " in said


async def test_unknown_columns_are_left_out_together_and_told(sandbox: Sandbox) -> None:
    email = address()
    columns = ",".join(f"HubSpot Property {number}" for number in range(60))
    text = f"First Name,Email,Tech stack,{columns}\nAnn,{email},HubSpot,{','.join('x' * 60)}\n"
    async with agent_of(sandbox) as agent:
        mark = sandbox.seen()
        refused = await imported(agent, csv=text)
        assert refused.is_error
        assert len(refused.text) < 1500
        assert "55 more are neither" in refused
        assert "POST /v3/contacts/import" not in asked(sandbox, mark)
        said = await imported(agent, csv=text, columns={"*": ""})
    assert "1 of 1 contact imported" in said, said.text
    assert '60 unknown columns left out: "HubSpot Property 0", ' in said
    assert values(sandbox, email) == {"HubSpot"}


async def test_one_bad_column_is_one_line_and_can_be_left_out(sandbox: Sandbox) -> None:
    rows = "".join(f"Ann,{address()},{number}x\n" for number in range(60))
    text = f"First Name,Email,accountId\n{rows}"
    async with agent_of(sandbox) as agent:
        refused = await imported(agent, csv=text)
        assert "60 of 60 items are invalid" in refused
        assert refused.text.count("whole number") == 1
        assert 'columns={"accountId": ""} leaves the column out and keeps the people' in refused
        said = await imported(agent, csv=text, columns={"accountId": ""})
    assert "60 of 60 contacts imported" in said, said.text


async def test_an_encoding_that_is_not_certain_is_asked_for_before_anything_is_sent(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    email = address()
    (tmp_path / "people.csv").write_bytes(f"First Name;Email\nMuñoz;{email}\n".encode("cp1252"))
    async with agent_of(sandbox, files=(str(tmp_path),)) as agent:
        mark = sandbox.seen()
        refused = await imported(agent, csv="people.csv")
        assert asked(sandbox, mark) == []
        assert refused.is_error
        assert 'encoding="cp1252" reads "Muñoz"' in refused
        said = await imported(agent, csv="people.csv", encoding="cp1252")
    assert "1 of 1 contact imported" in said, said.text
    assert held(sandbox, email)[0]["firstName"] == "Muñoz"


async def test_phones_that_a_file_has_lost_stay_empty_so_that_a_correct_file_fills_them(sandbox: Sandbox) -> None:
    email = address()
    async with agent_of(sandbox) as agent:
        said = await imported(agent, csv=f"First Name,Email,Phone\nPia,{email},4.91512E+11\n")
        assert 'a corrected file fills them: 1 (line 2, phone "4.91512E+11")' in said
        assert not held(sandbox, email)[0]["phone"]
        await imported(agent, csv=f'First Name,Email,Phone\nPia,{email},"=""+491512345678"""\n')
    assert held(sandbox, email)[0]["phone"] == "+491512345678"
