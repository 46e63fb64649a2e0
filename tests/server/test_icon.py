"""Hosts that show an icon beside a server's name get one that needs no request, in both eras of the protocol."""

from __future__ import annotations

from urllib.parse import unquote
from xml.etree import ElementTree

import pytest

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
