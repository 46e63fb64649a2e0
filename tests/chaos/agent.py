"""An agent under fire: it reads and writes through one server, and notes what it was told."""

from __future__ import annotations

import random
import re
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from tests.chaos.ledger import Held, Ledger, Written, claim_of
from tests.conftest import text_of

FIXED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("reply_whoami", {}),
    ("reply_list_custom_fields", {}),
    ("reply_list_inbox_categories", {}),
    ("reply_get_contact", {"id": 90514001, "fields": ["email", "title", "company"]}),
    ("reply_search_contacts", {"email": "nobody@nowhere.example"}),
    ("reply_search_lists", {"search": "no list is called so"}),
    ("reply_list_schedules", {}),
)
"""Reads whose answers nothing here changes: they are as they were before the faults, or errors."""

TOOLS = (
    *(tool for tool, _ in FIXED),
    "reply_create_contact",
    "reply_update_contact",
    "reply_create_list",
    "reply_add_contacts_to_list",
    "reply_delete_list",
    "reply_create_company",
    "reply_create_email_template",
)
"""The tools that an agent calls."""


@dataclass
class Known:
    """A contact or a list that was surely made."""

    id: int
    name: str


UNREAD = re.compile(r"The [\w, ]+ could not be read[:;.]")
"""How an answer says which part of it is missing."""


def agrees(text: str, right: str) -> bool:
    """Whether an answer is the right one, or says what of it could not be read and is right in the rest."""
    lines = text.splitlines()
    rest = [line for line in lines if not UNREAD.match(line)]
    if len(rest) == len(lines):
        return text == right
    return bool(rest) and _words(rest) <= _words(right.splitlines())


def _words(lines: Iterable[str]) -> set[str]:
    return {word.strip(",.;:") for line in lines for word in line.split()}


class Agent:
    """Calls tools of one server; several of its calls may be under way at once."""

    def __init__(self, client: Any, number: int, ledger: Ledger, right: dict[str, str], seed: int) -> None:
        self._client = client
        self._ledger = ledger
        self._right = right
        self._number = number
        self._count = 0
        self._random = random.Random(f"{seed} {number}")
        self._contacts: deque[Known] = deque(maxlen=200)
        self._fresh: deque[Known] = deque()
        self._lists: deque[Known] = deque()

    async def act(self) -> None:
        """One call, of a kind drawn by chance."""
        kind = self._random.random()
        if kind < 0.45:
            await self.read_fixed()
        elif kind < 0.65 and self._contacts:
            await self.read_contact(self._random.choice(self._contacts))
        elif kind < 0.80:
            await self.create_contact()
        elif kind < 0.87 and self._fresh:
            await self.update_contact(self._fresh.popleft())
        elif kind < 0.91 and self._lists and self._contacts:
            await self.add_to_list(self._lists.popleft(), self._random.choice(self._contacts))
        elif kind < 0.93 and self._lists:
            await self.delete_list(self._lists.popleft())
        else:
            await self._random.choice((self.create_list, self.create_company, self.create_template))()

    async def read_fixed(self) -> None:
        tool, arguments = self._random.choice(FIXED)
        right = self._right[f"{tool} {arguments}"]
        await self._read(tool, arguments, lambda text: agrees(text, right))

    async def read_contact(self, contact: Known) -> None:
        if self._random.random() < 0.5:
            await self._read("reply_get_contact", {"id": contact.id}, lambda text: contact.name in text)
        else:
            await self._read("reply_search_contacts", {"email": contact.name}, lambda text: str(contact.id) in text)

    async def create_contact(self) -> None:
        email = f"{self._token('person')}@chaos.example"
        text = await self._write(
            "reply_create_contact",
            {"email": email, "firstName": "Ann"},
            email,
            lambda held: held.having("contact", "email", email),
        )
        if made := _made(text, "contact", email):
            self._contacts.append(made)
            self._fresh.append(made)

    async def update_contact(self, contact: Known) -> None:
        title = self._token("title")
        await self._write(
            "reply_update_contact",
            {"id": contact.id, "title": title},
            title,
            lambda held: held.having("contact", "title", title),
        )

    async def create_list(self) -> None:
        name = self._token("list")
        text = await self._write(
            "reply_create_list", {"name": name}, name, lambda held: held.having("contactList", "name", name)
        )
        if made := _made(text, "list", name):
            self._lists.append(made)

    async def add_to_list(self, one: Known, contact: Known) -> None:
        await self._write(
            "reply_add_contacts_to_list",
            {"id": one.id, "contactIds": [contact.id]},
            f"{contact.id} to {one.id}",
            lambda held: held.listed(one.id, contact.id),
        )

    async def delete_list(self, one: Known) -> None:
        # That it was made can no longer be seen where it is gone.
        self._ledger.gone.add(one.name)
        await self._write(
            "reply_delete_list", {"id": one.id}, str(one.id), lambda held: 1 - held.having("contactList", "id", one.id)
        )

    async def create_company(self) -> None:
        name = self._token("company")
        await self._write(
            "reply_create_company", {"name": name}, name, lambda held: held.having("account", "name", name)
        )

    async def create_template(self) -> None:
        name = self._token("template")
        await self._write(
            "reply_create_email_template",
            {"name": name, "subject": "Hello", "body": "Good day", "folderType": "personal"},
            name,
            lambda held: held.having("emailTemplate", "name", name),
        )

    def _token(self, of: str) -> str:
        self._count += 1
        return f"{of}-{self._number}-{self._count}"

    async def _call(self, tool: str, arguments: dict[str, Any]) -> tuple[bool, str]:
        result = await self._client.call_tool(tool, arguments)
        is_error, text = bool(result.is_error), text_of(result)
        if "failed inside reply-mcp" in text or (is_error and not text.strip()):
            self._ledger.wrong.append(f"{tool} {arguments} broke: {text[:400]}")
        return is_error, text

    async def _read(self, tool: str, arguments: dict[str, Any], right: Callable[[str], bool]) -> None:
        is_error, text = await self._call(tool, arguments)
        self._ledger.reads["error" if is_error else "answered"] += 1
        if is_error and "may have been" in text:
            self._ledger.wrong.append(f"{tool} {arguments} is a read and said: {text[:400]}")
        elif not is_error and not right(text):
            self._ledger.wrong.append(f"{tool} {arguments} answered wrongly: {text[:400]}")

    async def _write(self, tool: str, arguments: dict[str, Any], token: str, times: Callable[[Held], int]) -> str:
        """Makes a call and notes what was said; the text, or "" where it was not said to be done."""
        is_error, text = await self._call(tool, arguments)
        claim = claim_of(is_error, text)
        if claim == "unknown" and "reply_" not in text:
            self._ledger.wrong.append(f"{tool} {token} names no read that settles it: {text[:400]}")
        self._ledger.writes.append(Written(tool, token, claim, text, times))
        return text if claim == "done" else ""


def _made(text: str, noun: str, name: str) -> Known | None:
    found = re.search(rf"{noun} (\d+)", text)
    return Known(int(found[1]), name) if found else None
