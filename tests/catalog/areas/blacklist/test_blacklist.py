"""The blacklist: what takes a block away counts as sending, and a block that is there already is no failure."""

from __future__ import annotations

from typing import Any

import pytest

from reply_mcp.catalog.areas.blacklist import area
from reply_mcp.catalog.operation import Effect
from reply_mcp.errors import AlreadyDone, NotDone, WrongArguments
from tests.catalog.fake_call import FakeCall, operation_of, refusal
from tests.catalog.questions import question_before


def call(id: str, arguments: dict[str, Any], **answers: Any) -> FakeCall:
    return FakeCall(operation_of(area, id), arguments, **answers)


def page(*patterns: str, more: bool = False) -> dict[str, Any]:
    return {"items": [{"id": 10 + n, "pattern": one} for n, one in enumerate(patterns)], "hasMore": more}


async def previewed(one: FakeCall) -> str:
    preview = one.operation.preview
    assert callable(preview)
    return await preview(one)


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("https://www.acme.com/about", '"acme.com"'),
        ("www.acme.com", '"acme.com"'),
        ("@acme.com", '"acme.com"'),
        ("ann@acme.com", "reply_create_blacklist_email_rule"),
        ("acme", "a bare domain such as acme.com"),
        ("acme .com", "a bare domain such as acme.com"),
    ],
)
def test_what_is_no_bare_domain_would_block_nobody(given: str, meant: str) -> None:
    with pytest.raises(WrongArguments, match=meant.replace(".", r"\.")):
        call("CreateBlacklistDomainRule", {"pattern": given})


def test_one_bad_pattern_would_stop_all_so_all_faults_are_told_at_once() -> None:
    with pytest.raises(WrongArguments) as wrong:
        call("BulkCreateBlacklistEmailRules", {"rules": ["ann@acme.com", "bob", {"pattern": "eve"}]})
    assert len(wrong.value.faults) == 2


async def test_bulk_takes_plain_patterns_and_sends_each_once_as_a_bare_array() -> None:
    one = call(
        "BulkCreateBlacklistDomainRules",
        {"rules": ["acme.com", {"pattern": "globex.org"}, "ACME.com"]},
        send=[[{"id": 4, "error": None}, {"id": None, "error": 2}]],
    )
    answer = await one.run()
    assert one.sent[0].body == [{"pattern": "acme.com"}, {"pattern": "globex.org"}]
    assert answer == {"globex.org": {"error": "duplicate", "errorDetails": None}}
    assert "acme.com (4)" in one.noted


async def test_a_block_that_is_there_already_is_a_settled_thing() -> None:
    one = call(
        "CreateBlacklistDomainRule",
        {"pattern": "acme.com"},
        send=refusal(409, "blacklistDomainRule.duplicate"),
        GetBlacklistDomainRules=[page("notacme.com", more=True), page("notacme.com", "ACME.com")],
    )
    with pytest.raises(NotDone, match="blocked already by rule 11") as stopped:
        await one.run()
    assert not stopped.value.is_error
    assert [asked["skip"] for asked in one.asked_for("GetBlacklistDomainRules")] == [0, 0]


async def test_other_refusals_stay_refusals() -> None:
    no = refusal(409, "blacklistEmailRule.notAdded")
    with pytest.raises(type(no)):
        await call("CreateBlacklistEmailRule", {"pattern": "ann@acme.com"}, send=no).run()


@pytest.mark.parametrize(("new", "effect"), [("ACME.com", Effect.WRITE), ("globex.org", Effect.SEND)])
async def test_changing_a_rule_frees_whom_it_blocked(new: str, effect: Effect) -> None:
    one = call(
        "UpdateBlacklistDomainRule",
        {"id": 4, "pattern": new},
        GetBlacklistDomainRuleById={"id": 4, "pattern": "acme.com", "isGlobal": False},
    )
    assert one.operation.effect_for is not None
    assert await one.operation.effect_for(one) is effect
    assert "everyone at acme.com can be contacted again" in await previewed(one)
    await one.run()
    assert len(one.asked) == 1  # what was read serves the judging, the preview and the check


