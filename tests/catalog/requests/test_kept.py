"""A change that replaces a thing whole: what it leaves out goes back as Reply holds it, at every documented bound,
beyond it, and in types and words that no document knows."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
import pytest_asyncio

from reply_mcp import catalog
from reply_mcp.catalog.arguments.parse import parse_arguments
from reply_mcp.catalog.operation import Where
from reply_mcp.catalog.spec.request_fields import Facts, request_fields
from tests.catalog.requests.documented import ID, Slim, Whole
from tests.catalog.requests.stub import Stub, stubbed
from tests.catalog.requests.test_given import Line, asked
from tests.catalog.sent import wire_names
from tests.catalog.spec.test_against_openapi import DOCUMENTED, OPERATIONS, known_places

Json = Any
LONG = "A text of a few thousand characters. " * 140


@dataclass(frozen=True, eq=False)
class Replace:
    """A full replace.

    Attributes:
        reads: the operation that shows what is held.
        answer: its answer, for the body that holds the same.
        given: changes, of which the first that does not touch what is varied is made.
        at: where in the body what is replaced stands.
        alternative: of a union, which one.
    """

    id: str
    reads: str
    given: tuple[Mapping[str, Json], ...]
    answer: Callable[[Json], Json] = lambda held: held
    at: str = "body"
    alternative: str = ""


STEPS = (
    "email",
    "linkedIn message",
    "linkedIn connect",
    "linkedIn inMail",
    "linkedIn viewProfile",
    "linkedIn endorseSkills",
    "linkedIn voiceMessage",
    "linkedIn likeRecentPosts",
    "linkedIn followProfile",
    "linkedIn commentOnRecentPost",
    "call",
    "sms",
    "whatsApp",
    "zapier",
    "task",
    "condition",
)


def stages(kind: str) -> Callable[[Json], Json]:
    """Eight stages, of which one is as it is given."""

    def answer(held: Json) -> Json:
        rows = [{"id": number, "name": f"Stage {number}"} for number in range(1, 8)]
        return {"contacts": {kind: [*rows, {**held, "id": 8}]}}

    return answer


REPLACES = (
    Replace("UpdateContactAccount", "GetContactAccountById", ({"city": "Oslo"}, {"name": "New"})),
    Replace(
        "UpdateEmailTemplate",
        "GetEmailTemplate",
        ({"name": "New"}, {"subject": "New"}),
        lambda held: {**held, "attachments": [{"id": id} for id in held.get("attachmentIds") or ()]},
    ),
    Replace(
        "UpdateAiPrompt",
        "ListAiPrompts",
        ({"name": "New"}, {"text": "New"}),
        lambda held: [{**held, "id": ID, "scope": "personal"}],
    ),
    Replace("UpdateSchedule", "GetSchedule", ({"excludeHolidays": False}, {"name": "New"})),
    Replace("UpdateHolidayCalendar", "GetHolidayCalendar", ({"repeatEveryYear": False}, {"name": "New"})),
    Replace("UpdateCustomField", "GetCustomFieldById", ({"title": "New"}, {"metadata": "New"})),
    Replace(
        "UpdateEmailAccountTag",
        "ListEmailAccountTags",
        ({"name": "New"}, {"colorId": 2}),
        lambda held: [{**held, "id": ID}],
    ),
    Replace(
        "UpdateLinkedInAccountLimits",
        "GetLinkedInAccount",
        ({"actionDelayMinSeconds": 60}, {"fixedMax": {"dailySendMessageCount": 3}}),
        lambda held: {"id": ID, "limits": held},
    ),
    Replace(
        "UpdateWebhook",
        "GetWebhookById",
        ({"eventType": "email_opened"}, {"payloadConfig": {"includeEmailUrl": False}}),
    ),
    Replace("UpdateInboxCategory", "GetInboxCategory", ({"name": "New"}, {"color": "red"})),
    Replace(
        "UpdateTask",
        "GetTaskById",
        ({"contactId": 9}, {"template": {"subject": "New"}}),
        lambda held: {**held, "id": ID, "status": "new"},
    ),
    Replace(
        "UpdateSequenceStepVariant",
        "GetSequenceStepVariants",
        ({"subject": "New"}, {"message": "New"}),
        lambda held: [{**held, "id": ID}],
    ),
    *(Replace("UpdateSequenceStep", "GetSequenceStepById", ({},), alternative=step) for step in STEPS),
    *(
        Replace(
            "UpdateSettings",
            "GetSettings",
            ({"contacts": {kind: [{"id": 1, "name": "New"}]}},),
            stages(kind),
            f"body contacts.{kind}[]",
        )
        for kind in ("contactStages", "accountStages")
    ),
    Replace(
        "UpdateAiSdrSequenceSettings",
        "GetAiSdrSequenceSettings",
        (
            {"autopilot": {"filters": {"isHiringOnLinkedIn": True}}},
            {"autopilot": {"filters": {"seniorities": ["CXO"]}}},
        ),
        lambda held: {"id": ID, "autopilot": {"filters": held}},
        "body autopilot.filters",
    ),
)
ONE_FIELD = {
    "UpdateContactAccountOwner", "UpdateContactAccountList", "ChangeContactsOwner", "UpdateBlacklistDomainRule",
    "UpdateBlacklistEmailRule", "UpdateBlacklistEmailExceptionRule", "UpdateContactList", "UpdateEmailTemplateFolder",
    "SetInboxThreadCategory", "SetInboxThreadMeetingIntent", "UpdateLinkedInAccountRevokeSettings",
    "UpdateSequenceOwner", "SetSequenceEmailAccounts", "UpdateSequenceFolder", "AssignTask",
    "SetAiSdrSequenceApprovalMode", "SetAiSdrSequenceGeneratedStepTypes", "SetAiSdrSequencePlaybook",
    "SetAiSdrSequenceKnowledgeBase",
}  # fmt: skip
"""PUTs of which every field must be given, so that nothing can be left out."""


def schema_at(replace: Replace) -> tuple[Mapping[str, Json], str]:
    """The schema of what is replaced, and its place."""
    schema: Json = DOCUMENTED[replace.id]["requestBody"]["content"]["application/json"]["schema"]
    for key in re.findall(r"\w+|\[\]", replace.at.removeprefix("body")):
        schema = schema["items"] if key == "[]" else schema["properties"][key]
    return schema, replace.at


@cache
def held_body(replace: Replace) -> Json:
    """Everything that what is replaced may hold."""
    schema, place = schema_at(replace)
    wanted = f"body<{replace.alternative}>" if replace.alternative else "nothing else"
    held = Whole(known_places(replace.id), wanted).value(schema, place)
    for row in held.get("variants", ()) if replace.alternative else ():
        row["id"] = ID
    return held


@cache
def given_step(replace: Replace) -> Json:
    schema, place = schema_at(replace)
    step = Slim(known_places(replace.id), f"body<{replace.alternative}>").value(schema, place)
    for row in step.get("variants", ()):
        row["id"] = ID
    return step


def variations(replace: Replace) -> Iterator[tuple[str, Json]]:
    """Place and value: what may be held at and beyond each documented bound."""
    documented = request_fields(DOCUMENTED[replace.id], {})
    for place, ours in known_places(replace.id).items():
        inside = place.startswith((f"{replace.at} ", f"{replace.at}.")) and "<" not in place
        if replace.alternative:
            inside = place.startswith(f"body<{replace.alternative}>.") and not ours.required and "rules[]" not in place
        if inside:
            for value in odd_values(ours, documented.get(place, Facts())):
                yield place, value


def odd_values(ours: Facts, theirs: Facts) -> Iterator[Json]:
    bounds = [*ours.bounds.items(), *theirs.bounds.items()]
    for name, bound in dict.fromkeys(bounds):
        beyond = bound - 1 if name.startswith(("min", "exclusiveMin")) else bound + 1
        if name.endswith(("inimum", "aximum")):
            yield from (bound, beyond)
        elif name.endswith("Length"):
            yield from ("x" * int(bound), "x" * int(beyond))
        else:
            yield from ([ID] * int(bound), [ID] * int(beyond))
    if ours.values or theirs.values:
        yield "wordOfTomorrow"
    elif "string" in ours.types | theirs.types:
        yield from (LONG, "no such thing")
    if "integer" in ours.types | theirs.types:
        yield "12"
    if "boolean" in ours.types:
        yield "yes"


def varied(held: Json, place: str, at: str, value: Json) -> Json | None:
    """What is held with another value at a place; None where it holds no such place. In a list of objects a length is
    made by repeating a row."""
    changed = copy.deepcopy(held)
    keys = re.findall(r"\w+|\[\]", re.sub(r"<[^>]*>", "", place[len(at) :]))
    here: Json = changed
    for key in keys[:-1]:
        here = here[0] if key == "[]" else here.get(key) if isinstance(here, dict) else None
        if not here:
            return None
    last: Json = 0 if keys[-1] == "[]" else keys[-1]
    if isinstance(last, str) and (not isinstance(here, dict) or last not in here):
        return None
    before = here[last]
    if isinstance(value, list) and isinstance(before, list) and before and isinstance(before[0], dict):
        value = [copy.deepcopy(before[0]) for _ in value]
    here[last] = value
    return changed


def cases(replace: Replace) -> Iterator[tuple[str, Mapping[str, Json], Json]]:
    """Place, change, and what is held."""
    held = held_body(replace)
    for change in replace.given:
        yield "nothing odd", change, held
    for place, value in variations(replace):
        root = re.sub(r"<[^>]*>", "", place[len(replace.at) :]).strip(" .").split(".")[0].partition("[")[0]
        rows = replace.at.endswith("]")
        change = next((one for one in replace.given if rows or root not in json.dumps(one)), None)
        changed = varied(held, place, replace.at, value)
        told = place.split(".")[-1] in ("id", "type", "actionType") or (place, value) == ("body template.body", "")
        if change is not None and changed is not None and not told:
            yield f"{place} = {str(value)[:30]}", change, changed


def arguments_for(replace: Replace, change: Mapping[str, Json]) -> dict[str, Json]:
    operation = OPERATIONS[replace.id]
    names = wire_names(operation.arguments).values()
    ids = {alias: ID for alias, where in names if where is Where.PATH}
    whole = next((alias for alias, where in names if where is Where.WHOLE_BODY), None)
    return {**ids, whole: given_step(replace)} if whole else {**ids, **change}


def part_at(body: Json, at: str) -> Json:
    for key in re.findall(r"\w+|\[\]", at.removeprefix("body")):
        body = body[-1] if key == "[]" else body[key]
    return body


def check_kept(sent: Json, held: Json, given: Json, place: str = "") -> None:
    """Everything held that was not given is sent as it is held."""
    for key, value in held.items():
        there = f"{place}.{key}"
        if key not in given:
            assert sent.get(key) == value, f"{there}: {str(value)[:60]} was sent as {str(sent.get(key))[:60]}"
        elif isinstance(value, dict) and isinstance(given[key], dict):
            check_kept(sent[key], value, given[key], there)
        elif isinstance(value, list) and value and isinstance(value[0], dict) and "id" in value[0]:
            by_id = {row["id"]: row for row in value}
            for row, other in zip(sent[key], given[key], strict=True):
                check_kept(row, by_id[other["id"]], other, there)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def line() -> AsyncIterator[Line]:
    async with stubbed() as one:
        yield one


async def sent_by(stub: Stub, line: Line, replace: Replace, change: Mapping[str, Json], held: Json) -> Json:
    answer = replace.answer(held)
    stub.clear(**{replace.reads: {"id": ID, **answer} if isinstance(answer, dict) else answer})
    operation = OPERATIONS[replace.id]
    arguments = parse_arguments(operation.arguments, arguments_for(replace, change))[0]
    await line[1].perform(arguments, gate=asked)
    ((_, body),) = stub.of(replace.id)
    return part_at(body, replace.at)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("replace", REPLACES, ids=lambda one: f"{one.id} {one.alternative or one.at}")
async def test_what_is_left_out_stays_as_it_is_held(replace: Replace, line: Line) -> None:
    for name, change, held in cases(replace):
        sent = await sent_by(line[0], line, replace, change, held)
        given = (
            given_step(replace) if replace.alternative else part_at(change, replace.at) if replace.at[-1] != "]" else {}
        )
        if replace.at[-1] == "]":
            held = {**held, "id": 8}
        try:
            check_kept(sent, held, given)
        except AssertionError as wrong:
            raise AssertionError(f"{name}: {wrong}") from None


def test_every_put_is_here() -> None:
    puts = {one.id for name in catalog.AREAS for one in catalog.area(name).operations if one.method == "PUT"}
    assert {one.id for one in REPLACES} >= puts - ONE_FIELD
    assert puts >= ONE_FIELD


def test_how_many_cases_there_are() -> None:
    assert sum(1 for replace in REPLACES for _ in cases(replace)) == 410
