"""What every test may ask for: the embedded Reply on a socket, and real clients of a real server."""

from __future__ import annotations

import gc
import itertools
import json
import os
import signal
import ssl
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, TypeVar

import httpx
import pytest
import time_machine
from hypothesis import HealthCheck, core, settings
from hypothesis.internal import charmap
from hypothesis.internal.conjecture import providers
from hypothesis.internal.intervalsets import IntervalSet

from reply_mcp.settings import Settings
from tests.processes.command import reply_mcp
from tests.undo import changes_undone

T = TypeVar("T")
KEY = "sandbox-full-access"

os.environ["TZ"] = "UTC"  # whatever the machine is set to, answers tell the same times
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # So it is where a shell starts the tests in the background, and so it were in the processes that they interrupt.
    signal.signal(signal.SIGINT, signal.default_int_handler)
# Nothing of what is collected goes away before the end: until then it is not looked through for what could.
gc.disable()
# Modules are compiled once, also where Python is asked not to keep what it compiled: each of the many processes that
# tests start would do it all anew, which takes longer than most of them run.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
TIMES = int(os.environ.get("TEST_TIMES", "1"))
"""`TEST_TIMES=20`: properties are tried with twenty times as many examples, and other ones each time."""


def part_of(every: Iterable[T], count: int) -> list[T]:
    """So many of them, from all over: the same in each run. All of them with `TEST_TIMES`."""
    rows = list(every)
    return rows if TIMES > 1 or count >= len(rows) else [rows[at * len(rows) // count] for at in range(count)]


def check_each(rows: Iterable[T], check: Callable[[T], None], name: Callable[[T], object] = repr) -> None:
    """Checks every row, and fails with all that failed. For hundreds of rows that are checked in no time: a test of
    its own takes longer for each than the check does."""
    failed = []
    for row in rows:
        try:
            check(row)
        except Exception as error:  # what a test of its own would fail with
            failed.append(f"{name(row)}: {type(error).__name__}: {error}")
    assert not failed, f"{len(failed)} failed:\n" + "\n\n".join(failed[:50])


STARTS = datetime.fromisoformat(os.environ.get("TEST_STARTS", "2026-03-04T05:00")).replace(tzinfo=UTC)
"""When each run begins, whatever the time is: a Wednesday's night. What the sandbox sends at once depends on which
schedules are open, and at this hour none of the sample data is: it is midnight in New York, and early in Berlin.
`TEST_STARTS=2026-02-28T15:00` begins at another moment. The time of processes that tests start is the real one, which
the fixture `real_time` gives to tests that share with them what is kept for minutes.
"""
time_machine.travel(STARTS, tick=True).start()

# The one profile of all properties. A busy machine is no reason to fail, nor is chance: the suite tries the same
# examples each time, and looks for new ones where it is asked to.
settings.register_profile(
    "suite",
    deadline=None,
    derandomize=TIMES == 1,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)
settings.load_profile("suite")
if TIMES == 1:
    # Among the examples are constants of whatever modules are imported by then: the same examples each time are those
    # without. To find these constants every module is parsed, too, in each process.
    providers._get_local_constants = lambda: providers._local_constants  # type: ignore[attr-defined]


def _characters_of(codec: str) -> tuple[IntervalSet, IntervalSet]:
    """What a codec can write, and what of that it reads otherwise. Of UTF-8 that is known: in a fresh checkout each
    process would try all the million characters."""
    if codec == "utf-8":
        return IntervalSet(((0, 0xD7FF), (0xE000, sys.maxunicode))), IntervalSet(())
    return _find_characters(codec)


_find_characters = charmap.intervals_from_codec
charmap.intervals_from_codec = cache(_characters_of)


def _digest_of(function: Any) -> bytes:
    """What identifies a property, for which its source is read. One that a test defines anew for each of its parameters
    is always the same."""
    code = getattr(function, "__code__", None)
    if code is None or function.__defaults__ or function.__kwdefaults__:
        return _find_digest(function)
    key = (code.co_filename, code, getattr(function, "_hypothesis_internal_add_digest", b""))
    if key not in _digests:
        _digests[key] = _find_digest(function)
    return _digests[key]


_digests: dict[Any, bytes] = {}
_find_digest = core.function_digest
core.function_digest = _digest_of

WAITING = (
    "e2e/test_stdio.py",
    "server/http/",
    "deployment/",
    "chaos/",
    "cli/test_",
    "server/consent/",
    "packaging/",
    "e2e/test_consent_replicas.py",
    "e2e/test_store_faults.py",
    "e2e/test_wire_answers.py",
    "client/test_outcomes.py",
    "client/test_stores",
    "journeys/test_settings.py",
)
"""Files that mostly wait, for processes and for time to pass."""
LONG = (
    "e2e/test_robustness.py",
    "e2e/test_hostile_words.py",
    "server/search/",
    "e2e/test_effects.py",
    "e2e/test_odd_",
    "e2e/test_question",
    "e2e/test_following_pages.py",
    "e2e/test_undo_rounds.py",
    "e2e/test_answers.py",
    "catalog/requests/",
    "catalog/spec/",
    "sandbox/simulation/",
    "text/test_html.py",
)
"""Files that take longest of those that reckon."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that wait and files that take long come first, so that none of them is left over at the end, and evenly
    mixed, so that some processes reckon while others wait; apart from that the order stays as random as it is."""
    kinds: dict[tuple[str, ...], list[str]] = {WAITING: [], LONG: []}
    files = dict.fromkeys(item.nodeid.partition("::")[0] for item in items)
    for file in files:
        for kind, some in kinds.items():
            if file.removeprefix("tests/").startswith(kind):
                some.append(file)
                break
    turns = {file: (at + 0.5) / len(some) for some in kinds.values() for at, file in enumerate(some)}
    items.sort(key=lambda item: turns.get(item.nodeid.partition("::")[0], 1))


def pytest_collection_finish() -> None:
    """What is there now is never looked through again, and what tests leave behind is looked for seldom: at Python's
    own threshold that took a tenth of the time of all tests."""
    gc.freeze()
    gc.set_threshold(50_000, 10, 10)
    gc.enable()


class Sandbox:
    """The embedded Reply under test, and what it saw."""

    def __init__(self, running: Any) -> None:
        self.url: str = running.url
        self.app = running.app
        self.store = running.store
        self.clock = running.clock
        self._log = running.log
        self.http = httpx.Client(base_url=self.url, headers={"Authorization": f"Bearer {KEY}-looking"}, timeout=30)

    def get(self, path: str, **query: Any) -> Any:
        """Reads the raw API with a key of its own, so that no budget under test is touched."""
        return self.http.get(path, params=query).json()

    def seen(self) -> int:
        """A mark in the log of requests, which is read here without a request: tests of every tool do so often."""
        return int(self._log.last)

    def since(self, mark: int) -> list[dict[str, Any]]:
        """The requests under /v3 after a mark, but for those of `get`."""
        rows = [dict(row) for row in self._log.since(mark)]
        return [row for row in rows if row["path"].startswith("/v3/") and not str(row["key"]).endswith("looking")]

    def fault(self, **fault: Any) -> None:
        assert self.http.post("/sandbox/faults", json=fault).status_code < 300

    def no_faults(self) -> None:
        self.http.delete("/sandbox/faults")


@pytest.fixture(scope="session", autouse=True)
def _seeded_once() -> Iterator[None]:
    """Seeding a sandbox costs half a second, and hundreds are opened: what was seeded for a start within a minute is
    used again. A test of seeding itself puts `reply_mcp.sandbox.seed.seed_store` back in the kernel.
    """
    from reply_mcp.sandbox import kernel

    seeded: dict[int, tuple[datetime, list[tuple[str, str]]]] = {}
    seed_anew = kernel.seed_store

    def seed_or_copy(store: Any, clock: Any, seed: int) -> None:
        started, kept = seeded.get(seed, (None, []))
        if started and timedelta(0) <= clock.started - started < timedelta(minutes=1):
            with store.transaction():
                for kind, text in kept:
                    store.put(kind, json.loads(text))
            return
        seed_anew(store, clock, seed)
        rows = [(kind, json.dumps(doc)) for kind, docs in store._kinds.items() for doc in docs.values()]
        seeded[seed] = (clock.started, rows)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernel, "seed_store", seed_or_copy)
        yield


@pytest.fixture(scope="module")
def real_time() -> Iterator[None]:
    """The time of the processes that the tests of a file start."""
    with time_machine.travel(time_machine.escape_hatch.time.time(), tick=True):
        yield


@pytest.fixture(scope="session")
def _states(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("state")
    return (str(folder / str(number)) for number in itertools.count())


@pytest.fixture(autouse=True)
def _state_of_its_own(_states: Iterator[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test has a state and a configuration directory of its own, made when first used: the request budget of one
    is not another's."""
    folder = next(_states)
    monkeypatch.setenv("XDG_STATE_HOME", folder)
    # No stored key of the person who runs the tests is found, and none of theirs is replaced.
    monkeypatch.setenv("XDG_CONFIG_HOME", f"{folder}-configuration")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")


@pytest.fixture(scope="session", autouse=True)
def _certificates_read_once() -> Iterator[None]:
    """Every HTTP client reads the authorities' certificates, which takes longer than most tests that open one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ssl, "create_default_context", cache(ssl.create_default_context))
        yield


@pytest.fixture(scope="module")
def _module_sandbox() -> Iterator[Sandbox]:
    from reply_mcp.sandbox import running

    with running(rate_limits="none") as one:
        yield Sandbox(one)


@pytest.fixture
def sandbox(_module_sandbox: Sandbox) -> Iterator[Sandbox]:
    """The sandbox as the wire behaves, without rate limits, shared by the tests of a file; what one changes is undone
    after it."""
    with changes_undone(_module_sandbox.app.state.kernel):
        yield _module_sandbox


@pytest.fixture
def fresh_sandbox() -> Iterator[Callable[..., Sandbox]]:
    """Opens sandboxes that nothing else uses: `fresh_sandbox(rate_limits="50/5seconds", documented=True)`."""
    from contextlib import ExitStack

    from reply_mcp.sandbox import running

    with ExitStack() as stack:
        yield lambda **options: Sandbox(stack.enter_context(running(**{"rate_limits": "none", **options})))


@pytest.fixture
def settings_for() -> Callable[..., Settings]:
    """Settings that point at a sandbox: `settings_for(sandbox, read_only=True)`."""

    def make(sandbox: Sandbox, **values: Any) -> Settings:
        return Settings(**{"api_key": KEY, "base_url": sandbox.url, "rate_limits": "none", **values})

    return make


@asynccontextmanager
async def connected(settings: Settings, mode: str = "auto", **host: Any) -> AsyncIterator[Any]:
    """A real client of a server of these settings, in this process; `host` is what else the client can do."""
    from mcp import Client

    from reply_mcp.server.stdio import local_server

    server, sessions = local_server(settings)
    try:
        async with Client(server, mode=mode, **host) as client:
            yield client
    finally:
        await sessions.aclose()


@asynccontextmanager
async def over_stdio(
    environment: dict[str, str], *arguments: str, mode: str = "auto", **host: Any
) -> AsyncIterator[Any]:
    """A real client of `reply-mcp serve` in a process of its own; `host` are the client's callbacks."""
    from mcp import Client, StdioServerParameters

    clean = {name: value for name, value in os.environ.items() if not name.startswith("REPLY_")}
    program, *rest = reply_mcp("serve")
    server = StdioServerParameters(command=program, args=[*rest, *arguments], env={**clean, **environment})
    async with Client(server, mode=mode, **host) as client:
        yield client


def text_of(result: Any) -> str:
    """What the model reads of a tool's result."""
    return "\n".join(block.text for block in result.content)
