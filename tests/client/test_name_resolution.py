"""Names in the place of ids: what is looked up, and what is answered where that does not name one thing."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from pydantic import Field

from reply_mcp.catalog import operation
from reply_mcp.catalog.area import Area
from reply_mcp.catalog.arguments.named_ids import ListId
from reply_mcp.catalog.arguments.validation import validate
from reply_mcp.catalog.hooks.read_once import read_once
from reply_mcp.catalog.operation import Arguments, Part
from reply_mcp.client.kept_names import KeptNames, KnownNames
from reply_mcp.client.name_resolution import MOST_LOOKED_UP, Unresolved, resolve_names
from reply_mcp.errors import NotDone, WrongArguments

area = Area("probe", title="Probe", about="For tests.", modules=(__name__.rpartition(".")[2],))


class Move(Part):
    """Names one level down."""

    to: ListId | None = None
    count: Annotated[int | None, "of ours"] = None


@area.post("/v3/probes", tool="reply_move_probes")
class MoveProbes(Arguments):
    """Moves."""

    note: str = ""
    first: Move | None = None
    moves: list[Move] = Field(default_factory=list)


UUID = "3f2504e0-4f89-11d3-9a0c-0305e82c3301"


class Asking:
    """A call whose looks are answered with the same items, and counted."""

    def __init__(self, id: str, items: Any, /, **arguments: Any) -> None:
        kind = MoveProbes if id == "MoveProbes" else operation(id).arguments
        self.arguments: Any = validate(kind, arguments)
        self.notes: list[str] = []
        self.full_names: dict[str, str] = {}
        self.seen: dict[str, Any] = {}
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self._items = items

    async def ask(self, operation: str, /, **arguments: Any) -> Any:
        self.asked.append((operation, arguments))
        return self._items

    async def send(self) -> Any:
        raise AssertionError("nothing is sent before names are resolved")

    def read_anew(self) -> None:
        """Nothing is kept here."""

    async def requests_left(self) -> list[tuple[str, int, int]]:
        return []


LISTS = {"items": [{"id": 7, "name": "Berlin"}, {"id": 8, "name": "Bern"}, {"id": 9, "name": " berlin west "}, None]}


async def test_a_name_becomes_its_id_whatever_its_case() -> None:
    call = Asking("GetContactListById", LISTS, id="BERLIN")
    await resolve_names(call)
    assert call.arguments.id == 7
    assert call.asked == [("GetContactLists", {"search": "BERLIN", "top": 100})]


@pytest.mark.parametrize(("given", "id"), [(7, 7), ("7", 7), (" 7 ", 7)])
async def test_an_id_is_not_looked_up(given: Any, id: int) -> None:
    call = Asking("GetContactListById", LISTS, id=given)
    await resolve_names(call)
    assert (call.arguments.id, call.asked) == (id, [])


async def test_a_bare_list_is_read_too_and_a_uuid_is_an_id() -> None:
    folders = [{"id": UUID, "name": "Q3"}]
    call = Asking("GetSequenceFolderById", folders, id="Q3")
    await resolve_names(call)
    assert call.arguments.id == UUID
    call = Asking("GetSequenceFolderById", folders, id=UUID)
    await resolve_names(call)
    assert call.asked == []


@pytest.mark.parametrize(
    ("items", "said"),
    [
        (
            LISTS,
            ['There is no list called "Berlim"', "Nearest: Berlin (7)", "reply_search_lists", "Nothing was changed"],
        ),
        ({"items": []}, ['There is no list called "Berlim".', "reply_search_lists finds them"]),
        (None, ['There is no list called "Berlim"']),
    ],
)
async def test_an_unknown_name_is_answered_with_the_nearest(items: Any, said: list[str]) -> None:
    with pytest.raises(NotDone) as caught:
        await resolve_names(Asking("GetContactListById", items, id="Berlim"))
    assert all(part in str(caught.value) for part in said), str(caught.value)


async def test_a_name_that_several_have_is_answered_with_their_ids() -> None:
    twins = {"items": [{"id": 7, "name": "Berlin"}, {"id": 8, "name": "berlin"}, {"id": None, "name": "Berlin"}]}
    with pytest.raises(NotDone, match=r'2 lists are called "Berlin" \(7; 8\): give the id'):
        await resolve_names(Asking("GetContactListById", twins, id="Berlin"))


async def test_a_text_that_is_no_name_is_refused() -> None:
    with pytest.raises(WrongArguments, match="at most 500 characters"):
        await resolve_names(Asking("GetContactListById", LISTS, id="x" * 501))


async def test_each_of_a_list_is_looked_up_and_too_many_are_not() -> None:
    people = [{"id": 5, "email": "a@b.co"}]
    call = Asking("AddContactsToContactList", {"items": people}, id="7", contactIds=["a@b.co", 6, "8"])
    await resolve_names(call)
    assert (call.arguments.id, call.arguments.contact_ids) == (7, [5, 6, 8])
    many = [f"a{number}@b.co" for number in range(MOST_LOOKED_UP + 1)]
    call = Asking("AddContactsToContactList", {"items": people}, id=7, contactIds=many)
    with pytest.raises(NotDone, match=f"{MOST_LOOKED_UP + 1} contacts are given by name or address"):
        await resolve_names(call)
    assert call.asked == []


async def test_names_inside_of_parts_are_resolved_too() -> None:
    moves = [{"to": "Berlin", "count": 2}, {"to": 9}, {"count": 1}]
    call = Asking("MoveProbes", LISTS, first={"to": "Bern"}, moves=moves)
    await resolve_names(call)
    assert call.arguments.first.to == 8
    assert [move.to for move in call.arguments.moves] == [7, 9, None]


ACCENTS = {"items": [{"id": 7, "name": "Dosł. Łódź"}, {"id": 8, "name": "São Paulo"}, {"id": 9, "name": "Sao Paulo"}]}


@pytest.mark.parametrize(("given", "id"), [("dosl. lodz", 7), ("SÃO PAULO", 8), ("sao paulo", 9)])
async def test_accents_make_no_difference_unless_they_tell_things_apart(given: str, id: int) -> None:
    call = Asking("GetContactListById", ACCENTS, id=given)
    await resolve_names(call)
    assert call.arguments.id == id


async def test_things_of_one_name_are_told_apart() -> None:
    twins = {
        "items": [{"id": 7, "name": "Q4", "status": "new", "x": 1}, {"id": 8, "name": "Q4", "status": "active", "x": 1}]
    }
    with pytest.raises(NotDone, match=r"\(7, status: new; 8, status: active\)"):
        await resolve_names(Asking("GetSequenceById", twins, id="Q4"))


async def test_a_name_that_the_search_does_not_find_is_compared_with_all() -> None:
    class Particular(Asking):
        async def ask(self, operation: str, /, **arguments: Any) -> Any:
            await super().ask(operation, **arguments)
            return {"items": []} if "search" in arguments else ACCENTS

    call = Particular("GetContactListById", None, id="Dosl. Lodz")
    await resolve_names(call)
    assert call.arguments.id == 7
    assert len(call.asked) == 2


async def test_me_is_the_caller() -> None:
    call = Asking("GetSequences", {"userId": 5}, ownerUserId="Me")
    await resolve_names(call)
    assert (call.arguments.owner_user_id, call.asked) == (5, [("Whoami", {})])


async def test_a_person_is_found_without_the_accents_and_others_are_named_as_nearest() -> None:
    person = {"id": 5, "firstName": "Stefan", "lastName": "García", "email": "s@g.es", "company": "Zephyr"}

    class Reply(Asking):
        async def ask(self, operation: str, /, **arguments: Any) -> Any:
            await super().ask(operation, **arguments)
            found = arguments["searchTerm"] in "Stefan García"
            return {"items": [person] if found else [], "hasMore": False}

    call = Reply("GetContactById", None, id="stefan garcia".title())
    await resolve_names(call)
    assert call.arguments.id == 5
    looked_up = len(call.asked)
    assert await read_once(call, "GetContactById", id=5) == person
    assert len(call.asked) == looked_up, "who was found by name is not read again by id"
    with pytest.raises(NotDone, match=r"Nearest: Stefan García <s@g.es> \(5\), Zephyr\."):
        await resolve_names(Reply("GetContactById", None, id="García"))


@pytest.mark.parametrize("name", ["²", "x", "☃", "Zürich Q9 webinar"])
async def test_nothing_is_named_as_nearest_to_what_is_like_no_name(name: str) -> None:
    items = [{"id": 7, "name": "Leads 2026"}, {"id": 8, "name": "Next steps"}]
    with pytest.raises(NotDone) as refused:
        await resolve_names(Asking("GetContactListById", items, id=name))
    assert "Nearest" not in str(refused.value)
    assert "reply_search_lists finds them" in str(refused.value)


async def test_a_teammate_who_is_newer_than_what_is_kept_is_found() -> None:
    old, new = [{"userId": 1, "userName": "Tom"}], [{"userId": 1, "userName": "Tom"}, {"userId": 2, "userName": "Eve"}]
    call = Asking("BulkChangeSequenceOwner", old, ids=[77], userId="Eve")

    def read_anew() -> None:
        call._items = new

    call.read_anew = read_anew  # type: ignore[method-assign]
    await resolve_names(call)  # type: ignore[arg-type]
    assert call.arguments.user_id == 2


@pytest.mark.parametrize(
    ("given", "id", "note"),
    [
        ("#123456", 123456, []),
        ("Berlin (7)", 7, []),
        ('"berlin west" (9)', 9, []),
        ("west", 9, ['"west" meant list berlin west (9).']),
    ],
)
async def test_names_are_read_as_answers_show_them_and_reads_take_a_part_that_one_thing_has(
    given: str, id: int, note: list[str]
) -> None:
    call = Asking("GetContactListById", LISTS, id=given)
    await resolve_names(call)
    assert call.arguments.id == id
    assert call.notes == note


async def test_a_part_of_a_name_is_looked_up_once_for_reads_and_shown_in_full() -> None:
    known = KnownNames(KeptNames(), 60.0)
    first, again = (Asking("GetContactListById", LISTS, id="west") for _ in range(2))
    write = Asking("UpdateContactList", LISTS, id="west", name="Berlin")
    await resolve_names(first, known)
    await resolve_names(again, known)
    assert (again.arguments.id, again.asked, again.notes) == (9, [], first.notes)
    assert again.full_names == first.full_names == {"west": "berlin west"}
    with pytest.raises(Unresolved):
        await resolve_names(write, known)


async def test_the_only_one_that_the_search_finds_will_do_for_a_read() -> None:
    call = Asking("GetContactListById", [{"id": 9, "name": "Berlin West"}], id="berlin")
    await resolve_names(call)
    assert (call.arguments.id, len(call.asked)) == (9, 1)


@pytest.mark.parametrize(
    ("operation_id", "given"),
    [
        ("GetContactListById", "Berlin (8)"),
        ("GetContactListById", "wes"),
        ("GetContactListById", "#12"),
        ("UpdateContactList", "west"),
    ],
)
async def test_what_is_no_name_stays_none_and_a_write_takes_no_part(operation_id: str, given: str) -> None:
    more = {"name": "X"} if operation_id == "UpdateContactList" else {}
    with pytest.raises(NotDone, match="There is no list called"):
        await resolve_names(Asking(operation_id, LISTS, id=given, **more))


async def test_a_part_that_several_have_is_answered_with_them() -> None:
    items = {"items": [{"id": 1, "name": "AI SDR: logistics"}, {"id": 2, "name": "AI SDR: finance"}]}
    with pytest.raises(NotDone, match="Nearest: AI SDR"):
        await resolve_names(Asking("GetSequenceById", items, id="AI SDR"))


TEAM = [
    {"userId": 1, "userName": "Priya Nair", "userEmail": "priya@acme.com"},
    {"userId": 2, "userName": "Tom Okafor", "userEmail": "tom@acme.com"},
    {"userId": 3, "userName": "Tom Berg", "userEmail": "berg@acme.com"},
    {"userId": None, "userName": "Eve Novak", "userEmail": "eve@acme.com"},
]


@pytest.mark.parametrize(("given", "id"), [("Priya", 1), ("okafor", 2), ("Tom Berg", 3), ("priya@acme.com", 1)])
async def test_a_write_too_takes_a_teammate_by_first_name(given: str, id: int) -> None:
    call = Asking("BulkChangeSequenceOwner", TEAM, ids=[77], userId=given)
    await resolve_names(call)
    assert call.arguments.user_id == id
    name = TEAM[id - 1]["userName"]
    assert call.full_names == {given: name}
    said = [f'"{given}" meant teammate {name} ({id}).']
    assert call.notes == (said if given in ("Priya", "okafor") else [])


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("Tom", 'There is no teammate called "Tom". Nearest: Tom Okafor (2), Tom Berg (3).'),
        ("Eve Novak", 'There is no teammate called "Eve Novak" of which Reply gives the id.'),
        ("Eve", 'There is no teammate called "Eve".'),
        ("Kenji", 'no teammate called "Kenji". There are Priya Nair (1), Tom Okafor (2), Tom Berg (3). reply_search_'),
    ],
)
async def test_a_teammate_who_is_not_told_apart_is_answered_with_those_there_are(given: str, said: str) -> None:
    with pytest.raises(Unresolved) as refused:
        await resolve_names(Asking("BulkChangeSequenceOwner", TEAM, ids=[77], userId=given))
    assert said in str(refused.value)
    assert "None" not in str(refused.value)


@pytest.mark.parametrize("again", [False, True])
async def test_answers_show_the_caller_by_name(again: bool) -> None:
    known = KnownNames(KeptNames(), 60.0)
    for _ in range(1 + again):
        call = Asking("BulkChangeSequenceOwner", {"userId": 5, "username": "Maria Silva"}, ids=[77], userId="me")
        await resolve_names(call, known)
    assert (call.arguments.user_id, call.full_names) == (5, {"me": "Maria Silva"})
    assert call.asked == ([] if again else [("Whoami", {})])
