"""Mailboxes and LinkedIn accounts change as they are told, and say why where they do not."""

from __future__ import annotations

from typing import Any

import httpx

from reply_mcp.sandbox.serving import Sandbox

CONNECTION: dict[str, Any] = {
    "email": "fresh@getnorthstar.com", "smtpHost": "smtp.getnorthstar.com", "smtpPort": 465, "smtpPassword": "s3cret",
    "imapHost": "imap.getnorthstar.com", "imapPort": 993, "imapPassword": "s3cret",
}  # fmt: skip


def test_a_mailbox_is_connected_without_showing_its_passwords(api: httpx.Client, wire: Sandbox) -> None:
    made = api.post("/v3/email-accounts", json={"connection": CONNECTION, "tags": ["outbound", "Spare"]})
    assert made.status_code == 201
    assert "s3cret" not in made.text + str(wire.store.get("emailAccount", made.json()["id"]))
    assert made.json()["tags"] == ["Outbound", "Spare"]
    assert "Spare" in [tag["name"] for tag in api.get("/v3/email-accounts/tags").json()]
    twice = api.post("/v3/email-accounts", json={"connection": CONNECTION})
    assert (twice.status_code, twice.json()["code"]) == (400, "emailAccount.internalError")
    bad = api.post("/v3/email-accounts", json={"connection": {**CONNECTION, "smtpPort": 0, "imapHost": None}})
    assert [one["pointer"] for one in bad.json()["errors"]] == ["/connection/imapHost", "/connection/smtpPort"]


def test_only_what_is_sent_changes(api: httpx.Client) -> None:
    before = api.get("/v3/email-accounts/12301").json()
    after = api.patch("/v3/email-accounts/12301", json={"safety": {"dailyLimit": 7}, "tags": []}).json()
    assert after["safety"] == {**before["safety"], "dailyLimit": 7}
    assert after["tags"] == []
    assert after["signature"] == before["signature"]
    refused = api.patch("/v3/email-accounts/12301", json={"connection": CONNECTION})
    assert (refused.status_code, refused.json()["code"]) == (400, "emailAccount.invalidInput")


def test_a_renamed_tag_is_renamed_everywhere(api: httpx.Client) -> None:
    assert api.put("/v3/email-accounts/tags/3", json={"name": "Warming"}).status_code == 204
    tags = [one["tags"] for one in api.get("/v3/email-accounts").json()["items"]]
    assert any("Warming" in names for names in tags)
    assert not any("Warm-up" in names for names in tags)
    assert api.put("/v3/email-accounts/tags/99", json={"name": "X"}).json()["code"] == "emailAccount.notFound"


def test_one_default_and_no_lock_after_resuming(api: httpx.Client) -> None:
    assert api.post("/v3/email-accounts/12305/set-default").status_code == 204
    rows = api.get("/v3/email-accounts", params={"my": True}).json()["items"]
    assert [one["id"] for one in rows if one["isDefault"]] == [12305]
    locked = next(
        one["id"]
        for one in api.get("/v3/email-accounts").json()["items"]
        if api.get(f"/v3/email-accounts/{one['id']}").json()["sendingLockedByProvider"]
    )
    assert api.post(f"/v3/email-accounts/{locked}/resume-sending").status_code == 204
    assert api.get(f"/v3/email-accounts/{locked}").json()["sendingLockedByProvider"] is False


def test_a_failed_connectivity_test_is_a_200_that_says_so(api: httpx.Client) -> None:
    server = {"host": "smtp.getnorthstar.com", "port": 465, "userName": "fresh", "password": "wrong"}
    failed = api.post("/v3/email-accounts/test/smtp", json=server)
    assert (failed.status_code, failed.json()["success"]) == (200, False)
    assert api.post("/v3/email-accounts/test/imap", json={**server, "password": "right"}).json()["error"] is None


def test_connecting_leads_to_a_consent_screen(api: httpx.Client) -> None:
    for provider, host in (("gmail", "accounts.google.com"), ("office-365", "login.microsoftonline.com")):
        answer = api.get(f"/v3/email-accounts/connect/{provider}")
        assert (answer.status_code, httpx.URL(answer.headers["location"]).host) == (302, host)


def test_a_removed_mailbox_leaves_its_sequences(api: httpx.Client, wire: Sandbox) -> None:
    held = [one["id"] for one in wire.store.all("sequence") if 12301 in one["_emailAccountIds"]]
    assert held
    gone = api.post("/v3/email-accounts/bulk-delete", json={"ids": [12301, 5]})
    assert list(gone.json()) == ["5"]
    assert api.get("/v3/email-accounts/12301").status_code == 404
    assert not any(12301 in one["_emailAccountIds"] for one in wire.store.all("sequence"))
    assert api.post("/v3/email-accounts/bulk-delete", json={"ids": []}).json()["code"] == "emailAccount.invalidInput"


def test_a_linkedin_account_flips_and_refuses_while_its_cookie_is_invalid(api: httpx.Client) -> None:
    flipped = [api.post("/v3/linkedin-accounts/610/toggle-status").json()["status"] for _ in range(2)]
    assert flipped == ["disabled", "enabled"]
    broken = api.post("/v3/linkedin-accounts/620/toggle-status")
    assert (broken.status_code, broken.json()["code"]) == (400, "linkedInAccount.cookieInvalid")


def test_limits_are_replaced_as_their_mode_needs(api: httpx.Client) -> None:
    path = "/v3/linkedin-accounts/610/limits"
    assert api.put(path, json={"limitsMode": "Ranged", "rangeMin": {}}).json()["code"] == "linkedInAccount.invalidInput"
    assert api.put(path, json={"limitsMode": "Fixed", "fixedMax": {"dailyInMailCount": 2}}).status_code == 204
    own = api.get("/v3/linkedin-accounts/610").json()
    assert own["limits"]["fixedMax"] == {"dailyInMailCount": 2}
    assert own["userLimitValues"]["dailyInMailCount"] == 2
    low = api.put(path, json={"limitsMode": "Fixed", "fixedMax": {}, "actionDelayMinSeconds": 5})
    assert low.json()["errors"][0]["pointer"] == "/actionDelayMinSeconds"


def test_an_account_in_use_goes_only_by_force(api: httpx.Client) -> None:
    refused = api.delete("/v3/linkedin-accounts/610")
    assert (refused.status_code, refused.json()["code"]) == (409, "linkedInAccount.accountInUse")
    bulk = api.post("/v3/linkedin-accounts/bulk-delete", json={"ids": [610, 625, 9]}).json()
    assert {number: one["error"] for number, one in bulk.items()} == {"610": "accountInUse", "9": "notFound"}
    assert api.delete("/v3/linkedin-accounts/610", params={"force": True}).status_code == 204


def test_an_invitation_is_pending_until_withdrawn(api: httpx.Client) -> None:
    made = api.post("/v3/linkedin-accounts/connection-link", json={"name": "Jonas"}).json()
    pending = {one["id"]: one for one in api.get("/v3/linkedin-accounts/pending").json()}
    assert pending[made["pendingAccountId"]]["connectionLink"] == made["connectionLink"]
    path = f"/v3/linkedin-accounts/pending/{made['pendingAccountId']}"
    assert [api.delete(path).status_code for _ in range(2)] == [204, 404]
