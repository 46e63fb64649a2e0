"""One server on one sandbox, both in this process and with a socket between them, and what came of each call: what was
said, what changed, and what left."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

import mcp_types as types
import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal

from reply_mcp.catalog.operation import Effect
from reply_mcp.sandbox import running
from reply_mcp.server.stdio import local_server
from reply_mcp.settings import Settings
from tests.conftest import KEY, Sandbox, text_of
from tests.e2e.effect_cases import World
from tests.e2e.soundness import TOOLS, Errors
from tests.undo import Change, changes_undone, recorded

START = datetime(2026, 3, 4, 15, tzinfo=UTC)
EFFECTS = {entry.tool: entry.effect for entry in TOOLS}
Claim = Literal["done", "not done", "unknown", "asked"]
Decision = Literal["agrees", "declines", "cancels"]
Host = Literal["code", "legacy", "2026-07-28"]
"""How the person is asked: by a code, or by the host in one of the protocol's eras."""
NUMBERING = frozenset({"clock", "saving", "variantNumber", "uuidCounter", "engine"})
"""What the sandbox counts with."""
TIME = frozenset({"dueStep", "dailyCount", "event", "reaction", "scheduledWork", "webhookDelivery"})
"""What it plans and remembers as time passes."""
CODE = re.compile(r'confirm="(\w+)"')
OPEN = re.compile(r"may have been done|may be done|Done in part|is unknown|It may have")


@dataclass
class Figures:
    """What was tried, and what came of it."""

    steps: int = 0
    calls: int = 0
    requests: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    claims: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    """The contradictions, each as it was found; the same one again where it is tried again."""

    def table(self) -> str:
        hits = self.faults.total()
        rate = 100 * hits / max(1, self.requests)
        lines = [
            f"{self.steps} steps, {self.calls} calls, {self.requests} requests, {hits} faults ({rate:.0f} % of them)"
        ]
        for what, counts in (("claims", self.claims), ("rules", self.rules), ("faults", self.faults)):
            lines.append(f"{what:8} {', '.join(f'{name} {count}' for name, count in sorted(counts.items()))}")
        return "\n".join([*lines, f"{len(self.wrong)} contradictions", *sorted({one[:600] for one in self.wrong})[:20]])


@dataclass(frozen=True)
class Outcome:
    """What came of one step.

    Attributes:
        texts: what was answered, the last one last: a call that was asked about is made again with the person's code.
        changes: what is otherwise in the sandbox, but for its own numbering and plans.
        sent: what left the account.
        agreed: whether a person was asked and agreed.
    """

    claim: Claim
    texts: tuple[str, ...]
    changes: dict[tuple[str, int], Change]
    sent: list[dict[str, Any]]
    asked: tuple[str, ...]
    agreed: bool

    @property
    def text(self) -> str:
        return self.texts[-1]

    @property
    def kinds(self) -> set[str]:
        return {kind for kind, _ in self.changes}

    def made(self, kind: str) -> list[int]:
        """The ids of what is new."""
        return [id for (one, id), (before, _) in self.changes.items() if one == kind and before is None]


def claim_of(is_error: bool, text: str) -> Claim:
    """What an answer says of a write."""
    if OPEN.search(text) and is_error:
        return "unknown"
    if "Not done yet." in text:
        return "asked"
    return "not done" if is_error else "done"


class Person:
    """Whom the host asks."""

    def __init__(self) -> None:
        self.decision: Decision = "declines"
        self.meanwhile: Callable[[], None] | None = None
        self.asked: list[str] = []

    async def __call__(self, context: Any, params: Any) -> types.ElicitResult:
        self.asked.append(params.message)
        self.happens()
        if self.decision == "cancels":
            return types.ElicitResult(action="cancel")
        return types.ElicitResult(action="accept", content={"agree": self.decision == "agrees"})

    def happens(self) -> None:
        """What comes between question and answer."""
        if self.meanwhile is not None:
            self.meanwhile()
            self.meanwhile = None


class Stage:
    """The sandbox with what is prepared in it; a server is opened for each run of steps."""

    def __init__(self, world: World, portal: BlockingPortal, errors: Errors) -> None:
        self.world, self.portal, self.errors = world, portal, errors
        self.sandbox = world.sandbox
        self.store = world.store
        self.kernel = world.sandbox.app.state.kernel
        self.figures = Figures()

    @contextmanager
    def served(self, host: Host, **values: Any) -> Iterator[Desk]:
        """A server of its own, in a sandbox that is afterwards as it was before."""
        person = Person()
        with (
            changes_undone(self.kernel),
            self.portal.wrap_async_context_manager(_client(self.sandbox, host, person, values)) as client,
        ):
            yield Desk(self, client, person, host)


