"""The soak, in small: some hundred calls over two servers, with more faults than in the long one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos.agent import agrees
from tests.chaos.ledger import Held, Ledger, Written, claim_of
from tests.chaos.soak import soak


async def test_nobody_is_told_what_is_not_so(tmp_path: Path) -> None:
    # A body that drips takes ten seconds to be given up.
    report = await soak(150, 2, 0.15, tmp_path, seed=7, without="trickle")
    assert report.good, report.table()
    assert report.faults.total() > 10
    assert report.writes["done", "done"] > 20
    assert report.ledger.reads["answered"] > 50


def test_the_ledger_finds_what_is_told_wrongly(tmp_path: Path) -> None:
    import sqlite3

    with sqlite3.connect(tmp_path / "db") as sql:
        sql.execute("CREATE TABLE records (kind, id, doc)")
        rows = [(1, '{"name": "once"}'), (2, '{"name": "twice"}'), (3, '{"name": "twice"}')]
        sql.executemany("INSERT INTO records VALUES ('account', ?, ?)", rows)
    ledger = Ledger()
    for token in ("never", "once", "twice"):
        for is_error, text in ((False, "Made."), (True, "It may have been done."), (True, "Nothing was done.")):
            claim = claim_of(is_error, text)
            ledger.writes.append(
                Written("tool", token, claim, text, lambda held, token=token: held.having("account", "name", token))
            )
    counts = ledger.judge(Held(tmp_path / "db"))
    assert counts.total() == 9
    assert [line.partition(" and was")[0] for line in ledger.wrong] == [
        "tool never is 'done'",
        "tool once is 'not done'",
        "tool twice is 'done'",
        "tool twice is 'unknown'",
        "tool twice is 'not done'",
    ]


RIGHT = "You act as Maria Silva <maria@acme.com>, user 70411.\nteam: Northstar; team id: 31007; login: Maria Silva"


@pytest.mark.parametrize(
    ("text", "good"),
    [
        (RIGHT, True),
        (
            "You act as Maria Silva, user 70411.\nteam id: 31007; login: Maria Silva\n"
            "The name, address and team could not be read: try again in a minute.",
            True,
        ),
        ("You act as Maria Silva, user 70411.\nteam id: 31007; login: Maria Silva", False),
        ("You act as Omar Haddad, user 7.\nThe name, address and team could not be read: try again.", False),
        ("The name, address and team could not be read: try again in a minute.", False),
        (f"{RIGHT}\nOne line more.", False),
    ],
)
def test_the_judge_knows_a_partial_answer_from_a_wrong_one(text: str, good: bool) -> None:
    assert agrees(text, RIGHT) is good
