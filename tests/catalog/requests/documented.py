"""Values for documented requests: everything that must be given, one property that may be, and nothing else.

Where the document is silent and the catalog is not (bounds, formats, listed differences), values keep to the catalog.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random
from typing import Any

from reply_mcp.catalog.operation import Operation, Where
from reply_mcp.catalog.spec.request_fields import Facts, request_fields
from tests.catalog.generated import Generated
from tests.catalog.sent import wire_names
from tests.catalog.spec.test_against_openapi import DOCUMENTED, OPERATIONS, known_places, operation_is_whole


def days_ago(days: int) -> str:
    """A moment that is past, as periods of reports are."""
    return f"{datetime.now(UTC) - timedelta(days=days):%Y-%m-%dT09:00:00Z}"


TOGETHER: Mapping[str, Mapping[str, Any]] = {
    "CreateAiSdrSequence": {"offerId": 7},
    "CreateAiSdrSequence body offerGenerationInputs*": {"offerId": None},
    "CreateAiSdrSequence body offerGenerationInputs null": {"offerId": 7},
    "CreateAiSdrSequence body offerId null": {"offerGenerationInputs": {"companyName": "Acme"}},
    "CreateAiSdrSequence body autopilot.addContactsWithoutEmailAddresses": {
        "sequenceStructureSetup": {"generatedStepTypes": ["linkedIn"]}
    },
    "CreateTask body linkedInTaskType": {"taskType": "linkedIn", "contactId": 7},
    "SetAiSdrSequenceApprovalMode body approveAllPendingContacts": {"enabled": False},
    "SetContactsBounced": {"isBounced": False},
    "SetSequenceContactsBounced": {"isBounced": False},
    "UpdateSettings body emails": {"emails": {"isLinksTrackingEnabled": True}},
    " body filters.from": {"filters": {"to": days_ago(1)}},
    " body filters.to": {"filters": {"from": days_ago(20)}},
}
"""What an operation, or a place, wants beside what the document requires: rules between arguments. None: not there.
A key is an operation, with a place in it or the beginning of places (`*`) or a null there, or a place in any
operation."""
REFUSED = {
    ("SetContactsBounced", "body resendEmails"),
    ("SetSequenceContactsBounced", "body resendEmails"),
}
"""Nulls that the document's schema takes and its prose refuses in any company."""
NAMED = {
    "timezoneId": "UTC",
    "from": days_ago(20),
    "startAt": "2026-11-01T09:00:00Z",
    "startDate": "2026-11-01",
    "to": days_ago(1),
    "dueTo": "2026-12-20T09:00:00Z",
    "endDate": "2026-11-02",
    "sortBy": "email",
    "sort_by": "email",
}
"""Values by the name of their property, where others hold only together, or the document names none."""
ID = 7
"""Every id, so that what is read is what was asked for."""


class First(Random):
    """No chance at all: the first of every choice."""

    def choice(self, seq: Any) -> Any:
        return seq[0]

    def getrandbits(self, k: int, /) -> int:
        return 7


class Slim(Generated):
    """Makes values of what is required, with one place more, which is null where `null` says so.

    `wide` adds the other properties of every object, for operations that want several together.
    """

    def __init__(self, known: Mapping[str, Facts], place: str = "", *, null: bool = False, wide: bool = False) -> None:
        super().__init__(First(), known)
        self.known: Mapping[str, Facts] = known
        self.place = place
        self.null = null
        self.wide = wide
        self.made = False
        self.nullable = False

    def value(self, schema: Mapping[str, Any], place: str = "") -> Any:
        if place and place in (self.place, self._known_as(self.place)):
            self.made = True
            self.nullable = takes_null(schema)
            if self.null:
                return None
        named = NAMED.get(place.replace(" ", ".").rsplit(".", 1)[-1])
        facts = self.known.get(place, Facts())
        if named is not None and facts.format != "email" and "string" in schema.get("type", ()) and not facts.values:
            return named
        choices = [choice for choice in schema.get("oneOf", schema.get("anyOf", ())) if choice.get("type") != "null"]
        for choice in choices:
            there = self._place_of(choice, choices, place)
            if there != place and self._leads(there):
                return self.value(choice, there)
            if "oneOf" in choice and any(
                self._leads(self._place_of(one, choice["oneOf"], place)) for one in choice["oneOf"]
            ):
                return self.value(choice, place)
        return super().value(schema, place)

    def _known_as(self, place: str) -> str:
        return place if place.endswith(">") else super()._known_as(place)

    def _leads(self, place: str) -> bool:
        """Whether the wanted place is this one, or inside it."""
        rest = self.place.removeprefix(place) if self.place.startswith(place) else "x"
        return rest == "" or rest[0] in " .[<"

    def _object(self, schema: Mapping[str, Any], place: str) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for name, inner in schema.get("properties", {}).items():
            there = f"{place}{' ' if place in ('body', 'form') else '.'}{name}"
            facts = self._facts(there)
            if facts is None or inner.get("readOnly"):
                continue
            needed = name in schema.get("required", ()) or facts.required
            if needed or self._leads(there) or (self.wide and (self._leads(place) or place.startswith(self.place))):
                made[name] = self.value(inner, self._known_as(there))
        return made

    def _different(self, schema: Mapping[str, Any], place: str, least: int, count: int) -> list[Any]:
        return super()._different(schema, place, max(least, 1), max(least, 1))

    def _text(self, bounds: Mapping[str, Any], format: str) -> str:
        most = int(bounds.get("maxLength", 2000))
        return (
            super()._text(bounds, format) if format else "A <b>text</b> & more"[:most].ljust(bounds.get("minLength", 0))
        )

    def _number(self, bounds: Mapping[str, Any], *, whole: bool) -> int | float:
        least = bounds.get("minimum", bounds.get("exclusiveMinimum", 0) + 1)
        most = bounds.get("maximum", bounds["exclusiveMaximum"] - 1 if "exclusiveMaximum" in bounds else None)
        return ID if least <= ID and (most is None or most >= ID) else least


