"""Resources: who we act for, what is left of the limits, the guides, and single things by their id or name.

Implements the resources and completion features of the Model Context Protocol. A thing reads exactly as its tool
answers, so that what an agent attaches costs what it costs to ask.
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


@dataclass(frozen=True, slots=True)
class Thing:
    """A template: `reply://{path}/{id}` reads what `tool` answers for that id. `named` says that a name will do."""

    path: str
    tool: str
    title: str
    named: bool = True
    argument: str = "id"

    @property
    def template(self) -> str:
        return f"reply://{self.path}/{{id}}"


THINGS = (
    Thing("contacts", "reply_get_contact", "A contact, by id or e-mail address"),
    Thing("sequences", "reply_get_sequence", "A sequence, by id or name"),
    Thing("inbox/threads", "reply_get_thread", "A conversation, by thread id", named=False),
    Thing("tasks", "reply_get_task", "A task, by id", named=False),
    Thing("jobs", "reply_get_background_job", "A background job, by id", named=False, argument="jobId"),
)
GUIDES = {
    "limits": "Paging and limits",
    "safety": "What asks first, and outsiders' text",
    "migration": "From v1 and v2 to v3",
    "sequences": "Writing steps and variables",
    "webhooks": "Webhook events",
}
FIXED = {
    "reply://me": "Whom this server acts for",
    "reply://budget": "What is left of Reply's limits",
    "reply://toolsets": "The toolsets and what is in them",
}


def listed() -> list[types.Resource]:
    """The resources with a fixed address."""
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


def templates() -> list[types.ResourceTemplate]:
    """The templates of single things."""
    return [
        types.ResourceTemplate(uri_template=thing.template, name=thing.path, title=thing.title, mime_type="text/plain")
        for thing in THINGS
    ]


def guide(name: str) -> str | None:
    """The text of a guide; None where there is none of that name."""
    if name not in GUIDES:
        return None
    return files(__package__ or "").joinpath("guides", f"{name}.md").read_text(encoding="utf-8")


def thing_of(uri: str) -> tuple[Thing, str] | None:
    """The template that an address is of, and the id or name in it."""
    for thing in THINGS:
        prefix = f"reply://{thing.path}/"
        if uri.startswith(prefix) and uri != prefix:
            return thing, unquote(uri.removeprefix(prefix))
    return None


def toolsets(inventory: Inventory) -> str:
    """The toolsets of this run: name, how many of their tools are listed, what they are for."""
    lines = ["toolset: listed of callable tools: what it is for"]
    entries: list[Entry] = every_entry()
    for name in catalog.AREAS:
        about = catalog.area(name).about
        callable_ = sum(1 for entry in entries if entry.area == name and entry.tool in inventory.reachable)
        shown = sum(1 for entry in inventory.listed if entry.area == name)
        lines.append(f"{name}: {shown} of {callable_}: {about}")
    return "\n".join(lines)


async def budget(account: Session) -> str:
    """What may still be sent in each window."""
    left = await account.client.budget.left(fresh=0)
    if not left:
        return "No limits are counted here (REPLY_RATE_LIMITS=none)."
    return "\n".join(f"{one.left} of {one.limit} requests left this {one.window}" for one in left)
