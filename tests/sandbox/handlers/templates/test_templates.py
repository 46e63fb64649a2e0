"""Email templates with their folders, and the folders and templates of sequences."""

from __future__ import annotations

import uuid
from typing import Any

import httpx

from reply_mcp.sandbox.serving import Sandbox

TEMPLATES, FOLDERS, FILES = "/v3/email-templates", "/v3/email-template-folders", "/v3/email-template-attachments"
SEQUENCE_FOLDERS = "/v3/sequence-folders"


def create(api: httpx.Client, name: str, **fields: Any) -> dict[str, Any]:
    body = {"name": name, "body": "<p>Hi</p>", "folderType": "personal", **fields}
    made: dict[str, Any] = api.post(TEMPLATES, json=body).raise_for_status().json()
    return made


def folder(api: httpx.Client, name: str, kind: str = "personal") -> int:
    return int(api.post(FOLDERS, json={"name": name, "folderType": kind}).raise_for_status().json()["id"])


def test_an_update_clears_subject_and_attachments_and_keeps_the_folder(api: httpx.Client) -> None:
    file = api.post(FILES, files={"file": ("price list.pdf", b"x" * 1500, "application/pdf")}).json()
    assert (file["fileName"], file["size"]) == ("price list.pdf", 1500)
    made = create(api, "Priced", subject="Prices", attachmentIds=[file["id"]], folderId=folder(api, "Prices"))
    assert made["attachments"] == [file]
    changed = api.put(f"{TEMPLATES}/{made['id']}", json={"name": "Priced", "body": "<p>New</p>"}).json()
    assert (changed["subject"], changed["attachments"]) == (None, [])
    assert (changed["folderId"], changed["createdAt"]) == (made["folderId"], made["createdAt"])


def test_refusals_of_a_template(api: httpx.Client) -> None:
    create(api, "Taken")
    body = {"name": "New one", "body": "x", "folderType": "personal"}
    for change, status, code in (
        ({"name": "TAKEN"}, 409, "emailTemplate.duplicateName"),
        ({"attachmentIds": [1, 2, 3, 4]}, 400, "emailTemplate.tooManyAttachments"),
        ({"folderId": 999}, 404, "emailTemplate.folderNotFound"),
        ({"folderId": 553}, 404, "emailTemplate.folderNotFound"),
        ({"folderType": "shared"}, 400, None),
        ({"name": "x" * 256}, 400, None),
    ):
        refused = api.post(TEMPLATES, json={**body, **change})
        assert (refused.status_code, refused.json().get("code")) == (status, code)


def test_copies_stay_in_the_folder_and_get_names_of_their_own(api: httpx.Client) -> None:
    made = create(api, "Copied", folderId=folder(api, "Copies"))
    names = [api.post(f"{TEMPLATES}/{made['id']}/clone").json()["name"] for _ in range(2)]
    assert names == ["Copy of Copied", "Copy of Copied (2)"]
    rows = api.get(TEMPLATES, params={"folder_id": made["folderId"]}).json()["items"]
    assert [one["name"] for one in rows] == ["Copied", *names]


def test_moving_names_the_folder_and_its_type(api: httpx.Client) -> None:
    made, target = create(api, "Moved"), folder(api, "Target", "team")
    path = f"{TEMPLATES}/{made['id']}/move"
    wrong = api.post(path, json={"folderId": target, "folderType": "personal"})
    assert (wrong.status_code, wrong.json()["code"]) == (404, "emailTemplate.folderNotFound")
    moved = api.post(path, json={"folderId": target, "folderType": "team"}).json()
    assert (moved["folderId"], moved["folderType"]) == (target, "team")
    found = api.get(TEMPLATES, params={"folder_type": "team", "name": "mov"}).json()["items"]
    assert [one["id"] for one in found] == [made["id"]]


