"""Jobs to order: how a background job ends, and how long it takes, by the fault `job`."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.conftest import Sandbox

IMPORT = "POST /v3/contacts/import"
ITEMS = [{"firstName": "Ann", "email": "ann@put-off.com"}]


def job_of(sandbox: Sandbox, answer: Any) -> Any:
    return sandbox.get("/" + answer.headers["location"].lstrip("/"))


def imported(sandbox: Sandbox) -> Any:
    return sandbox.http.post("/v3/contacts/import", json={"items": ITEMS})


def test_a_call_is_put_off_and_its_answer_is_the_result(sandbox: Sandbox) -> None:
    sandbox.fault(kind="job", match=IMPORT, seconds=40)
    answer = imported(sandbox)
    assert (answer.status_code, answer.content) == (202, b"")
    job = job_of(sandbox, answer)
    assert (job["status"], job["jsonDataResult"]) == ("Processing", None)
    sandbox.app.state.kernel.advance(20)
    assert 0.5 <= job_of(sandbox, answer)["progress"] < 0.6
    sandbox.app.state.kernel.advance(20)
    job = job_of(sandbox, answer)
    assert (job["status"], job["progress"]) == ("Done", 1.0)
    assert json.loads(job["jsonDataResult"])["items"][0]["status"] == "created"


@pytest.mark.parametrize("outcome", ["Failed", "Expired", "Cancelled"])
def test_a_job_ends_as_ordered_with_what_it_says(sandbox: Sandbox, outcome: str) -> None:
    sandbox.fault(kind="job", match=IMPORT, seconds=0, outcome=outcome, body={"added": 1})
    job = job_of(sandbox, imported(sandbox))
    assert (job["status"], job["progress"]) == (outcome, None)
    assert job["jsonDataResult"] == ('{"added": 1}' if outcome == "Failed" else None)


def test_a_job_that_reply_would_start_anyway_follows_the_order(sandbox: Sandbox) -> None:
    sandbox.fault(kind="job", match="POST /v3/ai-sdr/offers/generate", seconds=0, outcome="Failed", body="no luck")
    answer = sandbox.http.post("/v3/ai-sdr/offers/generate", json={"prompt": "https://example.com"})
    assert answer.status_code == 202
    job = sandbox.get(f"/v3/background-jobs/{answer.json()['jobId']}")
    assert (job["status"], job["jsonDataResult"]) == ("Failed", '"no luck"')


def test_a_refusal_stays_one(sandbox: Sandbox) -> None:
    sandbox.fault(kind="job", match=IMPORT)
    assert sandbox.http.post("/v3/contacts/import", json={"items": []}).status_code == 400
