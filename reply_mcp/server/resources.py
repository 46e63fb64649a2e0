"""Resources: the account in use, what is left of the limits, the guides, and single records by id or name.

Implements the resources feature of the Model Context Protocol. A record reads exactly as its tool answers, so that
attaching it costs no more than asking for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from urllib.parse import unquote

import mcp_types as types

from reply_mcp import catalog
from reply_mcp.catalog.index import Entry
from reply_mcp.client.session import Session
from reply_mcp.server.inventory import Inventory, every_entry
from reply_mcp.text.digits import is_digits


@dataclass(frozen=True, slots=True)
class RecordTemplate:
    """A resource template: `reply://{path}/{id}` reads what `tool` answers for that id.

    Attributes:
        named: whether the tool takes a name in place of the id.
        argument: the tool's argument for the id.
    """

    path: str
    tool: str
    title: str
    named: bool = True
    argument: str = "id"

    @property
    def uri_template(self) -> str:
        return f"reply://{self.path}/{{id}}"

    def definition(self) -> types.ResourceTemplate:
        """The template as `resources/templates/list` sends it."""
        return types.ResourceTemplate(
            uri_template=self.uri_template, name=self.path, title=self.title, mime_type="text/plain"
        )


RECORD_TEMPLATES = (
    RecordTemplate("contacts", "reply_get_contact", "A contact, by id or email address"),
    RecordTemplate("sequences", "reply_get_sequence", "A sequence, by id or name"),
    RecordTemplate("inbox/threads", "reply_get_thread", "A conversation, by thread id", named=False),
    RecordTemplate("tasks", "reply_get_task", "A task, by id", named=False),
    RecordTemplate("jobs", "reply_get_background_job", "A background job, by id", named=False, argument="jobId"),
)
LONGEST_URI = 2_000
"""Characters of an address; none of ours is nearly as long."""
GUIDES = {
    "limits": "Paging and limits",
    "safety": "What needs confirmation, and outsiders' text",
    "migration": "From v1 and v2 to v3",
    "sequences": "Writing steps and variables",
    "webhooks": "Webhook events",
}
FIXED = {
    "reply://me": "The user and team this server acts for",
    "reply://budget": "Requests left under Reply's limits",
    "reply://toolsets": "The toolsets and their tools",
}


def fixed_resources() -> list[types.Resource]:
    """The resources with a fixed URI."""
    guides = {f"reply://guide/{name}": title for name, title in GUIDES.items()}
    return [
        types.Resource(
            uri=uri,
            name=uri.removeprefix("reply://"),
            title=title,
            mime_type="text/markdown" if "/guide/" in uri else "text/plain",
        )
        for uri, title in (FIXED | guides).items()
    ]


def read_guide(name: str) -> str | None:
    """The text of a guide, in Markdown; None where there is none of that name."""
    if name not in GUIDES:
        return None
    return files(__package__ or "").joinpath("guides", f"{name}.md").read_text(encoding="utf-8")


def match_template(uri: str) -> tuple[RecordTemplate, int | str] | None:
    """The template that fits this URI, and the id (or the name) in it; None where none does."""
    for one in RECORD_TEMPLATES:
        prefix = f"reply://{one.path}/"
        if uri.startswith(prefix) and uri != prefix:
            given = unquote(uri.removeprefix(prefix))
            return one, int(given) if is_digits(given) else given
    return None


def describe_toolsets(inventory: Inventory) -> str:
    """The toolsets of this run: name, how many of their tools are listed, what they are for."""
    lines = ["toolset: listed of callable tools: what it is for"]
    entries: list[Entry] = every_entry()
    for name in catalog.AREAS:
        about = catalog.area(name).about
        callable_ = sum(1 for entry in entries if entry.area == name and entry.tool in inventory.reachable)
        shown = sum(1 for entry in inventory.listed if entry.area == name)
        lines.append(f"{name}: {shown} of {callable_}: {about}")
    return "\n".join(lines)


async def describe_budget(session: Session) -> str:
    """The requests left in each window of Reply's limits."""
    left = await session.client.budget.left(fresh=0)
    if not left:
        return "This server counts no limits (REPLY_RATE_LIMITS=none)."
    return "\n".join(f"{one.left} of {one.limit} requests left this {one.window}" for one in left)
