"""Account and background jobs: what the answers leave out is filled in, and ends are looked at."""

from __future__ import annotations

from typing import Any

import pytest

from reply_mcp.catalog.areas.account.operations import area
from reply_mcp.errors import NotDone, Unreachable, WrongArguments
from tests.catalog.fake_call import FakeCall, operation_of, refusal

ME = {"userId": 3, "username": "maria", "teamId": 1}
MARIA = {"teamId": 1, "teamName": "North", "userId": 3, "userName": "Maria Silva", "userEmail": "maria@ourco.com"}
JOB = "0f9d1c9e-6a34-4b55-8a0a-2f1d2ab3c4d5"


def call(id: str, arguments: dict[str, Any], **answers: Any) -> FakeCall:
    return FakeCall(operation_of(area, id), arguments, **answers)


async def test_names_come_from_the_team() -> None:
    others = [[{**MARIA, "teamId": 2, "teamName": "South"}, MARIA]]
    answer = await call("Whoami", {}, send=ME, WhoamiTeamUsers=others).run()
    assert answer["userEmail"] == "maria@ourco.com"
    assert answer["teamName"] == "North"


async def test_who_am_i_works_without_the_team() -> None:
    one = call("Whoami", {}, send=ME, WhoamiTeamUsers=refusal(403, "workspace.forbidden"))
    assert await one.run() == ME
    assert "could not be read" in one.noted


async def test_double_users_are_dropped() -> None:
    answer = await call("WhoamiTeamUsers", {}, send=[[MARIA, dict(MARIA), {**MARIA, "teamId": 2}]]).run()
    assert [row["teamId"] for row in answer] == [1, 2]


async def test_the_teams_to_choose_from_are_named_in_either_case() -> None:
    teams = [{"teamId": 1, "teamName": "North"}, {"TeamId": 2, "TeamName": "South"}, {"teamId": 1, "teamName": "North"}]
    said = await call("WhoamiTeamUsers", {}).explained(refusal(403, "TEAM_REQUIRED", body={"Teams": teams}))
    assert said is not None
    assert "one of: North (1), South (2)." in said
    assert await call("WhoamiTeamUsers", {}).explained(refusal(403, "workspace.forbidden")) is None


async def test_jobs_are_readable() -> None:
    job = {
        "jobId": JOB,
        "status": "Done",
        "category": "r2/bg-jobs/email-validation",
        "progress": 0.625,
        "jsonData": '{"ids":[1,2]}',
        "jsonDataResult": "not json",
    }
    answer = await call("GetBackgroundJobById", {"jobId": JOB}, send=job).run()
    assert answer["categoryName"] == "email-validation"
    assert answer["percentDone"] == 62.5
    assert answer["asked"] == "ids: [1, 2]"
    assert answer["result"] == "not json"


async def test_a_job_without_progress_has_none() -> None:
    answer = await call("GetBackgroundJobs", {}, send={"items": [{"jobId": JOB, "progress": None}]}).run()
    assert "percentDone" not in answer["items"][0]


def test_a_job_id_is_a_uuid_and_a_page_has_two_hundred_at_most() -> None:
    with pytest.raises(WrongArguments, match="jobId"):
        call("GetBackgroundJobById", {"jobId": "12"})
    with pytest.raises(WrongArguments, match="at most 200"):
        call("GetBackgroundJobs", {"top": 201})


async def test_a_finished_job_is_not_cancelled() -> None:
    one = call("CancelBackgroundJob", {"jobId": JOB}, GetBackgroundJobById={"status": "Done"})
    with pytest.raises(NotDone, match="already Done") as stopped:
        await one.run()
    assert stopped.value.is_error is False
    assert one.sent == []


@pytest.mark.parametrize(
    ("after", "said"),
    [
        ({"status": "Cancelled"}, "is cancelled"),
        ({"status": "Processing"}, "still Processing"),
        ({"status": "Done"}, "ended as Done before"),
        (Unreachable("no answer"), "could not be read"),
    ],
)
async def test_cancelled_is_said_only_when_it_is(after: Any, said: str) -> None:
    one = call("CancelBackgroundJob", {"jobId": JOB}, GetBackgroundJobById=[{"status": "Processing"}, after])
    assert said in (await one.run())["outcome"]
    assert one.sent[0].path == f"/v3/background-jobs/{JOB}/cancel"
