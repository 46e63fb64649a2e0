"""Lists: few tokens, nothing lost, a way on."""

import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reply_mcp.catalog.views import Card, Column, Table
from reply_mcp.condense import condense
from reply_mcp.text.tokens import estimate_tokens
from tests.tokens import count_tokens

CONTACTS = Table(
    "contacts",
    (
        "id",
        Column("name", ("firstName", "lastName")),
        "email",
        "title",
        "company",
        Column("opted out", "isOptedOut", "flag"),
        Column("added", "addingDate", "date"),
    ),
    empty="No contact matches.",
)
FIRST = "Jane Omar Lucía Wei Aisha Tom Greta Pavel Ines Bob Chloé Dmitri Fatima Kwame Sven".split()
LAST = "Doe Haddad García Zhang Rahman Becker Nováková Rossi Lindqvist Okafor Dupont Petrov".split()
TITLES = ["VP of Engineering", "Head of Sales", "Chief Technology Officer", "RevOps Manager", "Account Executive"]
COMPANIES = ["Acme Robotics", "Globex", "Initech", "Umbrella Health", "Northwind Traders", "Hooli"]


def count(text: str) -> int:
    return count_tokens(text)


def people(number: int) -> list[dict[str, object]]:
    draw = random.Random(7)
    found = []
    for index in range(number):
        first, last, company = draw.choice(FIRST), draw.choice(LAST), draw.choice(COMPANIES)
        domain = company.split()[0].lower() + ".com"
        found.append(
            {
                "id": 90514382 + index * 7,
                "email": f"{first}.{last}@{domain}".lower(),
                "domain": domain,
                "firstName": first,
                "lastName": last,
                "phone": f"+1 512 555 0{draw.randint(100, 999)}" if index % 3 else None,
                "title": draw.choice(TITLES),
                "company": company,
                "companySize": "Empty",
                "city": "Austin" if index % 2 else "",
                "linkedInUrl": f"https://www.linkedin.com/in/{first}-{last}-{draw.randint(1000, 9999)}".lower(),
                "linkedInRecruiterUrl": None,
                "notes": "Met at the Webinar in October; wants to hear about manual follow-ups." if index % 4 else None,
                "ownerUserId": 1204,
                "isOptedOut": False,
                "addingDate": f"2026-07-{index % 28 + 1:02d}T09:12:33.1234567Z",
                "createdAt": None,
                "lastModifiedAt": None,
                "customFields": [
                    {"key": "Pain point", "value": "Manual follow-ups"},
                    {"key": "Tech stack", "value": None},
                ],
            }
        )
    return found


def test_25_contacts_take_at_most_1100_tokens_and_lose_nobody() -> None:
    page = {"items": people(25), "hasMore": True}
    shown = condense(page, CONTACTS, arguments={"listId": 4}, paged=True).text
    assert count(shown) <= 1100, count(shown)
    assert count(shown) > 300
    assert count(shown) < count(json.dumps(page)) / 4
    for person in page["items"]:  # type: ignore[attr-defined]
        assert str(person["id"]) in shown
        assert person["email"] in shown
    assert shown.startswith("contacts 1–25, more: skip=25")
    assert "Left out: " in shown
    assert "1 custom field" in shown
    assert "opted out" not in shown


def test_rows_that_do_not_fit_are_dropped_whole_and_skip_continues() -> None:
    page = {"items": people(25), "hasMore": True}
    result = condense(page, CONTACTS, arguments={"skip": 50}, paged=True, limit=600)
    assert estimate_tokens(result.text) <= 600
    kept = len(result.data["rows"])
    assert 3 < kept < 25
    assert result.text.startswith(f"contacts 51–{50 + kept}, more: skip={50 + kept}")
    assert f"… {25 - kept} more rows did not fit: skip={50 + kept}" in result.text
    assert (result.data["from"], result.data["to"], result.data["hasMore"]) == (51, 50 + kept, True)


def test_the_last_page_goes_on_where_its_end_does_not_fit() -> None:
    result = condense({"items": people(25), "hasMore": False}, CONTACTS, arguments={}, paged=True, limit=600)
    kept = len(result.data["rows"])
    assert kept < 25
    assert result.text.startswith(f"contacts 1–{kept}, more: skip={kept}")
    assert result.data["hasMore"] is True


def test_fields_choose_columns_and_ids_stay() -> None:
    text = condense(
        people(5), CONTACTS, arguments={}, fields=["PHONE", "customFields.pain point", "tech stack", "phon"]
    ).text
    assert "90514382" in text
    assert "+1 512" in text
    assert "Manual follow-ups" in text
    assert "jane" not in text
    assert "No field 'phon' here; did you mean phone" in text


def test_a_column_that_says_the_same_in_every_row_moves_to_the_header() -> None:
    rows = [{"id": n, "name": f"n{n}", "owner": "Maria"} for n in range(4)]
    lines = condense(rows, Table("lists", ("id", "name", "owner")), arguments={}).text.splitlines()
    assert lines[0] == "lists: 4; all owner: Maria"
    assert lines[1].split() == ["id", "name"]


