"""Rows in few tokens, and nothing lost on the way: what is said once can be put back into every row."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from reply_mcp.catalog.views import Column, Table
from reply_mcp.condense import condense
from reply_mcp.condense.columns import (
    EMPTY,
    aligned,
    fold_repeated_columns,
    part_words,
)


def test_ids_numbers_and_moments_are_set_off_by_one_blank() -> None:
    rows = [["7", "2026-07-04 10:00", "Jane Doe", "12"], ["8", "2025-07-04 10:00", "Omar Haddad", "3"]]
    assert aligned(["id", "when", "name", "size"], rows) == [
        "id when             name         size",
        "7  2026-07-04 10:00 Jane Doe     12",
        "8  2025-07-04 10:00 Omar Haddad  3",
    ]


def test_ids_with_blanks_keep_two() -> None:
    assert aligned(["id", "name"], [["a b", "Jane"], ["c", "Omar"]])[1] == "a b  Jane"


def test_the_year_of_a_column_is_in_its_name() -> None:
    rows = [[f"2026-07-0{day}", "x"] for day in (1, 2, 3)]
    assert aligned(["added", "name"], [*rows, [EMPTY, "y"]])[:2] == ["added 2026- name", "07-01       x"]
    assert aligned(["added", "name"], [*rows, ["2025-07-01", "y"]])[1] == "2026-07-01 x"
    assert aligned(["added", "name"], [*rows, ["2026-W1", "y"]])[1] == "2026-07-01  x", "no day: the column stays"
    assert aligned(["added", "name"], rows[:2])[1] == "2026-07-01 x", "two rows gain nothing"


def test_what_mostly_says_nothing_is_last_and_costs_nothing_there() -> None:
    rows = [{"id": n, "late": n == 2, "name": f"n{n}"} for n in range(4)]
    late = Column("late", "late", "flag")
    lines = condense(rows, Table("things", ("id", late, "name")), arguments={}).text.splitlines()
    assert lines[1:] == ["id name  late", "0  n0", "1  n1", "2  n2    late", "3  n3"]


def test_nothing_within_a_row_is_marked() -> None:
    assert aligned(["a", "b", "c"], [["x", EMPTY, "z"], ["x", "y", EMPTY], [EMPTY, EMPTY, EMPTY]])[1:] == [
        "x  -  z",
        "x  y",
        "-",
    ]


def test_ids_of_a_few_names_are_said_once() -> None:
    rows = [{"id": n, "user": f"U{n % 2}", "userId": 70 + n % 2} for n in range(6)]
    answer = condense(rows, Table("tasks", ("id", "userId", "user")), arguments={})
    assert answer.text.splitlines()[:3] == ["tasks: 6; userId: U0 70, U1 71", "id user", "0  U0"]
    assert answer.data["rows"][1] == {"id": "1", "userId": "71", "user": "U1"}


def test_ids_of_one_name_that_two_have_stay_in_their_rows() -> None:
    rows = [{"id": n, "user": "Ann" if n else "Tom", "userId": 70 + n % 2} for n in range(9)]
    assert " 71" in condense(rows, Table("tasks", ("id", "userId", "user")), arguments={}).text.splitlines()[3]


def test_a_column_that_repeats_another_is_said_to() -> None:
    rows = [{"id": n, "owner": f"U{n}", "sender": f"U{n}"} for n in range(3)]
    lines = condense(rows, Table("mailboxes", ("id", "owner", "sender")), arguments={}).text.splitlines()
    assert lines[:2] == ["mailboxes: 3; sender is owner", "id owner"]


def test_bare_words_stand_behind_each_other() -> None:
    words = ["Banking", "Hospital & Health Care", "Wine, Spirits"]
    assert condense(words, Table("industries", (), ""), arguments={}).text == f"industries: 3\n{'; '.join(words)}"
    assert condense([*words, "a; b"], Table("industries", (), ""), arguments={}).text.splitlines()[-1] == "a; b"


def test_bare_words_that_do_not_fit_say_where_to_go_on() -> None:
    words = [f"Industry number {n}" for n in range(200)]
    answer = condense({"items": words}, Table("industries", ()), arguments={"skip": 40}, paged=True, limit=120)
    shown = answer.text.splitlines()[1].split("; ")
    assert shown == words[: len(shown)]
    assert 5 < len(shown) < 100
    assert f"… {200 - len(shown)} more rows did not fit: skip={40 + len(shown)}" in answer.text
    assert len(answer.data["rows"]) == len(shown)


CELL = st.one_of(
    st.just(EMPTY),
    st.sampled_from(["2026-07-04", "2026-11-22 10:00", "2025-01-01", "2026-x", "call: Ann", "call: Tom", "7", "70411"]),
    st.from_regex(r"[A-Za-z0-9;:.&-]+( [A-Za-z0-9;:.&-]+){0,3}", fullmatch=True),
)


@st.composite
def grids(draw: st.DrawFn) -> tuple[list[str], list[list[str]]]:
    names = draw(
        st.lists(
            st.sampled_from(["id", "userId", "user", "when", "name", "owner", "step id", "step"]),
            min_size=1,
            unique=True,
        )
    )
    row = st.lists(CELL, min_size=len(names), max_size=len(names))
    pool = draw(st.lists(row, min_size=1, max_size=3))
    rows = draw(st.lists(st.one_of(st.sampled_from(pool), row), min_size=1, max_size=9))
    return names, rows


def put_back(names: list[str], lines: list[str], said: list[str], asked: list[str]) -> list[list[str]]:
    """The cells as a reader sees them: by where columns begin, what is in their names, what was said once."""
    head, *rows = lines
    starts, heads = [], []
    at = 0
    for name in names:
        at = head.index(name, at)
        starts.append(at)
        at += len(name)
    for start, end, name in zip(starts, [*starts[1:], len(head)], names, strict=True):
        heads.append(head[start:end].strip().removeprefix(name).strip())
    found = []
    for row in rows:
        cells = [row[a:b].strip() for a, b in zip(starts, [*starts[1:], None], strict=True)]
        cells = [cell or EMPTY for cell in cells]
        shared = [h + (" " if h.endswith(":") else "") for h in heads]
        found.append([c if c == EMPTY else b + c for b, c in zip(shared, cells, strict=True)])
    return [[_told(one, names, row, said) for one in asked] for row in found]


def _told(name: str, names: list[str], row: list[str], said: list[str]) -> str:
    if name in names:
        return row[names.index(name)]
    line = next(one for one in said if one.startswith((f"{name} is ", f"{name}: ")))
    if line.startswith(f"{name} is "):
        return row[names.index(line.removeprefix(f"{name} is "))]
    ids = dict(part.rsplit(" ", 1) for part in line.removeprefix(f"{name}: ").split(", "))
    return ids[row[names.index(name.removesuffix("Id").removesuffix(" id"))]]


@given(grids())
@example((["userId", "user"], [["7", "Ann"], ["7", "Ann"], ["7", "Ann"], ["8", "Ann"]]))
def test_nothing_is_lost_that_is_said_once(grid: tuple[list[str], list[list[str]]]) -> None:
    names, rows = grid
    rows = [[cell if len(cell) <= 32 else cell[:32].strip() for cell in row] for row in rows]
    kept, cells, said = fold_repeated_columns(names, rows)
    assert put_back(kept, aligned(kept, cells), said, names) == rows


@given(st.lists(st.from_regex(r"[a-z;]{1,5}( [a-z;]{1,5})?", fullmatch=True), min_size=1))
def test_bare_words_can_be_told_apart(words: list[str]) -> None:
    between = part_words(words)
    assert between.join(words).split(between) == words
