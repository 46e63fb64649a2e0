"""What Reply gives as CSV comes back as rows, or goes into a new file of an allowed folder."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from tests.conftest import Sandbox
from tests.e2e.agent import Agent, Said, agent_of


def calendar(sandbox: Sandbox) -> Any:
    rows = sandbox.get("/v3/holiday-calendars")
    rows = rows["items"] if isinstance(rows, dict) else rows
    made = sandbox.http.post(
        "/v3/holiday-calendars",
        json={
            "name": f"Ours {len(rows)}",
            "holidays": [
                {"name": "Café day", "startDate": "2027-01-06", "endDate": "2027-01-06"},
                {"name": "Bridge", "startDate": "2027-05-07", "endDate": "2027-05-08"},
            ],
        },
    )
    assert made.status_code == 201, made.text
    return made.json()["id"]


async def export(agent: Agent, **arguments: Any) -> Said:
    return await agent("reply_run_read", tool="reply_export_holiday_calendar", arguments=arguments)


async def test_rows_by_default(sandbox: Sandbox) -> None:
    async with agent_of(sandbox) as agent:
        said = await export(agent, id=calendar(sandbox))
    assert "Café day" in said
    assert "2027-05-07" in said


async def test_a_file_on_request_that_is_never_overwritten(sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "days.csv"
    id = calendar(sandbox)
    async with agent_of(sandbox, files=(str(tmp_path),)) as agent:
        said = await export(agent, id=id, toFile=str(path))
        assert not said.is_error, said.text
        content = path.read_bytes()
        for fact in (str(path), "rows: 2", f"bytes: {len(content)}"):
            assert fact in said
        rows = list(csv.DictReader(content.decode().splitlines()))
        assert "Café day" in rows[0].values()
        again = await export(agent, id=id, toFile=str(path))
        assert again.is_error
        assert "is there already and is not overwritten" in again
        outside = await export(agent, id=id, toFile=str(tmp_path.parent / "days.csv"))
        assert "outside the folders" in outside
    assert path.read_bytes() == content


async def test_no_file_without_allowed_folders(sandbox: Sandbox, tmp_path: Path) -> None:
    async with agent_of(sandbox) as agent:
        said = await export(agent, id=calendar(sandbox), toFile=str(tmp_path / "days.csv"))
    assert said.is_error
    assert "REPLY_FILES" in said
    assert not list(tmp_path.iterdir())
