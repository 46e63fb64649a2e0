"""Blanks around an address are no part of it, wherever one is taken."""

from __future__ import annotations

import pytest

from reply_mcp import catalog
from reply_mcp.catalog.arguments.parse import parse_arguments


@pytest.mark.parametrize(
    ("operation", "arguments", "path"),
    [
        ("CreateContact", {"email": " ann@acme.com\n", "firstName": "Ann"}, ("email",)),
        ("GetContacts", {"email": "\tann@acme.com "}, ("email",)),
        ("CreateBlacklistEmailRule", {"pattern": " ann@acme.com "}, ("pattern",)),
        ("SendInboxThreadMessage", {"id": 1, "message": "x", "cc": [" ann@acme.com "]}, ("cc", 0)),
    ],
)
def test_an_address_is_trimmed(operation: str, arguments: dict[str, object], path: tuple[str | int, ...]) -> None:
    parsed, _ = parse_arguments(catalog.operation(operation).arguments, arguments)
    found: object = parsed.wire()
    for part in path:
        found = found[part]  # type: ignore[index]
    assert found == "ann@acme.com"
