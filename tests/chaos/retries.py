"""An agent that repeats its writes, over two servers on one store: is anything done twice that nobody agreed to?

    python -m tests.chaos.retries [--retries 10000] [--seed 1]

Each write is made once and then again: by the same server or the other one, one after the other or both at once, with
the code of the first agreement or without; after an answer, a lost one, a refusal. Of some repeats a person is told,
and agrees. How often something was done is read from the log of requests: each write has words of its own.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import anyio

from reply_mcp.settings import Settings, parse_policy
from tests.chaos.stage import CODE, Claim, Stage, claim_of, staged
from tests.conftest import KEY, connected, text_of
from tests.e2e.correspondence import person, thread
from tests.e2e.soundness import is_read

OF_ONE_STORE = 60
"""Writes until there are new servers with a new store: after some codes that do not fit, none is taken any more."""
PEOPLE = 12
"""Who gets notes, tasks, emails and replies."""
FAULTS: tuple[dict[str, Any] | None, ...] = (
    None,
    None,
    {"kind": "reset", "when": "after"},
    {"kind": "reset"},
    {"kind": "status", "status": 500, "when": "after"},
    {"kind": "status", "status": 503},
    {"kind": "status", "status": 499, "when": "after"},
    {"kind": "status", "status": 400},
    {"kind": "status", "status": 425},
    {"kind": "answer", "body": None, "when": "after"},
    {"kind": "truncate"},
)
"""What may become of the first making; None is that nothing does."""
REPEATED = "The same call was made"
Writing = tuple[str, str, dict[str, Any]]
"""The tool, the path of its request under `/v3/`, and the arguments."""


@dataclass
class Report:
    """What was written and repeated, and what was done that nobody agreed to."""

    writes: int = 0
    retries: int = 0
    at_once: int = 0
    """Retries that were under way at once."""
    agreed: int = 0
    """Repeats that a person agreed to."""
    done_again: int = 0
    """Writes that were done more than once, each time with consent."""
    first: Counter[str] = field(default_factory=Counter)
    claims: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def table(self) -> str:
        lines = [
            f"{self.writes} writes, {self.retries} retries of them, {self.at_once} of these at once; "
            f"a person agreed to {self.agreed} repeats, and {self.done_again} were done again",
            *(
                f"{what}: {', '.join(f'{count} {name}' for name, count in sorted(counts.items()))}"
                for what, counts in (("first", self.first), ("retries", self.claims))
            ),
        ]
        return "\n".join([*lines, f"{len(self.wrong)} wrong", *self.wrong[:20]])


class Agent:
    """Writes, and repeats what it wrote, through either of two servers."""

    servers: Sequence[Any]

    def __init__(self, stage: Stage, seed: int) -> None:
        self._stage = stage
        self._random = random.Random(seed)
        sandbox = stage.sandbox
        self._people = [person(sandbox, "Ann") for _ in range(PEOPLE)]
        self._threads = [thread(sandbox, one, ("we", "Hello"), ("they", "What does it cost?")) for one in self._people]
        self.report = Report()

    async def write(self) -> None:
        """One write and its retries."""
        report, chance = self.report, self._random
        token = f"words-{chance.getrandbits(64):x}"
        tool, path, given = chance.choice(WRITINGS)(self, token)
        mark = self._stage.sandbox.seen()
        fault = chance.choice(FAULTS)
        if fault is not None:
            self._stage.kernel.faults.add({**fault, "match": f"POST /v3/{path}"})
        server = chance.choice(self.servers)
        claim, text = await self._call(server, tool, given)
        code = CODE.search(text)
        if code is not None:
            given = {**given, "confirm": code[1]}
            claim, text = await self._call(server, tool, given)
        self._stage.kernel.faults.clear()
        report.writes += 1
        report.first[claim] += 1
        claims, agreed = [claim], 0
        for _ in range(chance.randint(1, 4)):
            agreed += await self._retry(tool, given, claims)
        done = sum(
            (row["processed"] or 500) < 300 and token in json.dumps(row["body"])
            for row in self._stage.sandbox.since(mark)
            if not is_read(row["method"], row["path"])
        )
        report.done_again += done > 1
        if done > 1 + agreed:
            report.wrong.append(f"{tool} {given}: done {done} times, with {agreed} consents: {claims}")
        if not done and "done" in claims:
            report.wrong.append(f"{tool} {given}: not done, and said to be: {claims}")

    async def _retry(self, tool: str, given: dict[str, Any], claims: list[Claim]) -> int:
        """Repeats the call, in one of the ways; gives how many repeats a person agreed to."""
        chance, report = self._random, self.report
        again = dict(given)
        if chance.random() < 0.8:
            again.pop("confirm", None)
        servers = self.servers if chance.random() < 0.3 else [chance.choice(self.servers)]
        answers: list[tuple[Claim, str]] = []

        async def call(server: Any) -> None:
            answers.append(await self._call(server, tool, again))

        async with anyio.create_task_group() as group:
            for server in servers:
                group.start_soon(call, server)
        report.retries += len(servers)
        report.at_once += len(servers) if len(servers) > 1 else 0
        report.claims.update(claim for claim, _ in answers)
        if set(claims) == {"not done"} and len(servers) == 1 and REPEATED in answers[0][1]:
            report.wrong.append(f"{tool} {again}: nothing was done, and it is called a repeat: {answers[0][1][:300]}")
        claims += [claim for claim, _ in answers]
        code = next((found for _, text in answers if (found := CODE.search(text))), None)
        if code is None or chance.random() > 0.1:
            return 0
        report.agreed += 1
        claims.append((await self._call(servers[0], tool, {**again, "confirm": code[1]}))[0])
        return 1

    async def _call(self, server: Any, tool: str, given: dict[str, Any]) -> tuple[Claim, str]:
        result = await server.call_tool("reply_run_write", {"tool": tool, "arguments": given})
        text = text_of(result)
        assert "failed inside reply-mcp" not in text, f"{tool} {given}: {text}"
        return claim_of(bool(result.is_error), text), text

    def someone(self) -> int:
        return int(self._random.choice(self._people)["id"])

    def some_thread(self) -> int:
        return self._random.choice(self._threads)


def _note(agent: Agent, token: str) -> Writing:
    id = agent.someone()
    return "reply_add_contact_note", f"contacts/{id}/notes", {"id": id, "note": token}


def _task(agent: Agent, token: str) -> Writing:
    template = {"subject": "Call", "body": token}
    when = {"startAt": "2026-12-01T10:00:00Z", "dueTo": "2026-12-02T10:00:00Z"}
    given = {"taskType": "call", "contactId": agent.someone(), "template": template, **when}
    return "reply_create_task", "tasks", given


def _list(agent: Agent, token: str) -> Writing:
    return "reply_create_list", "contact-lists", {"name": token}


def _company(agent: Agent, token: str) -> Writing:
    return "reply_create_company", "contact-accounts", {"name": token}


def _contact(agent: Agent, token: str) -> Writing:
    return "reply_create_contact", "contacts", {"email": f"{token}@retries.example", "firstName": "Ann"}


def _template(agent: Agent, token: str) -> Writing:
    given = {"name": token, "subject": "Hi", "body": "Hello", "folderType": "personal"}
    return "reply_create_email_template", "email-templates", given


def _sequence(agent: Agent, token: str) -> Writing:
    return "reply_create_sequence", "sequences", {"name": token}


def _reply(agent: Agent, token: str) -> Writing:
    id = agent.some_thread()
    return "reply_send_inbox_reply", f"inbox/threads/{id}/messages", {"id": id, "message": token}


def _email(agent: Agent, token: str) -> Writing:
    id = agent.someone()
    given = {"id": id, "subject": token, "body": "Hello"}
    return "reply_send_direct_email", f"contacts/{id}/send-direct-email", given


WRITINGS: tuple[Callable[[Agent, str], Writing], ...] = (
    *(_note, _task, _list, _company, _contact, _template, _sequence, _reply, _email),
)
"""Writes that a second call would do a second time."""


@asynccontextmanager
async def two_servers(stage: Stage, folder: str) -> AsyncIterator[list[Any]]:
    """Clients of two servers that share a store and the keys of their codes."""
    settings = Settings(
        api_key=KEY,
        base_url=stage.sandbox.url,
        rate_limits="none",
        budget_url=f"sqlite:///{folder}/state.sqlite3",
        seal_keys=("a key for tests that is long enough to be one",),
        policy=parse_policy("write=allow,send=ask"),
        audit="off",
        timeout=1,
    )
    async with connected(settings) as one, connected(settings) as other:
        yield [one, other]


async def repeat_writes(stage: Stage, retries: int, seed: int) -> Report:
    """Writes until so many retries were made."""
    agent = Agent(stage, seed)
    while agent.report.retries < retries:
        with tempfile.TemporaryDirectory() as folder:
            async with two_servers(stage, folder) as agent.servers:
                for _ in range(OF_ONE_STORE):
                    if agent.report.retries < retries:
                        await agent.write()
    return agent.report


def main(given: Sequence[str] | None = None) -> int:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--retries", type=int, default=10_000)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args(given)
    began = time.monotonic()
    with staged() as stage:
        report = anyio.run(repeat_writes, stage, chosen.retries, chosen.seed)
    print(report.table(), f"\n{time.monotonic() - began:.0f} s")  # noqa: T201
    return 1 if report.wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
