"""Hosts that show an icon beside a server's name get one that needs no request, in both eras of the protocol."""

from __future__ import annotations

from urllib.parse import unquote
from xml.etree import ElementTree

import mcp_types as types
import pytest

from reply_mcp import __version__
from reply_mcp.server.tool_handlers import SERVER_NAME
from reply_mcp.settings import Settings
from tests.conftest import connected


@pytest.mark.parametrize("mode", ["legacy", "auto"])
async def test_the_server_has_an_icon(mode: str) -> None:
    async with connected(Settings(), mode) as client:
        info = client.server_info
    (icon,) = info.icons
    assert (icon.mime_type, icon.sizes) == ("image/svg+xml", ["any"])
    kind, _, picture = icon.src.partition(",")
    assert kind == "data:image/svg+xml"
    assert ElementTree.fromstring(unquote(picture)).tag == "{http://www.w3.org/2000/svg}svg"
    assert len(icon.src) < 1_000


@pytest.mark.parametrize("mode", ["legacy", "auto"])
async def test_answers_name_the_server_without_it(mode: str) -> None:
    async with connected(Settings(), mode) as client:
        found = await client.call_tool("reply_find_tools", {"query": "contacts"})
    expected = None if mode == "legacy" else {types.SERVER_INFO_META_KEY: {"name": SERVER_NAME, "version": __version__}}
    assert found.meta == expected