class Desk:
    """Makes calls of one server, with a person beside it."""

    def __init__(self, stage: Stage, client: Any, person: Person, host: Host) -> None:
        self.stage, self.person, self.host = stage, person, host
        self._client = client

    def call(
        self,
        tool: str,
        arguments: dict[str, Any],
        *,
        decision: Decision = "agrees",
        fault: dict[str, Any] | None = None,
        meanwhile: Callable[[], None] | None = None,
    ) -> Outcome:
        """Makes a call, with the person's answer where it asks, and lets what is due happen."""
        stage, figures = self.stage, self.stage.figures
        mark, sent_before = stage.sandbox.seen(), len(stage.store.all("outbox"))
        self.person.decision, self.person.meanwhile, self.person.asked = decision, meanwhile, []
        faults = stage.kernel.faults.add(fault) if fault else []
        with recorded(stage.store) as changes:
            texts = [self._once(tool, arguments)]
            agreed = bool(self.person.asked) and decision == "agrees"
            if (found := CODE.search(texts[0][1])) and self.host == "code":
                self.person.asked.append(texts[0][1])
                self.person.happens()
                if decision == "agrees":
                    agreed = True
                    texts.append(self._once(tool, {**arguments, "confirm": found[1]}))
            requests = len(stage.sandbox.since(mark))
            for one in faults:
                figures.faults[one.kind + (f" {one.status}" if one.status else "")] += one.hits
            stage.kernel.faults.clear()
            if EFFECTS[tool] is not Effect.READ:
                stage.kernel.advance(0)
            changed = {key: one for key, one in changes().items() if key[0] not in NUMBERING | TIME | {"outbox"}}
        figures.calls += len(texts)
        figures.requests += requests
        sent = stage.store.all("outbox")[sent_before:]
        claim = claim_of(*texts[-1])
        figures.claims[
            claim if EFFECTS[tool] is not Effect.READ else f"read {'failed' if texts[-1][0] else 'answered'}"
        ] += 1
        return Outcome(claim, tuple(text for _, text in texts), changed, sent, tuple(self.person.asked), agreed)

    def _once(self, tool: str, arguments: dict[str, Any]) -> tuple[bool, str]:
        run = "reply_run_read" if EFFECTS[tool] is Effect.READ else "reply_run_write"
        result = self.stage.portal.call(self._client.call_tool, run, {"tool": tool, "arguments": arguments})
        text = text_of(result)
        broken = self.stage.errors.told()
        assert not broken, f"{tool} {arguments}: {broken[0]}"
        assert "failed inside reply-mcp" not in text, f"{tool} {arguments}: {text}"
        return bool(result.is_error), text


@asynccontextmanager
async def _client(sandbox: Sandbox, host: Host, person: Person, values: dict[str, Any]) -> AsyncIterator[Any]:
    from mcp import Client

    settings = Settings(
        **{
            "api_key": KEY,
            "base_url": sandbox.url,
            "rate_limits": "none",
            "budget_url": "memory:",
            "audit": "off",
            "timeout": 0.3,
            "patience": 2,
            **values,
        }
    )
    server, sessions = local_server(settings)
    asks = {} if host == "code" else {"elicitation_callback": person}
    try:
        async with Client(server, mode="auto" if host == "code" else host, **asks) as client:
            yield client
    finally:
        await sessions.aclose()


@contextmanager
def staged(seed: int = 5, world: type[World] = World) -> Iterator[Stage]:
    """The stage, whose waits between tries are short, with what `world` prepares in it."""
    errors = Errors()
    logging.getLogger().addHandler(errors)
    options: dict[str, Any] = {"rate_limits": "none", "stats_rate_limits": "none", "speed": 0, "start": START}
    try:
        with (
            running(seed=seed, **options) as one,
            pytest.MonkeyPatch.context() as patch,
            start_blocking_portal() as portal,
        ):
            patch.setattr("reply_mcp.client.http.backoff", lambda attempt: 0.0)
            patch.setattr("reply_mcp.client.http.CONNECT_SECONDS", 0.1)
            stage = Stage(world(Sandbox(one)), portal, errors)
            # Deliveries stay where they are planned: a thread would make them at any time.
            patch.setattr(stage.kernel.webhooks, "enqueue_due", lambda: None)
            yield stage
    finally:
        logging.getLogger().removeHandler(errors)
