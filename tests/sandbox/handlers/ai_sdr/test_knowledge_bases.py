"""Knowledge bases, re-engagement, offers and playbooks keep what they are given."""

from __future__ import annotations

from typing import Any

import httpx

BASE, AI = "/v3/ai-sdr/knowledge-bases/501", 1_309_001


def test_a_copied_knowledge_base_has_contents_of_its_own(api: httpx.Client) -> None:
    copy = api.post(f"{BASE}/duplicate").json()
    path = f"/v3/ai-sdr/knowledge-bases/{copy['id']}"
    for what in ("links", "documents", "reply-handlers", "reengagement-cards"):
        first, second = (api.get(f"{where}/{what}").json()["items"] for where in (BASE, path))
        assert len(first) == len(second) > 0
        assert {one["id"] for one in first}.isdisjoint(one["id"] for one in second)
    assert api.delete(path).status_code == 204
    assert api.get(f"{path}/links").json()["code"] == "knowledgeBase.notFound"
    assert api.get(f"{BASE}/links").json()["items"]


def test_a_deleted_knowledge_base_is_taken_off_its_sequences(api: httpx.Client) -> None:
    made = api.post("/v3/ai-sdr/knowledge-bases", json={"name": "Passing"}).json()["id"]
    path = f"/v3/sequences/ai-sdr/{AI + 7}/knowledge-base"
    assert api.put(path, json={"knowledgeBaseId": made}).status_code == 204
    assert api.get(path).json() == {"id": made, "name": "Passing"}
    assert api.delete(f"/v3/ai-sdr/knowledge-bases/{made}").status_code == 204
    assert [api.get(path).status_code, api.delete(path).status_code] == [404, 404]
    assert api.put(path, json={"knowledgeBaseId": made}).json()["code"] == "salesAgentSequence.invalidKnowledgeBase"


def test_an_empty_upload_is_refused(api: httpx.Client) -> None:
    empty = api.post(f"{BASE}/documents", files={"file": ("a.txt", b"", "text/plain")})
    assert (empty.status_code, empty.json()["errors"][0]["pointer"]) == (400, "/file")
    kept = api.post(f"{BASE}/documents", files={"file": ("a.txt", b"abc", "text/plain")})
    assert (kept.status_code, kept.json()["name"]) == (201, "a.txt")
    program = api.post("/v3/ai-sdr/offers/generation-attachments", files={"file": ("a.exe", b"MZ", "text/plain")})
    assert (program.status_code, program.json()["code"]) == (400, "offer.invalidParameter")


def test_moving_off_stop_and_notify_clears_the_address(api: httpx.Client) -> None:
    body = {"typeOfQuestion": "Legal", "instructions": "Stop.", "deliveryMode": "stopAndNotify"}
    made = api.post(f"{BASE}/reply-handlers", json={**body, "additionalNotificationEmail": "a@b.co"}).json()
    assert made["additionalNotificationEmail"] == "a@b.co"
    changed = api.patch(f"{BASE}/reply-handlers/{made['id']}", json={"deliveryMode": "draft"}).json()
    assert changed["additionalNotificationEmail"] is None
    nothing = api.patch(f"{BASE}/reply-handlers/{made['id']}", json={"media": []})
    assert nothing.json()["errors"][0]["pointer"] == "/"


def test_flows_move_people_and_fall_back_to_the_default(api: httpx.Client) -> None:
    flows = f"{BASE}/reengagement-flows"
    default = api.get(flows).json()[0]
    made = api.post(flows, json={"name": "Slow"}).json()
    double = api.post(flows, json={"name": "slow"})
    assert (double.status_code, double.json()["code"]) == (409, "knowledgeBase.conflict")
    contact = api.get("/v3/ai-sdr/approvals").json()["items"][0]["contactId"]
    who = {"sequenceId": AI, "contactId": contact}
    everyone = api.get(f"{flows}/{default['id']}/contacts-count").json()
    assert api.post(f"{flows}/{made['id']}/assign", json=who).status_code == 204
    assert api.get(f"{flows}/{made['id']}/contacts-count").json() == 1
    assert api.get(f"{flows}/{default['id']}/contacts-count").json() == everyone - 1
    state: dict[str, Any] = {"sequence_id": AI, "contact_id": contact}
    assert api.get(f"{flows}/state", params=state).json()["flowId"] == made["id"]
    assert api.post(f"{flows}/{made['id']}/assign", json={**who, "sequenceId": AI + 7}).status_code == 404
    assert api.delete(f"{flows}/{default['id']}").json()["code"] == "knowledgeBase.conflict"
    assert api.delete(f"{flows}/{made['id']}").status_code == 204
    assert api.get(f"{flows}/state", params=state).json() == {"flowId": None, "flowAssignedAt": None}
    missing = api.get(f"{flows}/state", params={"sequence_id": AI})
    assert missing.json()["errors"][0]["pointer"] == "/contact_id"


def test_two_cards_of_a_flow_never_wait_equally_long(api: httpx.Client) -> None:
    card = {"name": "Twice", "instructions": "Ask.", "sendAfter": 7}
    clash = api.post(f"{BASE}/reengagement-cards", json=card)
    assert (clash.status_code, clash.json()["code"]) == (409, "knowledgeBase.conflict")
    assert api.post(f"{BASE}/reengagement-cards", json={**card, "sendAfter": 9}).json()["isEnabled"] is True


def test_global_playbooks_are_read_and_copied_only(api: httpx.Client) -> None:
    assert api.delete("/v3/ai-sdr/playbooks/g-11").json()["code"] == "playbook.forbidden"
    assert api.get("/v3/ai-sdr/playbooks/foo-7").json()["code"] == "playbook.invalidIdFormat"
    assert api.get("/v3/ai-sdr/playbooks/t-11").json()["code"] == "playbook.notFound"
    copy = api.post("/v3/ai-sdr/playbooks/g-11/duplicate").json()
    assert copy["type"] == "team"
    assert api.get(f"/v3/ai-sdr/playbooks/{copy['id']}").json() == copy
    body = {"name": "All", "description": "", "body": "", "type": "global"}
    assert api.post("/v3/ai-sdr/playbooks", json=body).json()["code"] == "playbook.invalidType"


def test_an_offer_keeps_what_is_not_sent(api: httpx.Client) -> None:
    before = api.get("/v3/ai-sdr/offers/301").json()
    after = api.patch("/v3/ai-sdr/offers/301", json={"painPoints": ["Slow lists"]}).json()
    assert after == {**before, "painPoints": ["Slow lists"]}
    many = api.patch("/v3/ai-sdr/offers/301", json={"painPoints": ["x"] * 11})
    assert many.json()["errors"][0]["pointer"] == "/painPoints"
