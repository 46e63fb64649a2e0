"""What looks like digits and is no id: told as wrong, without Python's own words, wherever a caller can put it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from mcp.shared.exceptions import MCPError
from mcp_types import PromptReference, ResourceTemplateReference

from reply_mcp.settings import Settings, parse_policy
from tests.conftest import KEY, Sandbox, connected, text_of
from tests.e2e.soundness import TOOLS

ODD = {
    "superscript": "²",
    "Arabic-Indic": "٣٤",
    "circled": "①",
    "five thousand": "7" * 5000,
    "nineteen": "9" * 19,
    "half a pair": "12\ud800",
    "a null": "12\x00",
    "signed": "+12",
    "underscored": "1_2",
    "fraction": "12.5",
    "exponent": "1e3",
}
OWN_WORDS = re.compile(
    r"invalid literal|codec|surrogate|Exceeds the limit|Traceback|ValueError|TypeError|integer string conversion"
    r"|failed inside|unable to parse"
)
# One id is all that they need: what is wrong is this alone.
ONE_ID = [entry for entry in TOOLS if not entry.secret and entry.schema.get("required") == ["id"]]


@pytest.fixture(scope="module")
async def client(sandbox: Sandbox) -> AsyncIterator[Any]:
    settings = Settings(api_key=KEY, base_url=sandbox.url, rate_limits="none", policy=parse_policy("all=allow"))
    async with connected(settings) as one:
        yield one


def told_well(text: str) -> None:
    assert text.strip()
    assert not OWN_WORDS.search(text), text[:500]
    assert len(text) < 2500, text[:500]
    text.encode()


def test_many_tools_take_one_id() -> None:
    assert len(ONE_ID) > 80


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
async def test_an_id_of_every_tool(sandbox: Sandbox, odd: str) -> None:
    settings = Settings(api_key=KEY, base_url=sandbox.url, rate_limits="none", policy=parse_policy("all=allow"))
    async with connected(settings) as client:
        for entry in ONE_ID:
            mark = sandbox.seen()
            result = await client.call_tool(entry.tool, {"id": odd})
            told_well(text_of(result))
            # A name may be looked up; nothing is written, and nothing is asked for by such an id.
            rows = sandbox.since(mark)
            assert [row for row in rows if row["method"] in ("PUT", "PATCH", "DELETE")] == [], entry.tool
            assert [row["path"] for row in rows if row["status"] >= 500] == [], entry.tool


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
async def test_lists_resources_prompts_and_completions(sandbox: Sandbox, odd: str) -> None:
    settings = Settings(api_key=KEY, base_url=sandbox.url, rate_limits="none", policy=parse_policy("all=allow"))
    async with connected(settings) as client:
        for tool, arguments in (
            ("reply_get_contact_statuses", {"contactIds": [odd]}),
            ("reply_add_contact_to_sequence", {"sequenceId": odd, "contactIds": [odd]}),
            ("reply_filter_contacts", {"listId": odd}),
            ("reply_get_sequence_steps", {"id": odd}),
        ):
            told_well(text_of(await client.call_tool(tool, arguments)))
        for path in ("contacts", "sequences", "inbox/threads", "tasks", "jobs"):
            try:
                read = await client.read_resource(f"reply://{path}/{odd.encode('utf-8', 'replace').decode()}")
                told_well(read.contents[0].text)
            except MCPError as error:
                told_well(str(error))
        told = await client.get_prompt("prepare_call", {"contact": odd[:40].replace("\ud800", "?")})
        told_well(told.messages[0].content.text)
        for reference in (
            PromptReference(name="prepare_call"),
            ResourceTemplateReference(uri="reply://contacts/{id}"),
        ):
            argument = {"name": "contact" if isinstance(reference, PromptReference) else "id", "value": odd}
            try:
                found = await client.complete(reference, argument)
                assert len(found.completion.values) <= 100
            except UnicodeEncodeError:
                assert "\ud800" in odd, "this client cannot send it"


@pytest.mark.parametrize("odd", ["²", "٣", "7" * 5000, "+1", "1.5", "0x1", "1\x00"])
def test_headers_that_name_a_user_or_team(odd: str) -> None:
    from reply_mcp.errors import WrongArguments
    from reply_mcp.server.http.callers import credential_from

    for name in ("x-user-id", "x-team-id"):
        headers = httpx.Headers([(b"authorization", b"Bearer key"), (name.encode(), odd.encode("utf-8"))])
        with pytest.raises(WrongArguments) as raised:
            credential_from(headers)
        assert f"header {name}: a whole number" in str(raised.value)
        told_well(str(raised.value))