async def test_rules_of_replys_own_are_not_touched() -> None:
    own = {"id": 4, "pattern": "gov.example", "isGlobal": True}
    one = call("DeleteBlacklistDomainRule", {"id": 4}, GetBlacklistDomainRuleById=own)
    with pytest.raises(NotDone, match="one of Reply's own"):
        await one.run()
    assert one.sent == []


async def test_an_address_stays_blocked_where_its_domain_is() -> None:
    held = {"id": 7, "pattern": "ann@acme.com"}
    covered = call(
        "DeleteBlacklistEmailRule",
        {"id": 7},
        GetBlacklistEmailRuleById=held,
        GetBlacklistDomainRules=page("acme.com"),
    )
    assert "stays blocked by the rule for acme.com (rule 10)" in await previewed(covered)
    bare = call(
        "DeleteBlacklistEmailRule", {"id": 7}, GetBlacklistEmailRuleById=held, GetBlacklistDomainRules=page("zacme.com")
    )
    assert "ann@acme.com can be contacted again" in await previewed(bare)


async def test_exceptions_open_and_their_end_closes() -> None:
    new = call(
        "CreateBlacklistEmailExceptionRule",
        {"pattern": "ann@acme.com"},
        GetBlacklistDomainRules=page("acme.com"),
        GetBlacklistEmailExceptionRules=page(),
    )
    assert new.operation.effect is Effect.SEND
    assert "although acme.com (rule 10) is blocked" in await previewed(new)
    end = call(
        "DeleteBlacklistEmailExceptionRule",
        {"id": 3},
        GetBlacklistEmailExceptionRuleById={"id": 3, "pattern": "ann@acme.com"},
    )
    assert end.operation.effect is Effect.DELETE
    assert "blocked again" in await previewed(end)


async def test_bulk_deletion_names_the_first_and_says_reasons_in_words() -> None:
    one = call(
        "BulkDeleteBlacklistDomainRules",
        {"ids": [1, 2, 3, 4, 5, 5]},
        send={"2": {"error": 3}},
        GetBlacklistDomainRules={
            "items": [{"id": id, "pattern": f"{name}.com"} for id, name in ((1, "acme"), (3, "b"), (5, "c"), (6, "d"))]
        },
        GetBlacklistDomainRuleById=[refusal(404, "blacklistDomainRule.notFound"), {"pattern": "far.org"}],
    )
    answer = await one.run()
    assert answer == {"2": {"error": "globalRuleReadOnly"}}
    assert one.sent[0].body == {"ids": [1, 2, 3, 4, 5]}
    question = await previewed(one)
    assert "acme.com, b.com, far.org and 1 more" in question
    assert question.endswith("Not found: 2.")
    assert [arguments.get("id") for _, arguments in one.asked] == [None, 2, 4], "those that the list does not have"


async def test_a_key_that_may_not_list_rules_reads_them_one_by_one() -> None:
    one = call(
        "BulkDeleteBlacklistDomainRules",
        {"ids": [1, 3]},
        GetBlacklistDomainRules=refusal(403, "blacklistDomainRule.forbidden"),
        GetBlacklistDomainRuleById=[{"pattern": "acme.com"}, {"pattern": "b.org"}],
    )
    assert "acme.com, b.org" in await previewed(one)


ACME = {"id": 4, "pattern": "acme.com"}
ANN = {"id": 4, "pattern": "ann@acme.com"}


