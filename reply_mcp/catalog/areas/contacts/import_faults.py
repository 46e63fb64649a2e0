"""What is wrong with the items of an import: one line for each kind of fault, however many items have it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reply_mcp.catalog.operation import Call
from reply_mcp.errors import NotDone
from reply_mcp.text.cleaning import inline
from reply_mcp.text.lists import list_some, plural

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.contacts.operations import ImportContacts

_MOST_KINDS = 20
_MOST_PLACES = 10
_WIDTH = 60
_SENTENCES = (
    re.compile(r'(?P<field>[\w\[\].]*): (?P<value>".*?") (?P<problem>is .*)', re.DOTALL),
    re.compile(r"(?P<field>[\w\[\].]*): (?P<problem>.*?)(?:, got (?P<value>.*))?", re.DOTALL),
)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one item.

    Attributes:
        place: `line 5`, `items[3]`.
        field: by its name on the wire; "" for the item as a whole.
        problem: what is wrong, the same for all items that have this fault.
        value: what was given, or who it is; "" where that tells nothing.
    """

    place: str
    field: str
    problem: str
    value: str = ""

    @classmethod
    def of_sentence(cls, place: str, sentence: str) -> Fault:
        """From a sentence of the validation: `companySize: "huge" is not one of Ten, Fifty`."""
        for form in _SENTENCES:
            if match := form.fullmatch(sentence):
                return cls(place, match["field"], match["problem"], match["value"] or "")
        return cls(place, "", sentence)

    @property
    def where(self) -> str:
        """`items[3].email`, or `line 5, email`."""
        if not self.field:
            return self.place
        return f"{self.place}.{self.field}" if self.place.endswith("]") else f"{self.place}, {self.field}"


def describe_item_faults(faults: Iterable[Fault]) -> str:
    """A line for each kind of fault, with the items that have it."""
    kinds: dict[tuple[str, str], list[Fault]] = {}
    for fault in faults:
        kinds.setdefault((fault.field, fault.problem), []).append(fault)
    return "- " + list_some(map(_line, kinds.values()), _MOST_KINDS, between="\n- ")


def _line(faults: list[Fault]) -> str:
    first = faults[0]
    if len(faults) == 1:
        # `"bad@" is not an email address`, and `required (ann@acme.com)`.
        told = f"{first.value} {first.problem}" if first.problem.startswith("is ") else first.problem + _given(first)
        return f"{first.where}: {told}"
    places = list_some((f"{one.place}{_given(one)}" for one in faults), _MOST_PLACES)
    return f"{f'{first.field}: ' if first.field else ''}{first.problem}: {places}"


def _given(fault: Fault) -> str:
    return f" ({inline(fault.value, _WIDTH)})" if fault.value else ""


def note_or_refuse(
    call: Call[ImportContacts],
    faults: Sequence[list[Fault]],
    items: int,
    origin: Mapping[str, str],
    unknown: Sequence[str] = (),
) -> None:
    """Notes which of so many items are left out.

    Args:
        faults: those of each item that has any.
        origin: the column of a file that each field was read from.
        unknown: what is wrong with the fields of all.

    Raises:
        NotDone: where `skipInvalid` does not allow it, nobody would be left, or fields are unknown; with all faults.
    """
    of_all = "".join(f"\n- {fault}" for fault in unknown)
    if not faults:
        if unknown:
            raise NotDone(f"Nothing was sent; Reply would drop or refuse these:{of_all}")
        return
    text = describe_item_faults(fault for of_one in faults for fault in of_one)
    columns = {origin[fault.field]: "" for of_one in faults for fault in of_one if _may_be_left_out(fault, origin)}
    named = ", ".join(f'"{column}": ""' for column in columns)
    keeps = f"columns={{{named}}} leaves the column out and keeps the people" if columns else ""
    if unknown or not call.arguments.skip_invalid or len(faults) == items:
        are = "is" if len(faults) == 1 else "are"
        ways = ["Correct them", *([keeps] if keeps else [])]
        if len(faults) < items:
            ways.append("set skipInvalid=true to leave them out")
        raise NotDone(
            f"Nothing was imported: {len(faults):,} of {plural(items, 'item')} {are} invalid, and Reply refuses the "
            f"whole call for one:\n{text}\n{', or '.join(ways)}."
            + (f"\nReply would drop or refuse these too:{of_all}" if unknown else "")
        )
    call.notes.append(f"Left out, not imported ({len(faults)}):\n{text}" + (f"\n{keeps}." if keeps else ""))


def _may_be_left_out(fault: Fault, origin: Mapping[str, str]) -> bool:
    return fault.field in origin and fault.field not in ("email", "firstName")
