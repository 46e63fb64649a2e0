"""The words of every answer that is kept as a snapshot; and that the check finds what it looks for."""

from __future__ import annotations

from pathlib import Path

import pytest

from reply_mcp.catalog.operation import Effect
from reply_mcp.server.inventory import Inventory, every_entry
from reply_mcp.settings import Settings
from tests.wording import wording_faults

ANSWERS = sorted((Path(__file__).parent / "answers").glob("*.txt"))
READS = {entry.tool for entry in every_entry() if entry.tool and entry.effect is Effect.READ}


@pytest.fixture(scope="module")
def inventory() -> Inventory:
    return Inventory(Settings())


@pytest.mark.parametrize("path", ANSWERS, ids=lambda path: path.stem)
def test_answers_are_well_worded(path: Path, inventory: Inventory) -> None:
    call, _, text = path.read_text("utf-8").partition("\n")
    tool = call.split()[1]
    if tool == "reply_send_fax":
        text = text.replace(tool, "")  # the call of a tool that there is not
    reads = tool in READS
    assert list(wording_faults(text, reads=reads, reachable=lambda name: inventory.find(name) is not None)) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("1 contacts enrolled.", "one of many"),
        ("2 contact and 1 list.", "many of one"),
        ("Deleted list ().", "a dangling bracket"),
        ("Deleted  list 5.", "a doubled blank"),
        ("Deleted list 5..", "doubled marks"),
        ("Deleted list 5 , done.", "a blank before a mark"),
        ("owner: ; created: today", "a colon before nothing"),
        ("Not enrolled:", "nothing after the last colon"),
        ("owner: None; created: today", "Python"),
        ("Acme &amp; Co. was created.", "an entity"),
        ("Its text: <p>Hello</p>", "markup"),
        ('Sequence "Q4 is paused.', "unclosed"),
        ("reply_send_fax sends it.", "no such tool"),
        ('reply_get_thread {"ident": 5} shows it.', "a call with an argument that there is not"),
        ('reply_get_thread {"id": Ann} shows it.', "a call that is no JSON"),
        ("contacts 1–5, more: skip=4", "a page that ends at 5"),
        ("There is no such list; nothing was changed.", "a read says"),
    ],
)
def test_what_is_not_well_worded_is_found(text: str, fault: str) -> None:
    found = list(wording_faults(text, reads=True))
    assert any(one.startswith(fault) for one in found), found


def test_a_tool_out_of_reach_is_found() -> None:
    read_only = Inventory(Settings(read_only=True))
    found = wording_faults("reply_delete_list deletes it.", reachable=lambda name: read_only.find(name) is not None)
    assert list(found) == ["out of reach: reply_delete_list"]


@pytest.mark.parametrize(
    "text",
    [
        "1 of 2 contacts enrolled.",
        "11 contacts, 1 contact; at least 1 other contact.",
        'Thread 5 says "1 contacts ,  None".',
        "id  name\n5   Ann  Lee",
        "<<<\n&amp; <p>1 contacts</p>\n>>>",
        'To answer: reply_send_inbox_reply {"id": 5, "contact": "9", "message": …}',
        "Read more in e.g. reply_get_thread (at most 5 requests).",
    ],
)
def test_good_words_pass(text: str) -> None:
    assert list(wording_faults(text, reads=True)) == []
