"""Every argument that is an id takes a name, at any depth of any tool, or there is a reason why it has none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, get_args, get_origin

import pytest
from pydantic import TypeAdapter
from pydantic.fields import FieldInfo

from reply_mcp import catalog, workflows
from reply_mcp.catalog.arguments.named_ids import Named
from reply_mcp.catalog.operation import Part
from reply_mcp.client.name_resolution import _named, resolve_names
from reply_mcp.errors import NotDone
from reply_mcp.server.tool_calls import operation_of
from tests.catalog.requests.test_whole_answers import documented_answer

ENTRIES = [entry for entry in (*catalog.entries(), *workflows.entries()) if entry.tool]
ID = re.compile(r"^(id|ids)$|Ids?$")
THINGS = re.compile(
    r"^(contact|sequence|list|user|owner|template|schedule|mailbox|category|stage|sender|team|company|flow|handler|"
    r"webhook|task|folder|thread|calendar|playbook|offer)s?$"
)
STEPS = "a step has no name; reply_get_sequence_steps numbers them"
VARIANTS = "a variant has no name"
UPLOADED = "an upload's id is what the upload answered; Reply lists none"
WITHIN = "the id of an entry of the list that is sent whole, which has its name beside it"
ZONES = "a time zone's id is its name"
NAMELESS = {
    "stepId": STEPS,
    "startStepId": STEPS,
    "sequenceStepId": STEPS,
    "sequenceStepIds": STEPS,
    "parentId": STEPS,
    "variantId": VARIANTS,
    "variantIds": VARIANTS,
    "attachmentIds": UPLOADED,
    "voiceAttachmentId": UPLOADED,
    "replyToMessageId": "a message has no name",
    "jobId": "a background job has no name",
    "timeZoneId": ZONES,
    "timezoneId": ZONES,
    "timeZoneIds": ZONES,
    "colorId": "a color's number in Reply's palette",
    "accountListIds": "objects whose value is the id or name",
    "reply_import_contacts.items.accountId": "a name in each of ten thousand rows is ten thousand searches",
    "customFields.id": "the field's title has a key of its own",
    "steps.id": STEPS,
    "step.id": STEPS,
    "step.variants.id": VARIANTS,
    "calls.resolutions.id": WITHIN,
    "contacts.contactStages.id": WITHIN,
    "contacts.accountStages.id": WITHIN,
    "reply_bulk_delete_sequence_steps.ids": STEPS,
    "reply_bulk_delete_sequence_step_variants.ids": VARIANTS,
    "reply_get_live_data_search.id": "a search has no name",
    "reply_add_contact_to_sequence.contactIds": "enrolling finds the people itself, by id, address or name",
    "reply_send_inbox_reply.contact": "compared with the thread's own, by id, address or name",
    "company": "a company as text, as people's records have it",
    "category": "the category of a job, which is a word",
    "template": "the text of a task, no template",
    "reply_update_settings.contacts": "settings about contacts",
}
"""What has no name, by its own name, by the path within a tool, or by tool and path; the reason beside it."""


@dataclass(frozen=True)
class Place:
    """A field somewhere inside a tool's arguments: the classes on the way to it, each with the name of its field."""

    tool: str
    path: tuple[str, ...]
    way: tuple[tuple[type[Part], str], ...]

    @property
    def info(self) -> FieldInfo:
        part, name = self.way[-1]
        return part.model_fields[name]

    @property
    def named(self) -> Named | None:
        return _named(self.info.annotation, tuple(self.info.metadata))  # type: ignore[arg-type]

    def __str__(self) -> str:
        return ".".join((self.tool, *self.path))

    def reason(self) -> str | None:
        """The key of the reason why this has no name."""
        dotted = ".".join(self.path)
        keys = (self.path[-1], ".".join(self.path[-2:]), dotted, f"{self.tool}.{dotted}", dotted.partition(".")[2])
        return next((key for key in keys if key in NAMELESS), None)


def parts_in(annotation: Any) -> Iterator[type[Part]]:
    if isinstance(annotation, type) and issubclass(annotation, Part):
        yield annotation
    for argument in get_args(annotation):
        yield from parts_in(argument)


def fields_of(tool: str, part: type[Part], before: tuple[tuple[type[Part], str], ...] = ()) -> Iterator[Place]:
    for name, info in part.model_fields.items():
        way = (*before, (part, name))
        yield Place(tool, tuple(each.model_fields[field].alias or field for each, field in way), way)
        for inner in parts_in(info.annotation):
            if all(inner is not each for each, _ in way):
                yield from fields_of(tool, inner, way)


FIELDS = [place for entry in ENTRIES for place in fields_of(entry.tool, operation_of(entry).arguments)]
NAMED = [place for place in FIELDS if place.named]


def test_every_id_takes_a_name_or_has_none() -> None:
    ids = [one for one in FIELDS if ID.search(one.path[-1]) or THINGS.search(one.path[-1])]
    assert len(ids) > 600
    assert sorted({str(one) for one in ids if not one.named and not one.reason()}) == []


def test_every_reason_is_needed() -> None:
    used = {one.reason() for one in FIELDS if not one.named}
    assert NAMELESS.keys() - used == set()


def test_every_id_that_takes_a_name_takes_text_and_says_so() -> None:
    assert len(NAMED) > 400
    for place in NAMED:
        annotation = place.info.annotation
        given = ["Some name"] if _holds_many(annotation) else "Some name"
        TypeAdapter(annotation).validate_python(given)


def test_what_is_looked_up_by_name_and_not_read_again_by_id_is_as_whole() -> None:
    kinds = {(one.operation, one.one) for place in NAMED if (one := place.named) and one.one}
    assert len(kinds) >= 8
    for listed, single in kinds:
        answer = documented_answer(listed)
        row = (answer["items"] if isinstance(answer, dict) else answer)[0]
        assert documented_answer(single).keys() <= row.keys(), listed
        assert "id" in row


def _holds_many(annotation: Any) -> bool:
    """Whether the type, or a choice in it, is a list."""
    if get_origin(annotation) is list:
        return True
    return any(_holds_many(one) for one in get_args(annotation) if not isinstance(one, Named))


class Alone:
    """A call in an account that holds nothing."""

    def __init__(self, arguments: Part) -> None:
        self.arguments: Any = arguments
        self.notes: list[str] = []
        self.seen: dict[str, Any] = {}
        self.operation: Any = None

    async def ask(self, operation: str, /, **arguments: Any) -> Any:
        return {"items": [], "media": [], "styleFiles": []}

    async def send(self) -> Any:
        raise AssertionError("nothing is sent before names are resolved")

    async def requests_left(self) -> list[tuple[str, int, int]]:
        return []

    def read_anew(self) -> None:
        pass


def holding(place: Place, value: Any) -> Part:
    """Arguments that hold this value at that place and nothing else."""
    for part, name in reversed(place.way):
        held = [value] if _holds_many(part.model_fields[name].annotation) else value
        value = part.model_construct(**{**dict.fromkeys(part.model_fields), name: held})
    return value  # type: ignore[no-any-return]


async def test_a_name_that_nothing_has_is_said_to_be_unknown_wherever_it_stands() -> None:
    for place in NAMED:
        named = place.named
        assert named is not None
        with pytest.raises(NotDone, match=f'There is no {named.noun} {named.called} "No such thing".'):
            await resolve_names(Alone(holding(place, "No such thing")))
