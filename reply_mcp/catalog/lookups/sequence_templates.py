"""The templates of whole sequences, which Reply answers in groups, by who shares them."""

from __future__ import annotations

from typing import Any

from reply_mcp.catalog.operation import Call
from reply_mcp.catalog.rows import rows_of
from reply_mcp.text.names import plain_words

_SCOPES = {"teamTemplates": "team", "organizationTemplates": "organization", "globalTemplates": "global"}


def template_rows(answer: Any) -> list[dict[str, Any]]:
    """A row for each template, with its `scope`: team, organization or global."""
    if not isinstance(answer, dict):
        return rows_of(answer)
    groups = {str(key).casefold(): value for key, value in answer.items()}
    return [{**row, "scope": scope} for key, scope in _SCOPES.items() for row in rows_of(groups.get(key.casefold()))]


async def find_sequence_templates(call: Call, name: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The templates of this name, and all; one request."""
    rows = template_rows(await call.ask("GetSequenceTemplates"))
    return [row for row in rows if plain_words(str(row.get("name") or "")) == plain_words(name)], rows