def _together(body: dict[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """The body with `more`, also inside its objects."""
    joined = dict(body)
    for name, value in more.items():
        inner = joined.get(name)
        joined[name] = _together(inner, value) if isinstance(inner, dict) and isinstance(value, Mapping) else value
    return {name: value for name, value in joined.items() if value is not None or name not in more}


def takes_null(schema: Mapping[str, Any]) -> bool:
    """Whether null is one of the values."""
    kinds = schema.get("type")
    choices = [*schema.get("oneOf", ()), *schema.get("anyOf", ())]
    return (
        kinds == "null"
        or (isinstance(kinds, list) and "null" in kinds)
        or None in schema.get("enum", ())
        or any(map(takes_null, choices))
    )


@cache
def optional_places(id: str) -> tuple[str, ...]:
    """The places of a documented request that may be left out, by the names of `request_fields`."""
    return tuple(
        place
        for place, facts in request_fields(DOCUMENTED[id], {}).items()
        if not facts.required
        and not facts.read_only
        and not place.endswith(("]", ">"))
        and place not in ("body", "form")
    )


class Whole(Slim):
    """Makes everything that a request may hold."""

    def _leads(self, place: str) -> bool:
        return "<" not in place or place.startswith(self.place) or super()._leads(place)


class Made:
    """A documented request with values, and the arguments that mean it.

    Attributes:
        query, body: what is given there.
        arguments: of the tool.
        made: whether the wanted place is in it.
        nullable: whether the document takes null there.
    """

    def __init__(self, operation: Operation, place: str, *, null: bool = False, wide: bool = False) -> None:
        described = DOCUMENTED[operation.id]
        values = Slim(known_places(operation.id), place, null=null, wide=wide)
        self.query: dict[str, Any] = {}
        self.body: Any = None
        self.arguments: dict[str, Any] = {}
        names = wire_names(operation.arguments)
        for one in described["parameters"]:
            at = f"{one['in']} {one['name']}"
            if one["in"] == "path":
                self.arguments[self._argument(names, one["name"])] = self._id(values, one, at)
            elif one["required"] or values.known[at].required or at == place or wide:
                self.query[one["name"]] = values.value(one["schema"], at)
        for kind, media in described.get("requestBody", {}).get("content", {}).items():
            if not kind.startswith("multipart/"):
                self.body = values.value(media["schema"], "body")
        if isinstance(self.body, dict):
            self._complete(operation, place, null)
        for alias, where in names.values():
            if where is Where.FILE:
                self.arguments[alias] = {"name": "notes.txt", "base64": "QcOp"}
            elif where is Where.WHOLE_BODY:
                self.arguments[alias] = self.body
        self.arguments |= self.query
        if operation.id == "UpdatePlaybook":
            self.arguments["id"] = "t-7"  # its ids say whose it is
        if isinstance(self.body, dict) and not operation_is_whole(operation):
            self.arguments |= self.body
        self.made, self.nullable = values.made, values.nullable

    def _complete(self, operation: Operation, place: str, null: bool) -> None:
        """Adds to the body what the wanted place needs beside it."""
        here = f"{operation.id} {place}{' null' if null else ''}"
        nulled = place.removeprefix("body ") if null else ""
        for key, more in TOGETHER.items():
            if key in (operation.id, here, f" {place}") or (key[-1] == "*" and here.startswith(key[:-1])):
                self.body = _together(self.body, {name: one for name, one in more.items() if name != nulled})

    @staticmethod
    def _argument(names: Mapping[str, tuple[str, Where | None]], placeholder: str) -> str:
        found = re.sub(r"(?<!^)(?=[A-Z])", "_", placeholder).lower()
        return (names.get(placeholder) or names[found])[0]

    @staticmethod
    def _id(values: Slim, one: Mapping[str, Any], at: str) -> Any:
        value = values.value(one["schema"], at)
        return ID if value == "A <b>text</b> & more" else value


def optional_cases() -> Iterator[tuple[str, str]]:
    """Operation and place, for everything in the document that may be left out and that the catalog takes."""
    for id in sorted(set(DOCUMENTED) & set(OPERATIONS)):
        for place in optional_places(id):
            if Made(OPERATIONS[id], place).made:
                yield id, place
