"""Whom the blacklist blocks where it is long: what is read of it, and that the rest is not taken for checked."""

from __future__ import annotations

from typing import Any

import pytest

from reply_mcp.catalog.areas.inbox import area
from reply_mcp.catalog.effect import Effect
from reply_mcp.catalog.lookups.blacklist import read_blacklist_for
from reply_mcp.catalog.lookups.contactable import check_not_blacklisted
from reply_mcp.errors import NotDone, ReplyError, Unreachable
from reply_mcp.server.consent.questions import question_about
from tests.catalog.fake_call import FakeCall, operation_of, refusal

MESSAGE = {"id": 501, "subject": "Seats", "body": "<p>How many?</p>"}


class Rules:
    """A blacklist as Reply lists it: rules whose pattern contains the search, a thousand a page."""

    def __init__(self, *patterns: str) -> None:
        self.rows = [{"id": at, "pattern": pattern} for at, pattern in enumerate(patterns)]

    def page(self, asked: dict[str, Any]) -> dict[str, Any]:
        found = [row for row in self.rows if asked.get("search", "") in row["pattern"]]
        rows = found[asked["skip"] : asked["skip"] + asked["top"]]
        return {"items": rows, "hasMore": asked["skip"] + asked["top"] < len(found)}


def call(domains: Rules, addresses: Rules | None = None) -> FakeCall:
    return FakeCall(
        operation_of(area, "SendDirectEmail"),
        MESSAGE,
        GetBlacklistDomainRules=domains.page,
        GetBlacklistEmailRules=(addresses or Rules()).page,
        GetBlacklistEmailExceptionRules=Rules().page,
        GetContactById={"id": 501, "firstName": "Ann", "email": "ann@acme.co.uk", "isOptedOut": False},
        GetContactStatuses={"isOptedOut": False},
        ListEmailAccounts={"items": []},
        FilterInboxThreads={"items": []},
    )


MANY = tuple(f"shop-{at}.co.uk" for at in range(3500))


@pytest.mark.parametrize(
    ("patterns", "requests"),
    [
        (("acme.co.uk",), 3),
        (("co.uk",), 3),
        (("mail.acme.co.uk",), 3),
        ((*MANY[:1500], "acme.co.uk"), 4),
        ((*MANY, "acme.co.uk"), 6),
    ],
    ids=["its domain", "a whole suffix", "its host", "on the second page", "beyond what is read"],
)
async def test_the_rule_is_found_in_a_long_list(patterns: tuple[str, ...], requests: int) -> None:
    one = call(Rules(*patterns))
    with pytest.raises(NotDone, match=f"domain {patterns[-1]}"):
        await check_not_blacklisted(one, "ann@mail.acme.co.uk", "Ann")
    assert len(one.asked) == requests


@pytest.mark.parametrize("address", ["ann@müller.de", "ann@mail.xn--mller-kva.de", "Ann@MÜLLER.de"])
@pytest.mark.parametrize("pattern", ["müller.de", "xn--mller-kva.de", "Müller.de"])
async def test_a_domain_is_the_same_in_both_its_spellings(address: str, pattern: str) -> None:
    with pytest.raises(NotDone, match=r"domain xn--mller-kva.de"):
        await check_not_blacklisted(call(Rules("other.de", pattern)), address, "Ann")


async def test_a_short_list_costs_two_requests_and_no_note() -> None:
    one = call(Rules("other.co.uk"))
    await check_not_blacklisted(one, "ann@acme.co.uk", "Ann")
    assert [operation for operation, _ in one.asked] == ["GetBlacklistDomainRules", "GetBlacklistEmailRules"]
    assert one.notes == []


async def test_the_question_says_what_of_a_long_list_was_not_read() -> None:
    one = call(Rules(*MANY))
    for check in one.operation.before:
        await check(one)
    question = await question_about(one, one.operation, Effect.SEND)
    assert question.text.endswith("\nNot checked: the rest of a long blacklist.")


async def test_a_list_that_is_read_in_part_says_so() -> None:
    assert not (await read_blacklist_for(call(Rules(*MANY)), "ann@acme.co.uk")).complete


LOOKS = ("GetContactById", "GetBlacklistDomainRules", "GetBlacklistEmailRules", "FilterInboxThreads")


async def _ask(look: str, failed: Exception) -> tuple[FakeCall, str]:
    one = call(Rules())
    one._answers[look] = [failed]
    for check in one.operation.before:
        await check(one)
    return one, (await question_about(one, one.operation, Effect.SEND)).text


@pytest.mark.parametrize("failed", [refusal(500), refusal(429), refusal(404, "x.notFound"), Unreachable("No answer.")])
@pytest.mark.parametrize("look", LOOKS)
async def test_nobody_is_written_to_where_a_look_failed(look: str, failed: ReplyError) -> None:
    with pytest.raises(type(failed)):
        await _ask(look, failed)


@pytest.mark.parametrize("failed", [refusal(403), refusal(404, is_json=False)], ids=["forbidden", "not released"])
@pytest.mark.parametrize("look", LOOKS[1:])
async def test_what_the_key_may_not_read_is_named_in_the_question(look: str, failed: ReplyError) -> None:
    _, text = await _ask(look, failed)
    assert "\nNot checked: " in text
    assert "which this key may not read" in text