def test_no_rows_say_what_to_try() -> None:
    assert condense({"items": [], "hasMore": False}, CONTACTS, arguments={}).text == "No contact matches."


def test_full_keeps_everything_and_cuts_by_items() -> None:
    page = {"items": people(25), "hasMore": True}
    whole = condense(page, CONTACTS, arguments={}, detail="full", limit=20_000)
    assert whole.data["items"] == page["items"]
    part = condense(page, CONTACTS, arguments={"skip": 10}, detail="full", limit=1500)
    kept = len(part.data["items"])
    assert f"skip={10 + kept}" in part.text
    assert estimate_tokens(part.text) <= 1500


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(people(10)),
        "A plain English sentence about follow-ups, repeated to be long enough. " * 20,
        "Sehr geehrte Frau Müller, vielen Dank für Ihre schnelle Rückmeldung zum Angebot. " * 10,
        "Здравствуйте, спасибо за ответ, можем созвониться во вторник в десять? " * 10,
        "您好，感谢您的回复，我们可以在星期二通话吗？" * 10,
        "https://click.example.com/u/?qs=4f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f1a " * 10,
        "id  name\n" + "\n".join(f"{n}  Person {n}  p{n}@acme.com" for n in range(90514000, 90514060)),
    ],
)
def test_the_estimate_is_never_far_below_the_real_count(text: str) -> None:
    real = count(text)
    assert real > 10
    assert real * 0.97 <= estimate_tokens(text) <= real * 2.2


def test_what_is_told_already_is_not_left_out() -> None:
    rows = [{"id": n, "ownerUserId": 7 + n, "ownerId": 7 + n, "other": 7 + n, "late": True} for n in range(3)]
    view = Table("things", ("id", Column("owner", "ownerUserId"), Column("late", "late", "flag")))
    text = condense({"items": rows}, view, arguments={}).text
    assert "Left out: other (" in text
    assert "; all late\n" in text


SAID = st.sampled_from(["Berlin", 7, 0.5, True, ["a"], {"name": "x"}, "None", "empty", "N/A", "null", "0"])
NOTHING = (None, "", " ", [], {}, False, 0)
MORE = ("city", "phone", "stage", "worth", "employees", "zone", "birthday", "hobby", "language", "quota")


@given(
    st.lists(
        st.fixed_dictionaries({}, optional=dict.fromkeys(MORE, SAID | st.sampled_from(NOTHING))), min_size=1, max_size=4
    ),
    st.integers(0, 2),
)
def test_what_is_left_out_is_named_and_nothing_else_is(rows: list[dict[str, Any]], shown: int) -> None:
    items = [{"id": 500 + n, **row} for n, row in enumerate(rows)]
    view = Table("things", ("id", *MORE[:shown]))
    hidden = dict.fromkeys(name for row in items for name in row if name in MORE[shown:])
    wanted = [name for name in hidden if any(row.get(name) not in NOTHING for row in items)]
    text = condense({"items": items}, view, arguments={}).text
    assert all(str(row["id"]) in text for row in items)
    line = next((one for one in text.splitlines() if one.startswith("Left out: ")), "")
    told = line.removeprefix("Left out: ").partition(" (")[0].split(", ") if line else []
    assert told == (wanted if len(wanted) <= 8 else [*wanted[:8], f"{len(wanted) - 8} more"])
    for name in wanted:
        asked = condense({"items": items}, view, arguments={}, fields=[name]).text
        assert name in asked
        assert "No field" not in asked


def test_a_thing_called_none_has_its_name_and_a_state_of_none_is_nothing() -> None:
    names = ("None", "Empty", "null", "0", "N/A")
    rows = [{"id": n, "name": name, "nickname": name, "callStatus": "none"} for n, name in enumerate(names, 1)]
    text = condense({"items": rows}, Table("lists", ("id", "name")), arguments={}).text
    assert [line.split()[-1] for line in text.splitlines()[2:7]] == list(names)
    assert 'Left out: nickname (detail=full, or fields=["nickname"])' in text
    card = condense(rows[0], Card("List {id}: {name}", (("nickname",),)), arguments={}).text
    assert card.startswith("List 1: None")
    assert "nickname: None" in card


def test_a_company_has_its_size_as_a_range_of_people_whoever_it_is_asked_of() -> None:
    sizes = ("Fifty", "fifty", "11-50", "OverTenThousand", "10001+", "SelfEmployed")
    rows = [{"id": n, "companySize": size} for n, size in enumerate(sizes, 1)]
    text = condense({"items": rows}, Table("companies", ("id", Column("size", "companySize", "size"))), arguments={})
    assert [line.split()[-1] for line in text.text.splitlines()[2:]] == ["11-50"] * 3 + ["10001+"] * 2 + ["1"]
    assert condense(
        [{"id": 1, "companySize": "Empty"}],
        Table("companies", ("id", Column("size", "companySize", "size"))),
        arguments={},
    ).text.endswith("\nid\n1")


