"""Blacklist rules, and what they keep from happening."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from reply_mcp.sandbox.records.blocking import blocking_rule
from reply_mcp.sandbox.serving import Sandbox

RULES = "/v3/contact-blacklist-rules"
TEAM = 31007


@pytest.fixture
def clean(wire: Sandbox, api: httpx.Client) -> Sandbox:
    """The wire without rules of the team's own."""
    for kind, path in (("blacklistDomain", "domains"), ("blacklistEmail", "emails")):
        ids = [one["id"] for one in wire.store.all(kind) if not one["isGlobal"]]
        if ids:
            assert api.post(f"{RULES}/{path}/bulk-delete", json={"ids": ids}).json() == {}
    return wire


def new_contact(api: httpx.Client, email: str) -> int:
    body = {"email": email, "firstName": "Rule", "lastName": "Test"}
    return int(api.post("/v3/contacts", json=body).raise_for_status().json()["id"])


def enrol(api: httpx.Client, sandbox: Sandbox, contact: int) -> dict[str, Any]:
    sequence = next(one for one in sandbox.store.all("sequence") if one["name"] == "Webinar follow-up")
    body = {"contactIds": [contact]}
    answer: dict[str, Any] = api.post(f"/v3/sequences/{sequence['id']}/contact-links/bulk", json=body).json()
    return answer


def block(api: httpx.Client, kind: str, pattern: str) -> int:
    return int(api.post(f"{RULES}/{kind}", json={"pattern": pattern}).raise_for_status().json()["id"])


def test_a_domain_rule_covers_addresses_and_subdomains_but_not_exceptions(clean: Sandbox, api: httpx.Client) -> None:
    block(api, "domains", "Blocked.example.org")
    block(api, "email-exceptions", "friend@blocked.example.org")
    blocked = [
        one
        for one in ("a@blocked.example.org", "a@eu.BLOCKED.example.org", "friend@blocked.example.org", "a@example.org")
        if blocking_rule(clean.store, TEAM, one)
    ]
    assert blocked == ["a@blocked.example.org", "a@eu.BLOCKED.example.org"]


def test_blocked_people_are_not_enrolled_until_the_rule_is_lifted(clean: Sandbox, api: httpx.Client) -> None:
    contact = new_contact(api, "someone@nothanks.example.org")
    rule = block(api, "domains", "nothanks.example.org")
    assert list(enrol(api, clean, contact)["notProcessed"]) == [str(contact)]
    assert api.delete(f"{RULES}/domains/{rule}").status_code == 204
    assert enrol(api, clean, contact) == {"added": [contact], "notProcessed": {}}


def test_a_rule_added_later_stops_what_was_still_to_be_sent(clean: Sandbox, api: httpx.Client) -> None:
    contact = new_contact(api, "late@toolate.example.org")
    assert enrol(api, clean, contact)["added"] == [contact]
    block(api, "emails", "late@toolate.example.org")
    clean.advance(4 * 86_400)
    assert [one["type"] for one in clean.store.all("event", _contactId=contact)] == []
    assert [one["status"] for one in clean.store.all("membership", _contactId=contact)] == ["finished"]


def test_patterns_are_checked_and_kept_once(clean: Sandbox, api: httpx.Client) -> None:
    for kind, pattern in (("domains", "https://x.org"), ("domains", "a@x.org"), ("emails", "x.org"), ("domains", None)):
        refused = api.post(f"{RULES}/{kind}", json={"pattern": pattern})
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "/pattern")
    first, second = block(api, "emails", "once@x.org"), block(api, "emails", "twice@x.org")
    assert api.post(f"{RULES}/emails", json={"pattern": "ONCE@x.org"}).json()["code"] == "blacklistEmailRule.duplicate"
    assert api.put(f"{RULES}/emails/{second}", json={"pattern": "once@x.org"}).status_code == 409
    assert api.put(f"{RULES}/emails/{first}", json={"pattern": "once@x.org"}).json()["id"] == first
    rows = api.get(f"{RULES}/emails", params={"search": "TWICE@"}).json()["items"]
    assert rows == [{"id": second, "pattern": "twice@x.org", "isGlobal": False}]


def test_bulk_creation_refuses_all_for_one_malformed_pattern(clean: Sandbox, api: httpx.Client) -> None:
    before = len(clean.store.all("blacklistDomain"))
    refused = api.post(f"{RULES}/domains/bulk", json=[{"pattern": "good.example.net"}, {"pattern": "no domain"}])
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "/1/pattern")
    assert len(clean.store.all("blacklistDomain")) == before
    rows = api.post(f"{RULES}/domains/bulk", json=[{"pattern": "good.example.net"}, {"pattern": "good.example.net"}])
    assert [one["error"] for one in rows.json()] == [None, 2]
    assert rows.json()[1]["id"] is None


def test_global_rules_stay(clean: Sandbox, api: httpx.Client) -> None:
    rule = next(one["id"] for one in clean.store.all("blacklistDomain") if one["isGlobal"])
    refused = api.delete(f"{RULES}/domains/{rule}")
    assert (refused.status_code, refused.json()["code"]) == (403, "blacklistDomainRule.globalRuleReadOnly")
    assert api.put(f"{RULES}/domains/{rule}", json={"pattern": "other.org"}).status_code == 403
    failed = api.post(f"{RULES}/domains/bulk-delete", json={"ids": [rule, 424242]}).json()
    assert {number: one["error"] for number, one in failed.items()} == {
        str(rule): "globalRuleReadOnly",
        "424242": "notFound",
    }
    empty = api.post(f"{RULES}/domains/bulk-delete", json={"ids": []}).json()
    assert empty["errors"] == [{"pointer": "/ids", "detail": "At least one ID is required."}]