@pytest.mark.parametrize(
    ("id", "arguments", "question"),
    [
        (
            "DeleteBlacklistDomainRule",
            {"id": 4},
            "This deletes the rule that blocks acme.com: everyone at acme.com can be contacted again.",
        ),
        (
            "DeleteBlacklistEmailRule",
            {"id": 4},
            "This deletes the rule that blocks ann@acme.com: ann@acme.com can be contacted again.",
        ),
        (
            "BulkDeleteBlacklistDomainRules",
            {"ids": [4]},
            "This lifts the block on acme.com: they can be contacted again, unless another rule covers them.",
        ),
        (
            "BulkDeleteBlacklistEmailRules",
            {"ids": [4]},
            "This lifts the block on ann@acme.com: they can be contacted again, unless another rule covers them.",
        ),
        (
            "UpdateBlacklistDomainRule",
            {"id": 4, "pattern": "globex.org"},
            "This makes rule 4 block globex.org instead of acme.com: everyone at acme.com can be contacted again.",
        ),
        (
            "UpdateBlacklistEmailRule",
            {"id": 4, "pattern": "bob@acme.com"},
            "This makes rule 4 block bob@acme.com instead of ann@acme.com: ann@acme.com can be contacted again.",
        ),
        (
            "CreateBlacklistEmailExceptionRule",
            {"pattern": "ann@acme.com"},
            "This makes ann@acme.com contactable (no rule blocks its domain now).",
        ),
        (
            "BulkCreateBlacklistEmailExceptionRules",
            {"rules": ["ann@acme.com"]},
            "This makes ann@acme.com contactable, whatever domain is blocked.",
        ),
        (
            "UpdateBlacklistEmailExceptionRule",
            {"id": 4, "pattern": "bob@acme.com"},
            "This moves exception 4 from ann@acme.com to bob@acme.com: bob@acme.com can be contacted (no rule blocks "
            "its domain now), and ann@acme.com falls back under the blacklist.",
        ),
        (
            "DeleteBlacklistEmailExceptionRule",
            {"id": 4},
            "This ends the exception for ann@acme.com: it is blocked again wherever a rule covers it.",
        ),
        (
            "BulkDeleteBlacklistEmailExceptionRules",
            {"ids": [4]},
            "This ends 1 exception (ann@acme.com): blocked again wherever a rule covers the address.",
        ),
    ],
)
async def test_a_person_is_asked_before_anybody_can_be_contacted_again(
    id: str, arguments: dict[str, Any], question: str
) -> None:
    one = call(
        id,
        arguments,
        GetBlacklistDomainRules=page(),
        GetBlacklistDomainRuleById=ACME,
        GetBlacklistEmailRuleById=ANN,
        GetBlacklistEmailExceptionRuleById=ANN,
        GetBlacklistEmailExceptionRules=page(),
    )
    assert await question_before(one) == question


@pytest.mark.parametrize(
    ("id", "arguments", "said"),
    [
        (
            "CreateBlacklistEmailExceptionRule",
            {"pattern": "Ann@acme.com"},
            "Ann@acme.com is allowed already by rule 10; nothing was changed.",
        ),
        (
            "BulkCreateBlacklistEmailExceptionRules",
            {"rules": ["ann@acme.com", "BOB@acme.com"]},
            "ann@acme.com, BOB@acme.com: allowed already; nothing was changed.",
        ),
    ],
)
async def test_nobody_is_asked_about_an_exception_that_is_there(id: str, arguments: dict[str, Any], said: str) -> None:
    one = call(id, arguments, GetBlacklistEmailExceptionRules=page("ann@acme.com", "bob@acme.com"))
    with pytest.raises(AlreadyDone) as already:
        await question_before(one)
    assert str(already.value) == said


async def test_a_question_counts_the_exceptions_that_are_there() -> None:
    one = call(
        "BulkCreateBlacklistEmailExceptionRules",
        {"rules": ["ann@acme.com", "eve@acme.com"]},
        GetBlacklistEmailExceptionRules=page("ann@acme.com"),
    )
    asked = await question_before(one)
    assert asked == "This makes eve@acme.com contactable, whatever domain is blocked. Allowed already: 1."


@pytest.mark.parametrize(
    ("id", "arguments"),
    [
        ("CreateBlacklistDomainRule", {"pattern": "acme.com"}),
        ("BulkCreateBlacklistEmailRules", {"rules": ["ann@acme.com"]}),
        ("UpdateBlacklistDomainRule", {"id": 4, "pattern": "ACME.com"}),
    ],
)
async def test_nobody_is_asked_before_a_block(id: str, arguments: dict[str, Any]) -> None:
    assert await question_before(call(id, arguments, GetBlacklistDomainRuleById=ACME)) == ""
