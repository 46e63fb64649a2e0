"""Folders of sequences: personal, by name, numbers of failures in words."""

from __future__ import annotations

from typing import Any

import pytest

from reply_mcp.catalog.areas.sequences.operations import area
from reply_mcp.client.name_resolution import resolve_names
from tests.catalog.fake_call import FakeCall, operation_of, refusal

ID = "a1b2c3d4-e5f6-7890-abcd-ef1234567890"
FOLDERS = [[{"id": ID, "name": "Sales Outreach"}]]


def call(id: str, arguments: dict[str, Any], **answers: Any) -> FakeCall:
    return FakeCall(operation_of(area, id), arguments, **answers)


@pytest.mark.parametrize(("given", "looked_up"), [(ID, False), (ID.upper(), False), ("sales outreach", True)])
async def test_a_folder_is_known_by_its_id_and_by_its_name(given: str, looked_up: bool) -> None:
    one = call("GetSequenceFolderById", {"id": given}, GetSequenceFolders=FOLDERS)
    await resolve_names(one)
    assert one.arguments.id.lower() == ID
    assert bool(one.asked) is looked_up


async def test_a_direction_goes_out_with_a_field_and_alone() -> None:
    alone = call("GetFolderSequences", {"id": ID, "sort_direction": "asc"})
    await alone.run()
    assert alone.sent[0].query["sort_direction"] == "asc"
    one = call("GetFolderSequences", {"id": ID, "sort_by": "people", "sort_direction": "desc", "top": 5})
    await one.run()
    assert one.sent[0].query == {"sort_by": "people", "sort_direction": "desc", "top": 5}


async def test_failures_by_number_say_why() -> None:
    answer = {"3": {"error": 1, "errorDetails": None}, "4": {"error": 99}}
    filed = await call("BulkAssignSequencesToFolder", {"id": ID, "sequenceIds": [3, 4]}, send=answer).run()
    taken = await call("BulkUnassignSequencesFromFolder", {"id": ID, "sequenceIds": [3, 4]}, send=answer).run()
    assert [filed["3"]["error"], taken["3"]["error"], filed["4"]["error"]] == ["notFound", "notInThisFolder", 99]


async def test_a_name_that_is_taken_and_a_folder_of_somebody_else() -> None:
    one = call("UpdateSequenceFolder", {"id": ID, "name": "Old"})
    taken = await one.explained(refusal(409, "sequenceFolder.duplicateName"))
    missing = await one.explained(refusal(404, "sequenceFolder.notFound"))
    assert taken is not None
    assert 'already have a folder "Old"' in taken
    assert missing is not None
    assert "teammates" in missing
    assert await one.explained(refusal(404)) is None  # a route that is not there says nothing of folders


async def test_deleting_says_that_sequences_stay() -> None:
    one = call("DeleteSequenceFolder", {"id": ID}, GetSequenceFolderById={"id": ID, "name": "Sales Outreach"})
    assert callable(one.operation.preview)
    assert 'folder "Sales Outreach". The sequences in it stay' in await one.operation.preview(one)
