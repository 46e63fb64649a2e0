"""What a question about a contact says of the values that it would set."""

from __future__ import annotations

from reply_mcp import catalog
from tests.catalog.fake_call import FakeCall


async def test_people_and_companies_are_named_and_sizes_read_as_lists_have_them() -> None:
    given = {"id": 5, "title": "CRO", "companySize": "35", "ownerUserId": 70402, "accountId": 61001}
    answers = {
        "GetContactById": {"id": 5, "firstName": "Ann", "email": "ann@acme.com"},
        "GetContactSequences": [{"sequenceId": 77, "sequenceName": "Q4", "statusInSequence": "active"}],
        "GetSequenceById": {"id": 77, "name": "Q4", "status": "active"},
        "WhoamiTeamUsers": {"items": [{"userId": 70402, "userName": "Jonas Berg"}]},
        "GetContactAccountById": {"id": 61001, "name": "Acme"},
    }
    call = FakeCall(catalog.operation("UpdateContact"), given, **answers)
    assert callable(call.operation.preview)
    text = await call.operation.preview(call)
    assert 'title to "CRO", companySize to 11-50' in str(text)
    assert "ownerUserId to Jonas Berg (70402)" in str(text)
    assert 'accountId to "Acme" (61001)' in str(text)
