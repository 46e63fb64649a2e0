"""Who in a sequence gets its messages once it runs, and who does not, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from reply_mcp.catalog.hooks.pages import Pages
from reply_mcp.catalog.lookups.sequences import PAGE, may_be_written_to
from reply_mcp.catalog.operation import Call
from reply_mcp.catalog.rows import object_at
from reply_mcp.text.cleaning import inline
from reply_mcp.text.lists import list_some, plural
from reply_mcp.text.names import name_and_address

MOST_PAGES = 2
"""Pages of a sequence's people that a question reads. The latest added come first, so that people who are swapped in
between question and answer are among those that are read."""
_NAMED = 3
_AGAINST = ("opted out", "bounced", "replied", "on the blacklist")
"""Reasons for which people are named: something speaks against writing to them anywhere."""
_WIDTH = 60


@dataclass(slots=True)
class Audience:
    """The people of a sequence as `GetSequenceContacts` has them.

    Attributes:
        going: those whom it writes to, those who wait longest first.
        left_out: the others, by the reason.
        complete: whether everybody was read; otherwise there are more.
    """

    going: list[dict[str, Any]] = field(default_factory=list)
    left_out: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    complete: bool = True

    @property
    def ids(self) -> list[str]:
        """The ids of those whom it writes to, sorted."""
        return sorted(str(row.get("contactId")) for row in self.going)

    def describe_left_out(self) -> str:
        """`8 finished, 3 bounced (Ann Lee, Bob Ray, Cy Fox), 1 opted out (Dee Orr)`; "" for nobody."""
        most_first = sorted(self.left_out.items(), key=lambda one: (-len(one[1]), one[0]))
        return ", ".join(
            f"{len(rows):,} {reason}"
            + (f" ({list_some(map(short_name, rows), _NAMED)})" if reason.startswith(_AGAINST) else "")
            for reason, rows in most_first
        )


async def read_audience(call: Call, id: Any, most_pages: int = MOST_PAGES) -> Audience:
    """Everybody in the sequence, 500 a request, at most so many requests; once in a call.

    Raises:
        Unreadable: where Reply's answer holds no list.
    """
    audience = Audience()
    pages = Pages(
        call, "GetSequenceContacts", "who is in the sequence", {"id": id}, size=PAGE, key="contactId", once=True
    )
    for _ in range(most_pages):
        for row in await pages.read():
            sort_in(audience, row)
        if not pages.more:
            break
    audience.complete = pages.complete
    audience.going.sort(key=lambda row: (str(row.get("addingDate")), str(row.get("contactId"))))
    return audience


def sort_in(audience: Audience, row: dict[str, Any]) -> None:
    """Adds somebody to those whom the sequence writes to, or to those whom it does not."""
    reason = why_not(row)
    (audience.left_out.setdefault(reason, []) if reason else audience.going).append(row)


def why_not(row: dict[str, Any]) -> str:
    """Why a sequence does not write to one of its people: `bounced`, `opted out`, `finished` …; "" where it does."""
    disposition = object_at(row, "emailDisposition")
    status = str(row.get("statusInSequence") or "").casefold()
    if row.get("isOptedOut"):
        return "opted out"
    if may_be_written_to(row):
        return ""
    if disposition.get("isBounced"):
        return "bounced"
    status = "out of office" if status == "outofoffice" else status
    return "replied" if disposition.get("isReplied") else inline(status, _WIDTH) or "in an unknown state"


def has_bounced(row: dict[str, Any]) -> bool:
    """Whether an email to somebody bounced in a sequence, whether or not it writes to them again."""
    bounced = object_at(row, "emailDisposition").get("isBounced")
    return bool(bounced) or str(row.get("statusInSequence") or "").casefold() == "bounced"


def person_name(row: dict[str, Any]) -> str:
    """`Jane Doe <jane@acme.com>` on one line, of a contact or of somebody in a sequence; the id where neither is
    known."""
    name = " ".join(str(row[key]) for key in ("firstName", "lastName") if row.get(key))
    return name_and_address(name, row.get("email"), _WIDTH) or f"contact {row.get('contactId') or row.get('id') or '?'}"


def short_name(row: dict[str, Any]) -> str:
    """`Jane Doe`, or what else `person_name` gives."""
    return person_name({**row, "email": None} if row.get("firstName") or row.get("lastName") else row)


def name_people(rows: Iterable[dict[str, Any]], most: int = _NAMED) -> str:
    """The first few by name and address, and how many more."""
    return list_some((person_name(row) for row in rows), most)


def count_of(audience: Audience) -> str:
    """`409 people`, or `more than 1,000 people`."""
    people = plural(len(audience.going), "person", "people")
    return people if audience.complete else f"more than {people}"
