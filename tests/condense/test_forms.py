"""Cards, numbers and outcomes, and that no answer whatever is too odd."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reply_mcp.catalog.views import Blocks, Card, Column, Conversation, Done, Numbers, PerItem, Table, View
from reply_mcp.condense import condense
from reply_mcp.condense.values import show, template
from reply_mcp.text.names import Meaning
from reply_mcp.text.tokens import estimate_tokens
from tests.conftest import TIMES

CARD = Card(
    "Contact {id}: {firstName} {lastName} <{email}>",
    (("title", Column("size", "companySize", "enum")), (Column("notes", "notes", "outside"),)),
    (Table("lists", ("id", "name"), items="lists"),),
)
STATS = Numbers("{name} ({id})", ("contacted", "replied"), {"replied": "repliedPercentage"}, "rows", ("id", "replied"))
BULK = PerItem("contacts", "enrolled", "contactIds", "reply_get_sequence shows them.")
VIEWS: list[View | None] = [
    Blocks(Table("things", ("name",)), "{name} ({id})", texts="items", head="{status}"),
    None,
    CARD,
    STATS,
    BULK,
    Done("Created {id} ({a.b}).", "Next {id}."),
    Conversation("answer {id}"),
    Table("things", ("id", "name", Column("on", "date", "date"), Column("x", ("a", "b"), "html")), empty="None."),
]


def test_a_card_says_what_is_there_and_nothing_else() -> None:
    contact = {
        "id": 7,
        "firstName": "Jane",
        "lastName": None,
        "email": "j@a.com",
        "title": "VP",
        "companySize": "overTenThousand",
        "notes": "line one\nline <<< two",
        "phone": "1",
        "lists": [{"id": 1, "name": "ICP"}, {"id": 2, "name": "Web"}],
    }
    text = condense(contact, CARD, arguments={}).text
    assert text.startswith(
        "Contact 7: Jane <j@a.com>\ntitle: VP; size: over ten thousand\nnotes (outside text):\n<<<\nline one"
    )
    assert text.count("<<<") == 1
    assert "lists: 2" in text
    assert 'Left out: phone (detail=full, or fields=["phone"])' in text


def test_numbers_have_their_rates_and_period() -> None:
    answer = {"id": 4, "name": "Q4", "contacted": 418, "replied": 29, "repliedPercentage": 7.123}
    text = condense(answer, STATS, arguments={"from": "2026-11-01T00:00:00Z", "to": "2026-11-22"}).text
    assert text == "Q4 (4), 2026-11-01 to 2026-11-22\ncontacted 418 · replied 29 (7.12 %)"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({}, ["All 3 contacts enrolled."]),
        (None, ["All 3 contacts enrolled."]),
        (
            {"2": {"error": "notFound", "errorDetails": None}},
            ["2 of 3 contacts enrolled.", "Not enrolled: 1 not found (2)"],
        ),
        ({"added": [1], "notProcessed": {"2": {"error": "notFound"}, "3": {"error": 7}}}, ["1 of 3", "1 error 7 (3)"]),
        ({"added": [1], "notProcessed": {"2": {"error": "notFound"}}}, ["1 of 3", "1 without an answer"]),
        ([{"id": 1, "error": None}, {"id": 2, "error": "x"}, {"id": 3, "error": "x"}], ["1 of 3", "2 x (2, 3)"]),
        (
            {
                "items": [
                    {"id": 1, "status": "created"},
                    {"status": "skipped", "skipReason": "noEditPermission"},
                    {"status": "failed"},
                ]
            },
            ["1 of 3", "1 skipped: no edit permission (2)", "1 failed, no reason given (3)"],
        ),
    ],
)
def test_a_bulk_call_counts_and_names_every_failure(answer: Any, said: list[str]) -> None:
    text = condense(answer, BULK, arguments={"contactIds": [1, 2, 3]}).text
    for words in said:
        assert words in text


def test_a_title_reads_naturally_without_its_values() -> None:
    assert template("Updated contact {id} ({email}).", {"id": 3}) == "Updated contact 3."
    assert template('List {id} "{name}", new', {"id": 3, "name": 'The "big" one'}) == "List 3 \"The 'big' one\", new"
    assert template("{name}: {id}", {"id": 3, "name": 'The "big" one'}) == 'The "big" one: 3'
    assert template('say {{"id": {id}}}', {"id": 3}) == 'say {"id": 3}'


@pytest.mark.parametrize(("value", "words"), [(True, "now opted out."), (False, "opted in again."), (None, ".")])
def test_a_yes_or_no_chooses_between_two_wordings(value: bool | None, words: str) -> None:
    assert template("{isOptedOut:now opted out|opted in again}.", {"isOptedOut": value}) == words


@pytest.mark.parametrize(
    ("value", "kind", "said"),
    [
        ("2026-07-04T09:12:33.1234567Z", "date", "2026-07-04"),
        ("2026-07-04T14:02:00", "time", "2026-07-04 14:02"),
        ("2026-07-04T14:02:00+02:00", "time", "2026-07-04 12:02"),
        ("soon", "date", "soon"),
        (6.634, "percent", "6.63 %"),
        ("Empty", "enum", ""),
        ("meetingBooked", "enum", "meeting booked"),
        (False, "flag", ""),
        ([{"id": 1, "name": "A"}, {"id": 2}], "list", "A (1), 2"),
        ("<p>a</p><p>b</p>", "html", "a b"),
    ],
)
def test_kinds(value: Any, kind: Any, said: str) -> None:
    assert show(value, kind, "n") == said


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=40)
    | st.sampled_from(["<p>x", "2026-01-01"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["id", "items", "hasMore", "name", "body", "thread", "error", "status", "customFields", "rows", "text"]
            )
            | st.text(max_size=6),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@settings(max_examples=250 * TIMES)
@given(
    JSON,
    st.sampled_from(VIEWS),
    st.none() | st.lists(st.text(max_size=8), max_size=3),
    st.integers(1, 300),
    st.sampled_from(["concise", "full"]),
    st.dictionaries(st.sampled_from(["skip", "contactIds", "from", "id"]), JSON, max_size=2),
)
def test_any_answer_gives_text_within_its_limit(
    answer: Any, view: View | None, fields: list[str] | None, limit: int, detail: Any, arguments: dict[str, Any]
) -> None:
    import reply_mcp.condense.render as render

    failures: list[Any] = []
    log, render.logger.exception = render.logger.exception, lambda *a: failures.append(a)  # type: ignore[method-assign,assignment]
    try:
        result = condense(
            answer, view, arguments=arguments, fields=fields, limit=limit, detail=detail, notes=["n"], paged=True
        )
    finally:
        render.logger.exception = log  # type: ignore[method-assign]
    assert not failures
    assert estimate_tokens(result.text) <= limit
    assert "\u202e" not in result.text


@settings(max_examples=60 * TIMES)
@given(st.lists(st.fixed_dictionaries({"id": st.integers(10**6, 10**7), "name": JSON}), min_size=1, max_size=5))
def test_ids_always_stay(items: list[dict[str, Any]]) -> None:
    for view in (None, VIEWS[-1], Table("things", ("name",))):
        text = condense({"items": items}, view, arguments={}, fields=["name"], limit=20_000).text
        assert all(str(item["id"]) in text for item in items)


def test_one_of_a_bulk_call_is_named_and_the_words_may_hold_arguments() -> None:
    view = PerItem("thread", "now {state}", "ids", where="by me")
    assert condense({}, view, arguments={"ids": [7], "state": "read"}).text == "Thread 7: now read by me."
    assert condense({}, view, arguments={"ids": [7, 8], "state": "read"}).text == "Both threads now read by me."
    gone = {str(id): {"error": "notFound", "errorDetails": f"Thread {id} was not found."} for id in (8, 9)}
    shown = condense(gone, view, arguments={"ids": [7, 8, 9], "state": "read"}).text
    assert shown == "1 of 3 threads now read by me.\nNot now read: 2 not found (8, 9)."


def test_a_title_that_says_the_period_is_not_given_it_twice() -> None:
    view = Numbers("Calls, {period}", ("calls",))
    answer = {"period": "the last month", "calls": 3}
    text = condense(answer, view, arguments={"filters": {"dateRangePreset": "lastMonth"}}).text
    assert text == "Calls, the last month\ncalls 3"


@pytest.mark.parametrize(
    ("value", "words"), [(1, "1 contact."), (0, "0 contacts."), (2400, "2400 contacts."), (None, ".")]
)
def test_a_number_stands_before_the_word_that_fits_it(value: int | None, words: str) -> None:
    assert template("{count:contact|contacts}.", {"count": value}) == words


def test_what_a_title_shows_with_its_word_is_not_said_to_be_left_out() -> None:
    view = Card("Sequence {id}: {count:contact|contacts}")
    text = condense({"count": 1}, view, arguments={"id": 7}).text
    assert text == "Sequence 7: 1 contact"


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ([{"key": "2137", "name": "Budget", "value": "40000"}, {"id": 9, "name": "Tier", "value": None}], True),
        ([{"name": "Budget", "value": "40000", "type": "number"}], False),
    ],
)
def test_custom_fields_asked_for_by_name_read_as_names_and_values(fields: list[dict[str, Any]], shown: bool) -> None:
    text = condense({"id": 7, "customFields": fields}, CARD, arguments={}, fields=["customFields"]).text
    assert ("customFields: Budget (2137): 40000; Tier (9): -" in text) is shown
    assert ('"type":"number"' in text) is not shown


def test_a_name_that_the_title_shows_with_the_id_is_not_explained_below() -> None:
    contact = {"id": 7, "firstName": "Jané", "lastName": "Doe", "email": "j@a.com"}
    for name, id, needed in [("jane doe", 7, False), ("Jane", 8, True), ("Jan", 7, True)]:
        text = condense(contact, CARD, arguments={}, notes=[Meaning(f'"{name}" meant her.', name, id)]).text
        assert ("meant her" in text) is needed