def test_rendering_fills_in_and_names_what_has_no_value(wire: Sandbox, api: httpx.Client) -> None:
    body = {"email": "ann@render.example", "firstName": "Ann", "company": "Lee & Co"}
    contact = api.post("/v3/contacts", json=body).json()["id"]
    words = "{{FirstName}} of {{ Company }}, {{Lead score}}, {{City|your town}}, {{Nonsense}}"
    made = create(api, "Rendered", subject="For {{first_name}}", body=words)
    shown = api.post(f"{TEMPLATES}/{made['id']}/render", json={"contactId": contact}).json()
    assert shown["subject"] == "For Ann"
    assert shown["body"] == "Ann of Lee & Co, , your town, "
    assert shown["isSuccess"] is False
    assert [(one["code"], one["variable"]) for one in shown["errors"]] == [(13, "Lead score"), (13, "Nonsense")]
    missing = api.post(f"{TEMPLATES}/{made['id']}/render", json={"contactId": 7})
    assert (missing.status_code, missing.json()["code"]) == (404, "emailTemplate.contactNotFound")


def test_every_listed_variable_is_one_that_renders(wire: Sandbox, api: httpx.Client) -> None:
    groups = api.get(f"{TEMPLATES}/variables").json()
    keys = [one["key"] for group in groups.values() for rows in group.values() for one in rows]
    assert "{{Lead score}}" in keys
    held = next(one for one in wire.store.all("contact") if "@" in (one["email"] or "") and one["company"])
    made = create(api, "All variables", body=" ".join(keys))
    shown = api.post(f"{TEMPLATES}/{made['id']}/render", json={"contactId": held["id"]}).json()
    assert held["company"] in shown["body"]
    assert "{{" not in shown["body"]


def test_a_test_send_is_kept_and_needs_a_connected_mailbox(wire: Sandbox, api: httpx.Client) -> None:
    made = create(api, "Tried", subject="Trial")
    boxes = wire.store.all("emailAccount", _teamId=31007)
    good = next(one["id"] for one in boxes if one["connectionStatus"].lower() == "connected")
    path = f"{TEMPLATES}/{made['id']}/send-test"
    sent = api.post(path, json={"email": "me@example.com", "emailAccountId": good})
    assert (sent.status_code, sent.content) == (200, b"")
    kept = wire.store.all("testEmail")[-1]
    assert (kept["to"], kept["subject"], kept["emailAccountId"]) == ("me@example.com", "Trial", good)
    bad = next(one["id"] for one in boxes if one["connectionStatus"].lower() != "connected")
    refused = api.post(path, json={"email": "me@example.com", "emailAccountId": bad})
    assert (refused.status_code, refused.json()["code"]) == (400, "emailTemplate.sendTestFailed")
    assert api.post(path, json={"email": "nobody", "emailAccountId": good}).status_code == 400


def test_folders_by_type_default_and_content(api: httpx.Client) -> None:
    own, team = folder(api, "Mine"), folder(api, "Ours", "team")
    assert api.post(FOLDERS, json={"name": "mine", "folderType": "personal"}).status_code == 409
    assert api.get(f"{FOLDERS}/{own}").json()["errors"][0]["pointer"] == "folder_type"
    wrong_type = api.get(f"{FOLDERS}/{own}", params={"folder_type": "team"})
    assert (wrong_type.status_code, wrong_type.json()["code"]) == (404, "emailTemplateFolder.notFound")
    default = api.delete(f"{FOLDERS}/551", params={"folder_type": "personal"})
    assert (default.status_code, default.json()["code"]) == (400, "emailTemplateFolder.isDefault")
    inside = create(api, "In mine", folderId=own)
    shared = api.post(f"{FOLDERS}/{own}/share").json()
    assert (shared["folderType"], api.get(f"{TEMPLATES}/{inside['id']}").json()["folderType"]) == ("team", "team")
    assert api.post(f"{FOLDERS}/{own}/share").json()["code"] == "emailTemplateFolder.alreadyShared"
    assert api.delete(f"{FOLDERS}/{own}", params={"folder_type": "team"}).status_code == 400
    assert api.delete(f"{FOLDERS}/{team}", params={"folder_type": "team"}).status_code == 204