def test_asked_objects_are_there_with_all_that_is_in_them() -> None:
    hours = [{"weekDay": "monday", "isActive": True, "timeRanges": [{"from": "09:00", "to": "17:00"}]}]
    items = [{"id": 1, "name": "A", "mainTimings": hours, "owner": {"id": 7, "name": "Jo", "team": {"name": "T"}}}] * 2
    table = Table("schedules", ("id", "name"))
    text = condense(items, table, arguments={}, fields=["mainTimings", "owner.team.name"]).text
    assert '{"weekDay":"monday","isActive":true,"timeRanges":[{"from":"09:00","to":"17:00"}]}' in text
    assert "T" in text
    card = condense(items[0], Card("{name}", ("name",)), arguments={}, fields=["mainTimings", "owner"]).text
    assert '"from":"09:00"' in card
    assert '"team":{"name":"T"}' in card


def test_a_field_that_only_an_inner_thing_has_is_shown_as_that_things() -> None:
    person = {"id": 1, "firstName": "Ann", "owner": {"name": "Jo"}, "customFields": [{"name": "Tier", "value": "A"}]}
    card = condense(person, Card("Contact {id}", ()), arguments={}, fields=["name", "tier"]).text
    assert "owner.name: Jo; tier: A" in card
    table = condense([person, person], Table("contacts", ("id",)), arguments={}, fields=["name"]).text
    assert "owner.name" in table


def test_an_asked_flag_that_is_off_says_so_and_an_empty_field_is_named() -> None:
    person = {"id": 1, "isOptedOut": False, "phone": None}
    card = Card("Contact {id}", ((Column("opted out", "isOptedOut", "flag"),),))
    assert "isOptedOut: no\nempty: phone" in condense(person, card, arguments={}, fields=["isOptedOut", "phone"]).text
    table = Table("contacts", ("id", Column("opted out", "isOptedOut", "flag"), "phone"))
    text = condense([person, {**person, "id": 2}], table, arguments={}, fields=["opted out", "phone"]).text
    assert text.splitlines() == ["contacts: 2", "id opted out", "1  no", "2  no", "empty: phone"]


def test_what_a_view_shows_elsewhere_does_not_hide_the_field_of_that_name() -> None:
    answer = {"id": 1, "contacts": {"stages": {"replied": 3}}}
    card = Card("Sequence {id}", ((Column("contacts", "contactsCount"),),))
    assert '"stages":{"replied":3}' in condense(answer, card, arguments={}, fields=["contacts"]).text


def test_a_list_named_empty_has_its_name_and_an_empty_size_has_none() -> None:
    text = condense([{"id": 1, "name": "Empty"}], Table("lists", ("id", "name")), arguments={}).text
    assert "Empty" in text
    size = Table("companies", ("id", "name", Column("size", "companySize", "enum")))
    assert "mpty" not in condense([{"id": 1, "name": "A", "companySize": "Empty"}], size, arguments={}).text


def test_an_id_that_stands_in_another_number_of_the_title_is_shown() -> None:
    card = Card("Task due 2027-01-17", ("name",))
    assert "id: 17" in condense({"id": 17, "name": "A"}, Card("Task 117", ("name",)), arguments={}).text
    assert "id: 7" in condense({"id": 7, "name": "A"}, card, arguments={}).text


def test_entities_are_decoded_in_every_kind_of_value() -> None:
    row = {"id": 1, "name": "R&amp;D", "note": "<p>R&amp;D</p>", "link": "https://a.example/?a=1&copy=2"}
    table = Table("things", ("id", "name", Column("note", "note", "html"), Column("link", "link", "link")))
    text = condense([row], table, arguments={}).text
    assert text.count("R&D") == 2
    assert "https://a.example/?a=1&copy=2" in text


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"search": "German", "top": 5}, "No such list. Without search, all are listed."),
        ({"name": "German", "status": "new"}, "No such list. Without name and status, all are listed."),
        ({"id": 7, "status": "new"}, "No such list."),
        ({}, "No such list."),
    ],
)
def test_an_empty_list_says_what_narrowed_it(arguments: dict[str, Any], text: str) -> None:
    view = Table("lists", ("id",), empty="No such list.")
    assert condense({"items": []}, view, arguments=arguments, paged=True).text == text


def test_what_all_rows_share_is_said_once_with_its_id() -> None:
    view = Table("acts", ("id", Column("sequenceId"), Column("sequence", "sequenceName"), Column("what")))
    rows = [{"id": n, "sequenceId": 7, "sequenceName": "Q4", "what": f"w{n}"} for n in range(3)]
    text = condense({"items": rows}, view, arguments={}, paged=False).text
    assert text.splitlines()[0] == "acts: 3; all sequence: Q4 7"
