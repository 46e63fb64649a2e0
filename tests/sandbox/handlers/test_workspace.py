"""Settings, comment prompts, holiday calendars and uploaded files."""

from __future__ import annotations

import io
import wave
from datetime import timedelta
from typing import Any

import httpx
import pytest

from reply_mcp.sandbox.records import credits
from reply_mcp.sandbox.records.schedule import DAYS
from reply_mcp.sandbox.records.sequence import UNUSABLE_LINKEDIN
from reply_mcp.sandbox.serving import Sandbox

PROMPTS, CALENDARS = "/v3/ai-prompts", "/v3/holiday-calendars"
AS_OWNER = {"Authorization": "Bearer sandbox-master"}
STEP = {"stepType": "commentOnRecentPost"}


def sound(seconds: int) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as track:
        track.setnchannels(1)
        track.setsampwidth(1)
        track.setframerate(1000)
        track.writeframes(bytes(1000 * seconds))
    return file.getvalue()


def test_settings_change_only_where_they_are_sent(api: httpx.Client) -> None:
    before = api.get("/v3/settings").json()
    change = {"account": {"title": "Team lead"}, "emails": {"safety": {"firstStepDelay": None}}}
    after = api.patch("/v3/settings", json=change).json()
    assert after["account"] == {**before["account"], "title": "Team lead"}
    assert after["emails"]["safety"] == {**before["emails"]["safety"], "firstStepDelay": None}
    assert after["contacts"] == before["contacts"]
    assert api.get("/v3/settings").json() == after


def test_the_users_settings_are_theirs_and_the_teams_are_everybodys(api: httpx.Client) -> None:
    change = {
        "linkedIn": {"reassignSequenceProspectsWhenLinkedInAccountAdded": True},
        "contacts": {"contactAccounts": {"overwriteFields": True}},
    }
    mine = api.patch("/v3/settings", json=change).json()
    owners = api.get("/v3/settings", headers=AS_OWNER).json()
    assert owners["linkedIn"] != mine["linkedIn"]
    assert owners["contacts"] == mine["contacts"]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"contacts": {"contactStages": [{"id": 1, "name": "New"}]}}, "/contacts/contactStages"),
        ({"contacts": {"accountStages": [{"id": 1, "name": "New"}] * 8}}, "/contacts/accountStages"),
        ({"emails": {"safety": {"nonRepliesHandlingType": 3}}}, "/emails/safety/nonRepliesHandlingType"),
        ({"account": {"firstName": "x" * 49}}, "/account/firstName"),
        ({"calls": {"resolutions": [{"name": "Voicemail"}]}}, "/calls/resolutions/0/defaultResolutionValue"),
    ],
)
def test_settings_out_of_bounds(api: httpx.Client, change: dict[str, Any], pointer: str) -> None:
    refused = api.patch("/v3/settings", json=change)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, pointer)


def test_plain_text_excludes_tracking_and_two_switches_are_the_owners(api: httpx.Client) -> None:
    refused = api.patch("/v3/settings", json={"emails": {"isSendingPlainTextEnabled": True}})
    assert (refused.status_code, refused.json()["code"]) == (400, "settings.invalidOperation")
    plain = {"isSendingPlainTextEnabled": True, "isOpenTrackingDisabled": True, "isLinksTrackingEnabled": False}
    assert api.patch("/v3/settings", json={"emails": plain}).status_code == 200
    change = {"beta": {"isBetaFeaturesEnabled": True}}
    refused = api.patch("/v3/settings", json=change)
    assert (refused.status_code, refused.json()["code"]) == (403, "settings.forbidden")
    assert api.patch("/v3/settings", json=change, headers=AS_OWNER).json()["beta"]["isBetaFeaturesEnabled"] is True


def test_new_stages_show_on_companies(wire: Sandbox, api: httpx.Client) -> None:
    company = next(one for one in wire.store.all("account") if one["_stageId"])
    stages = [{"id": number, "name": f"Stage {number}", "colorId": 9} for number in range(1, 9)]
    api.patch("/v3/settings", json={"contacts": {"accountStages": stages}}).raise_for_status()
    shown = api.get(f"/v3/contact-accounts/{company['id']}").json()["stage"]
    assert shown == {"id": company["_stageId"], "name": f"Stage {company['_stageId']}", "colorId": 9}


