"""Several clients of one server on one account: the audit log says which of them called, and they take turns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import anyio
import mcp_types as types
import pytest

from reply_mcp.server.audit.chain import read_rows
from tests.conftest import Sandbox, text_of
from tests.server.http.served import Served, call, served

ACCOUNT = {"Authorization": "Bearer sandbox-master"}
MARIA, JONAS = ({**ACCOUNT, "X-User-Id": id} for id in ("70411", "70402"))


@pytest.fixture(scope="module")
def server(_module_sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("same-account")
    environment = {"REPLY_BASE_URL": _module_sandbox.url, "REPLY_AUDIT": str(folder / "audit.jsonl")}
    with served(folder, environment) as one:
        yield one


def audited(server: Served) -> list[dict[str, Any]]:
    return list(read_rows(server.folder / "audit.jsonl"))


def creation(email: str) -> dict[str, Any]:
    return {"tool": "reply_create_contact", "arguments": {"email": email, "firstName": "Au"}}


@pytest.mark.parametrize("mode", ["legacy", "2026-07-28"])
async def test_the_audit_log_says_which_program_called(sandbox: Sandbox, server: Served, mode: str) -> None:
    before = len(audited(server))
    for name, headers in (("desk-agent", MARIA), ("night-\x1b[31mbot", JONAS)):
        info = types.Implementation(name=name, version="2.0")
        made = await call(
            server.url, headers, "reply_run_write", creation(f"{name[:5]}.{mode}@same.example"), mode, program=info
        )
        assert not made.is_error, text_of(made)
    rows = audited(server)[before:]
    assert [row["user"] for row in rows] == ["70411", "70402"]
    assert len({row["caller"] for row in rows}) == 2
    if mode == "legacy":  # a request of that era does not say which program sends it, unless a session is kept
        assert all(row["who"] == f"key {row['caller']}" for row in rows)
    else:
        assert [row["who"] for row in rows] == ["desk-agent 2.0", "night-[31mbot 2.0"]


async def test_two_users_of_one_account_take_turns(sandbox: Sandbox, server: Served) -> None:
    mark = sandbox.seen()
    sandbox.fault(kind="latency", seconds=0.7, match="POST /v3/contacts", times=2)
    answers = []

    async def create(headers: dict[str, str]) -> None:
        answers.append(text_of(await call(server.url, headers, "reply_run_write", creation("at.once@same.example"))))

    async with anyio.create_task_group() as both:
        both.start_soon(create, MARIA)
        both.start_soon(create, JONAS)
    sandbox.no_faults()
    assert len(sandbox.store.all("contact", email="at.once@same.example")) == 1
    assert sorted(answer.startswith("Created") for answer in answers) == [False, True], answers
    sent = [row for row in sandbox.since(mark) if (row["method"], row["path"]) == ("POST", "/v3/contacts")]
    assert len(sent) == 1, sent
