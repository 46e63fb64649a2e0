"""Blocks one person, or everyone at their domain, unless a rule does already."""

from __future__ import annotations

import re
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from reply_mcp.catalog.area import workflow
from reply_mcp.catalog.areas.blacklist.area import area
from reply_mcp.catalog.arguments.named_ids import ContactId
from reply_mcp.catalog.changes import Step
from reply_mcp.catalog.hooks.read_once import read_record
from reply_mcp.catalog.lookups.blacklist import read_blacklist_for
from reply_mcp.catalog.lookups.contacts import contact_label
from reply_mcp.catalog.operation import Arguments, Call, Effect, Email, Local
from reply_mcp.catalog.undo import LOST, put_back
from reply_mcp.catalog.views import Done
from reply_mcp.errors import AlreadyDone, ApiError, NotDone
from reply_mcp.text.addresses import comparable

MOST_REQUESTS = 5
_DOMAIN = re.compile(r"(?:[\w-]{1,63}\.){1,9}[a-z]{2,24}", re.IGNORECASE)
_PUBLIC_DOMAINS = frozenset(
    "gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com ymail.com aol.com icloud.com me.com "
    "gmx.de gmx.net web.de t-online.de proton.me protonmail.com mail.ru yandex.ru orange.fr free.fr libero.it wp.pl "
    "o2.pl qq.com 163.com".split()
)
"""Domains where anybody has an address: blocking one would block people who have nothing to do with each other."""


async def block(call: Call) -> dict[str, Any]:
    """Finds the address, checks for a rule that blocks it already, and adds one."""
    with call.at_most(MOST_REQUESTS):
        return await _block(call)


async def _block(call: Call) -> dict[str, Any]:
    address, person = await _address(call)
    domain = address.rpartition("@")[2].casefold()
    whole = call.arguments.scope == "domain"
    if whole and domain in _PUBLIC_DOMAINS:
        raise NotDone(
            f"Nothing was changed: anybody can have an address at {domain}, and blocking it would end outreach to all "
            f"of them. scope=email blocks {address} alone."
        )
    rules = await read_blacklist_for(call, address, exceptions=True, most_pages=1)
    exception = rules.exceptions.get(comparable(address))
    free = f"exception {exception} lets {address} through: reply_delete_blacklist_exception ends it"
    rules.exceptions = {}
    held = rules.rule_for(f"anybody@{domain}" if whole else address)
    if held:
        who = f"Everyone at {domain}" if whole else person
        but = f", but {free}" if exception is not None else ""
        raise AlreadyDone(f"{who} is blocked already, by {held}{but}; nothing was changed.")
    answer = await _add(
        call, "CreateBlacklistDomainRule" if whole else "CreateBlacklistEmailRule", domain if whole else address
    )
    if exception is not None:
        call.notes.append(f"But {free}.")
    who = f"Everyone at {domain}, {person} among them," if whole else person
    undo = "reply_delete_blacklist_domain_rule" if whole else "reply_delete_blacklist_email_rule"
    return {**answer, "who": who, "undo": f'{undo} {{"id": {answer.get("id")}}} lifts it.'}


async def _address(call: Call) -> tuple[str, str]:
    """The address to block, and the person as people know them."""
    given = call.arguments.email
    if given is not None:
        return given.strip(), given.strip()
    contact = await read_record(call, "GetContactById", id=call.arguments.contact)
    address = str(contact.get("email") or "").strip()
    if "@" not in address:
        raise NotDone(
            f"Nothing was changed: {contact_label(contact)} has no email address, and the blacklist holds only these. "
            "reply_set_contacts_opted_out stops all outreach to a person."
        )
    return address, contact_label(contact)


async def _add(call: Call, operation: str, pattern: str) -> dict[str, Any]:
    try:
        answer: dict[str, Any] = await call.ask(operation, pattern=pattern)
    except ApiError as refusal:
        if (refusal.code or "").endswith(".duplicate"):
            raise AlreadyDone(f"{pattern} is blocked already; nothing was changed.") from None
        raise
    return answer


def lift(call: Call[BlacklistContact], held: Any, answer: Any) -> list[Step] | str:
    """The request that deletes the rule which was made."""
    if not isinstance(answer, dict) or answer.get("id") is None:
        return LOST
    whole = call.arguments.scope == "domain"
    operation = "DeleteBlacklistDomainRule" if whole else "DeleteBlacklistEmailRule"
    return [Step(operation, {"id": answer["id"]}, f"rule {answer['id']} is deleted")]


@workflow(
    area,
    "GetContactById",
    "GetBlacklistDomainRules",
    "GetBlacklistEmailRules",
    "GetBlacklistEmailExceptionRules",
    "CreateBlacklistEmailRule",
    "CreateBlacklistDomainRule",
    scope="contacts:write",
    tool="reply_blacklist_contact",
    undo=put_back(None, lift, named=False),
    effect=Effect.WRITE,
    idempotent=True,
    view=Done("{who} is blocked now (rule {id}).", "{undo}"),
    run=block,
    also=["never contact again", "block person", "do not contact", "suppress", "stop emailing everyone at a company"],
    one_at_a_time=["contact", "email"],
)
class BlacklistContact(Arguments):
    """Block one person, or with scope=domain everyone at their company's domain. At most 5 requests; by name 1 to 4
    more."""

    contact: Local[ContactId | None] = None
    email: Local[Email | None] = Field(None, description="In place of contact; need not be one")
    scope: Local[Literal["email", "domain"]] = "email"

    @model_validator(mode="before")
    @classmethod
    def _is_no_bare_domain(cls, given: Any) -> Any:
        for name in ("domain", "email", "contact"):
            value = given.get(name) if isinstance(given, dict) else None
            if isinstance(value, str) and _DOMAIN.fullmatch(value.strip()):
                raise ValueError(
                    f'{name}: a domain alone is blocked by reply_create_blacklist_domain_rule {{"pattern": "{value}"}}'
                )
        return given

    @model_validator(mode="after")
    def _is_one_person(self) -> Self:
        if (self.contact is None) == (self.email is None):
            raise ValueError("give contact or email, one of the two")
        return self