def test_library_prompts_are_read_only_and_names_unique(api: httpx.Client) -> None:
    library = next(one for one in api.get(PROMPTS, params=STEP).json() if one["scope"] == "library")
    body = {"name": "Curious", "text": "Ask."}
    for refused in (api.put(f"{PROMPTS}/{library['id']}", json=body), api.delete(f"{PROMPTS}/{library['id']}")):
        assert (refused.status_code, refused.json()["code"]) == (403, "aiPrompt.communityPromptReadOnly")
    made = api.post(PROMPTS, json={**body, **STEP}).json()
    assert (made["scope"], made["stepType"]) == ("personal", STEP["stepType"])
    again = api.post(PROMPTS, json={**body, **STEP, "name": "CURIOUS"})
    assert (again.status_code, again.json()["code"]) == (409, "aiPrompt.nameAlreadyExists")
    too_long = api.put(f"{PROMPTS}/{made['id']}", json={**body, "text": "x" * 2001})
    assert too_long.json()["errors"][0]["pointer"] == "/text"
    assert api.get(PROMPTS).json()["errors"][0]["pointer"] == "stepType"


def test_samples_are_free_and_run_out_for_the_day(wire: Sandbox, api: httpx.Client) -> None:
    path, body = f"{PROMPTS}/preview/sample", {"promptText": "Be kind."}
    before = credits.credits_left(wire.store, 31007, "liveData")
    shown = api.post(path, json=body).json()
    assert shown["outcome"] == "generated"
    assert shown["commentText"]
    skipped = api.post(path, json={**body, "skipTopics": [shown["detectedTopic"].upper()]}).json()
    assert (skipped["outcome"], skipped["commentText"]) == ("aiSkip", None)
    answers = [api.post(path, json=body).status_code for _ in range(19)]
    assert (answers[17], answers[18]) == (200, 429)
    assert credits.credits_left(wire.store, 31007, "liveData") == before
    broken = api.post(path, json={"promptText": "Hi {{FirstName"})
    assert broken.json()["code"] == "linkedInCommentPreview.promptRenderFailed"
    wire.advance(86_401)
    assert api.post(path, json=body).status_code == 200


def test_a_preview_on_a_real_post_costs_a_credit(wire: Sandbox, api: httpx.Client) -> None:
    profiles = wire.store.all("linkedInAccount", _teamId=31007)
    account = next(one["id"] for one in profiles if one["status"].lower() not in UNUSABLE_LINKEDIN)
    body = {"promptText": "Be kind.", "linkedInAccountId": account}
    url = "https://www.linkedin.com/in/someone"
    before = credits.credits_left(wire.store, 31007, "liveData")
    path = f"{PROMPTS}/preview/linkedin-post"
    assert api.post(path, json={**body, "linkedInProfileUrl": url}).status_code == 200
    for change, status, code in (
        ({"linkedInProfileUrl": "https://evil.example/in/x"}, 400, "invalidLinkedInUrl"),
        ({"linkedInProfileUrl": url, "linkedInAccountId": 1}, 404, "linkedInAccountNotFound"),
    ):
        refused = api.post(path, json={**body, **change})
        assert (refused.status_code, refused.json()["code"]) == (status, f"linkedInCommentPreview.{code}")
    assert credits.credits_left(wire.store, 31007, "liveData") == before - 1
    credits.spend_credits(wire.store, wire.clock.now(), 31007, "liveData", before - 1)
    refused = api.post(path, json={**body, "linkedInProfileUrl": url})
    assert refused.json()["code"] == "linkedInCommentPreview.insufficientCredits"


def test_a_calendar_is_replaced_whole_and_leaves_its_schedules(wire: Sandbox, api: httpx.Client) -> None:
    day = {"name": "Trip", "startDate": "2026-06-01", "endDate": "2026-06-02"}
    made = api.post(CALENDARS, json={"name": "Trips", "repeatEveryYear": True, "holidays": [day]}).json()
    assert (made["calendarType"], made["repeatEveryYear"], len(made["holidays"])) == ("custom", True, 1)
    other = {"name": 'A "day", off', "startDate": "2026-02-01", "endDate": "2026-02-01"}
    path = f"{CALENDARS}/{made['id']}"
    changed = api.put(path, json={"name": "Trips", "holidays": [other]}).json()
    assert ([one["name"] for one in changed["holidays"]], changed["repeatEveryYear"]) == ([other["name"]], False)
    file = api.get(f"{path}/export-csv")
    assert file.headers["content-type"].startswith("text/csv")
    assert "Trips.csv" in file.headers["content-disposition"]
    assert file.text.splitlines()[1] == '"A ""day"", off",2026-02-01,2026-02-01'
    api.post("/v3/schedules/801/holiday-calendar-links", json={"calendarId": made["id"]}).raise_for_status()
    assert api.delete(path).status_code == 204
    linked = api.get("/v3/schedules/801/holiday-calendars").json()
    assert made["id"] not in [one["id"] for one in linked]