def test_a_personal_folder_leaves_its_templates(api: httpx.Client) -> None:
    own = folder(api, "Short-lived")
    inside = create(api, "Survivor", folderId=own)
    assert api.delete(f"{FOLDERS}/{own}", params={"folder_type": "personal"}).status_code == 204
    assert api.get(f"{TEMPLATES}/{inside['id']}").json()["folderId"] is None


def test_personal_templates_are_their_owners(wire: Sandbox, api: httpx.Client) -> None:
    made = create(api, "Private")["id"]
    as_owner = {"Authorization": "Bearer sandbox-master"}
    assert api.get(f"{TEMPLATES}/{made}", headers=as_owner).json()["code"] == "emailTemplate.notFound"


def test_sequences_are_filed_in_one_folder(wire: Sandbox, api: httpx.Client) -> None:
    ids = [one["id"] for one in wire.store.all("sequence", _teamId=31007)[:3]]
    first, second = (api.post(SEQUENCE_FOLDERS, json={"name": name}).json()["id"] for name in ("One", "Two"))
    uuid.UUID(first)
    link = {"sequenceIds": [*ids, 5]}
    failed = api.post(f"{SEQUENCE_FOLDERS}/{first}/sequence-links/bulk", json=link).json()
    assert {number: one["error"] for number, one in failed.items()} == {"5": "notFound"}
    assert api.post(f"{SEQUENCE_FOLDERS}/{second}/sequence-links/bulk", json={"sequenceIds": ids[:1]}).json() == {}
    params = {"sort_by": "title", "sort_direction": "desc"}
    rows = api.get(f"{SEQUENCE_FOLDERS}/{first}/sequences", params=params).json()["items"]
    assert [one["name"] for one in rows] == sorted((one["name"] for one in rows), reverse=True)
    assert {one["id"] for one in rows} == set(ids[1:])
    assert {one["id"] for one in api.get("/v3/sequences", params={"folderId": second}).json()["items"]} == {ids[0]}
    gone = api.post(f"{SEQUENCE_FOLDERS}/{second}/sequence-links/bulk-delete", json={"sequenceIds": ids[:2]}).json()
    assert list(gone) == [str(ids[1])]
    assert api.delete(f"{SEQUENCE_FOLDERS}/{first}").status_code == 204
    assert api.get(f"/v3/sequences/{ids[1]}").status_code == 200
    assert api.get(f"{SEQUENCE_FOLDERS}/{first}/sequences").json()["code"] == "sequenceFolderSequenceLink.notFound"


def test_sequence_folders_are_personal_and_sorted(api: httpx.Client) -> None:
    names = [one["name"] for one in api.get(SEQUENCE_FOLDERS).json()]
    assert names == sorted(names, key=str.lower)
    assert "Jonas" not in names
    refused = api.post(SEQUENCE_FOLDERS, json={"name": names[0].upper()})
    assert (refused.status_code, refused.json()["code"]) == (409, "sequenceFolder.duplicateName")


def test_sequence_templates_by_scope(wire: Sandbox, api: httpx.Client) -> None:
    held = api.get("/v3/sequence-templates").json()
    assert [len(held[f"{scope}Templates"]) for scope in ("global", "organization", "team")] == [2, 1, 1]
    sequence = wire.store.all("sequence", _teamId=31007)[0]["id"]
    made = api.post(f"/v3/sequences/{sequence}/save-as-template", json={"name": "From a sequence"}).json()["id"]
    assert made in [one["id"] for one in api.get("/v3/sequence-templates").json()["teamTemplates"]]
    for scope in ("global", "organization"):
        refused = api.delete(f"/v3/sequence-templates/{held[f'{scope}Templates'][0]['id']}")
        assert (refused.status_code, refused.json()["code"]) == (403, "sequenceTemplate.forbidden")
    assert [api.delete(f"/v3/sequence-templates/{made}").status_code for _ in range(2)] == [204, 404]
    built = api.post("/v3/sequences/create-from-template", json={"templateId": held["globalTemplates"][0]["id"]})
    assert len(built.json()["steps"]) == len(held["globalTemplates"][0]["stepTypes"])
