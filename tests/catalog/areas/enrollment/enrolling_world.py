"""Enrollments in a scripted world, where nothing is in anybody's way but for what a test says."""

from __future__ import annotations

from typing import Any

from reply_mcp.catalog.areas.enrollment import area
from tests.catalog.fake_call import FakeCall, operation_of, refusal

PAUSED = {"id": 77, "name": "Q4", "status": "Paused"}
ACTIVE = {**PAUSED, "status": "active"}
OTHER = {"id": 5, "name": "Spring", "status": "active"}
NOT_IN = refusal(404, "sequenceContact.notInSequence")
VAGUE = {"error": "invalidInput", "errorDetails": "Contact could not be added to sequence"}
NOBODY: dict[str, Any] = {"items": [], "hasMore": False}


def page(*rows: Any, more: bool = False) -> dict[str, Any]:
    return {"items": list(rows), "hasMore": more}


def contact(id: int, **fields: Any) -> dict[str, Any]:
    return {
        "id": id,
        "email": f"p{id}@acme.com",
        "firstName": f"P{id}",
        "lastName": "Roe",
        "isOptedOut": False,
        **fields,
    }


def rules(**patterns: list[str]) -> dict[str, Any]:
    """Scripts of the three kinds of rules; ids count from 1."""
    kinds = {"domains": "DomainRules", "emails": "EmailRules", "exceptions": "EmailExceptionRules"}
    return {
        f"GetBlacklist{kind}": page(*({"id": n, "pattern": one} for n, one in enumerate(patterns.get(name, []), 1)))
        for name, kind in kinds.items()
    }


def enrolling(arguments: dict[str, Any], **answers: Any) -> FakeCall:
    """A call in a world where nothing is in anybody's way, but for what `answers` say."""
    calm: dict[str, Any] = {
        "GetSequenceById": PAUSED,
        "GetContactById": lambda request: contact(request["id"]),
        "GetContacts": NOBODY,
        "GetSequenceContactById": NOT_IN,
        "GetSequenceContacts": NOBODY,
        "GetContactStatuses": lambda request: {"contactId": request["id"], "isOptedOut": False, "sequences": []},
        "GetSequences": page(OTHER, ACTIVE),
        "GetSettings": {"emails": {"inbox": {"bccList": None}}},
        "GetSequenceEmailAccounts": [[{"id": 5, "email": "maria@ourco.com", "dailyLimit": 60}]],
        "FilterInboxThreads": NOBODY,
        "send": lambda request: {"added": request.body["contactIds"], "notProcessed": {}},
        **rules(),
    }
    return FakeCall(operation_of(area, "BulkAddContactsToSequence"), {"id": 77, **arguments}, **(calm | answers))


def in_it(*members: int) -> dict[str, Any]:
    """Scripts of a world in which these contacts are in the sequence."""

    def place(request: dict[str, Any]) -> Any:
        if request["contactId"] not in members:
            raise NOT_IN
        return {"contactId": request["contactId"], "statusInSequence": "active", "currentStep": {"displayName": "2"}}

    def states(request: dict[str, Any]) -> Any:
        return in_other(sequence=77) if request["id"] in members else {"isOptedOut": False, "sequences": []}

    return {"GetSequenceContactById": place, "GetContactStatuses": states}


def in_other(status: str = "active", bounced: bool = False, sequence: int = 5, replied: bool = False) -> dict[str, Any]:
    return {
        "isOptedOut": False,
        "sequences": [
            {
                "sequenceId": sequence,
                "sequenceName": "Spring",
                "statusInSequence": status,
                "emailDisposition": {"isReplied": replied, "isBounced": bounced},
            }
        ],
    }


def errors(answer: Any) -> dict[str, str]:
    return {label: why["error"] for label, why in answer["notProcessed"].items()}