def test_calendars_that_are_refused(api: httpx.Client) -> None:
    rows = api.get(CALENDARS).json()
    predefined = next(one["id"] for one in rows if one["calendarType"] == "predefined")
    for refused in (api.put(f"{CALENDARS}/{predefined}", json={"name": "X"}), api.delete(f"{CALENDARS}/{predefined}")):
        assert (refused.status_code, refused.json()["code"]) == (403, "holidayCalendar.notCustomCalendar")
    taken = api.post(CALENDARS, json={"name": rows[0]["name"].upper(), "holidays": []})
    assert (taken.status_code, taken.json()["code"]) == (409, "holidayCalendar.duplicateName")
    for begin, end, pointer in (
        ("2026-02-30", "2026-03-01", "startDate"),
        ("2026-03-02", "2026-03-01", "endDate"),
        ("2026-03-02T00:00:00Z", "2026-03-03", "startDate"),
    ):
        body = {"name": "Wrong", "holidays": [{"name": "Day", "startDate": begin, "endDate": end}]}
        refused = api.post(CALENDARS, json=body)
        assert refused.json()["errors"][0]["pointer"] == f"/holidays/0/{pointer}"


def test_attachments_are_measured(api: httpx.Client) -> None:
    kept = api.post("/v3/attachments", files={"file": ("a b.txt", b"x" * 1025, "text/plain")}).json()
    assert (kept["fileName"], kept["size"]) == ("a b.txt", 2)
    for path in ("/v3/attachments", "/v3/attachments/voice"):
        for files in ({"file": ("empty.mp3", b"", "audio/mpeg")}, {"other": ("a.mp3", b"x", "audio/mpeg")}):
            refused = api.post(path, files=files)
            assert (refused.status_code, refused.json()["code"]) == (400, "attachment.emptyFile")


def test_voice_messages_are_audio_of_a_minute(api: httpx.Client) -> None:
    path = "/v3/attachments/voice"
    assert api.post(path, files={"file": ("a.wav", sound(60), "audio/wav")}).json()["lengthInSeconds"] == 60
    for name, content, code in (
        ("b.wav", sound(61), "fileTooLong"),
        ("c.wav", b"RIFF nothing", "conversionError"),
        ("d.pdf", b"%PDF-1.7", "conversionError"),
    ):
        refused = api.post(path, files={"file": (name, content)})
        assert (refused.status_code, refused.json()["code"]) == (400, f"attachment.{code}")


def test_nothing_is_sent_on_an_observed_holiday(wire: Sandbox, api: httpx.Client) -> None:
    """A week off holds an e-mail back until it is over."""
    today = wire.clock.now().date()
    week = {"name": "Week off", "startDate": today.isoformat(), "endDate": (today + timedelta(days=6)).isoformat()}
    calendar = api.post(CALENDARS, json={"name": "Weeks off", "holidays": [week]}).json()["id"]
    hours = {"fromTime": {"hour": 0, "minute": 0}, "toTime": {"hour": 23, "minute": 59}}
    timings = [{"weekDay": day, "isActive": True, "timeRanges": [hours]} for day in DAYS]
    body = {"name": "Observant", "timezoneId": "UTC", "excludeHolidays": True, "mainTimings": timings}
    schedule = api.post("/v3/schedules", json=body).raise_for_status().json()["id"]
    api.post(f"/v3/schedules/{schedule}/holiday-calendar-links", json={"calendarId": calendar}).raise_for_status()
    mailbox = next(one["id"] for one in wire.store.all("emailAccount") if one["connectionStatus"] == "connected")
    variants = [{"subject": "Hello", "message": "<p>Hello</p>"}]
    step = {"type": "email", "executionMode": "automatic", "delayInMinutes": 0, "variants": variants}
    body = {"name": "Held back", "steps": [step], "emailAccounts": [mailbox], "scheduleId": schedule}
    number = api.post("/v3/sequences", json=body).raise_for_status().json()["id"]
    people = wire.store.all("contact", _teamId=31007, isOptedOut=False)
    contact = next(one["id"] for one in people if one["email"])
    api.post(f"/v3/sequences/{number}/contact-links/bulk", json={"contactIds": [contact]}).raise_for_status()
    api.post(f"/v3/sequences/{number}/start").raise_for_status()
    wire.advance(6 * 86_400)
    assert wire.store.all("event", _sequenceId=number) == []
    wire.advance(2 * 86_400)
    assert "sent" in [one["type"] for one in wire.store.all("event", _sequenceId=number)]
