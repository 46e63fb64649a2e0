"""Categories that threads are filed under."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from reply_mcp.catalog.areas.inbox import category_hooks
from reply_mcp.catalog.areas.inbox.area import area
from reply_mcp.catalog.areas.inbox.bodies import ThreadIds
from reply_mcp.catalog.areas.inbox.views import CATEGORIES, CATEGORY
from reply_mcp.catalog.arguments.named_ids import CategoryId, UserId
from reply_mcp.catalog.hooks.bulk_results import drop_duplicate_ids
from reply_mcp.catalog.hooks.read_modify_write import keep_unset_fields
from reply_mcp.catalog.operation import AlwaysSent, Arguments, Path, Query
from reply_mcp.catalog.undo import cannot, created, one_or_page, regrouped, replaced
from reply_mcp.catalog.views import Done, PerItem

Color = Literal["gray", "green", "blue", "red", "yellow", "purple", "orange", "lightBlue", "olive"]


@area.get(
    "/v3/inbox/threads/categories",
    scope="inbox:read",
    tool="reply_list_inbox_categories",
    view=CATEGORIES,
    also=["labels", "folders", "interested", "not interested", "tags", "spam folder"],
)
class ListInboxCategories(Arguments):
    """Categories for threads, with unread counts."""

    owner_user_id: Query[UserId | None] = None


@area.post(
    "/v3/inbox/threads/categories",
    scope="inbox:write",
    tool="reply_create_inbox_category",
    undo=created("DeleteInboxCategory", "GetInboxCategory", noun="category"),
    view=Done("Created category {id}: {name}.", next="reply_assign_threads_to_category files threads under it."),
    also=["new label", "add folder", "tag"],
    explain=[category_hooks.explain_reserved_or_taken],
    verify_with="reply_list_inbox_categories {{}}",
    one_at_a_time=["name"],
)
class CreateInboxCategory(Arguments):
    """Add a category; its name is unique in the team, whatever the case."""

    name: str = Field(min_length=1, max_length=64)
    color: Annotated[Color, AlwaysSent()] = "gray"


@area.get(
    "/v3/inbox/threads/categories/{id}",
    scope="inbox:read",
    tool="reply_get_inbox_category",
    view=CATEGORY,
    also=["label", "folder", "unread count"],
)
class GetInboxCategory(Arguments):
    """One category with its unread count."""

    id: Path[CategoryId]


@area.put(
    "/v3/inbox/threads/categories/{id}",
    scope="inbox:write",
    tool="reply_update_inbox_category",
    undo=replaced(category_hooks.read_category, noun="category"),
    view=Done("Category {id} is now {name}, {color}."),
    also=["rename label", "recolor", "edit folder"],
    before=[keep_unset_fields(category_hooks.read_category, "name", "color")],
    explain=[category_hooks.explain_reserved_or_taken],
    verify_with='reply_get_inbox_category {{"id": {id}}}',
)
class UpdateInboxCategory(Arguments):
    """Rename or recolor a category of your own; what is left out stays. Up to 2 requests."""

    id: Path[CategoryId]
    name: str | None = Field(None, min_length=1, max_length=64)
    color: Color | None = None


@area.delete(
    "/v3/inbox/threads/categories/{id}",
    scope="inbox:write",
    tool="reply_delete_inbox_category",
    undo=cannot("Which threads were filed under it is not known any more."),
    view=Done("Deleted category {id}; its threads stay, without a category."),
    preview=category_hooks.preview_deletion,
    explain=[category_hooks.explain_reserved_or_taken],
    also=["remove label", "drop folder"],
    verify_with="reply_list_inbox_categories {{}}",
)
class DeleteInboxCategory(Arguments):
    """Delete a category of your own; its threads stay, unfiled."""

    id: Path[CategoryId]


@area.post(
    "/v3/inbox/threads/categories/{id}/thread-links/bulk",
    scope="inbox:operate",
    tool="reply_assign_threads_to_category",
    undo=regrouped(
        one_or_page("GetInboxThread", "ListInboxThreads", "threadIds", top=200),
        "threadIds",
        category_hooks.category_of,
        category_hooks.file_again,
        what="category of thread",
        new=lambda call: call.arguments.id,
    ),
    before=[drop_duplicate_ids],
    idempotent=True,
    view=PerItem("thread", "filed", "threadIds", where="under category {id}"),
    also=["label", "bulk file", "tag conversations", "classify"],
    verify_with='reply_get_inbox_emails {{"categoryIds": [{id}]}}',
)
class AssignThreadsToInboxCategory(Arguments):
    """File several threads under one category, in place of those they have. 2 requests."""

    id: Path[CategoryId]
    thread_ids: ThreadIds


@area.post(
    "/v3/inbox/threads/categories/{id}/thread-links/bulk-delete",
    scope="inbox:operate",
    tool="reply_remove_threads_from_category",
    undo=regrouped(
        one_or_page("GetInboxThread", "ListInboxThreads", "threadIds", top=200),
        "threadIds",
        category_hooks.category_of,
        category_hooks.file_again_here,
        what="category of thread",
        new=lambda call: None,
    ),
    before=[drop_duplicate_ids],
    idempotent=True,
    view=PerItem("thread", "taken out", "threadIds", where="of category {id}"),
    also=["unlabel", "unassign", "untag", "unfile", "bulk"],
    verify_with='reply_get_inbox_emails {{"categoryIds": [{id}]}}',
)
class UnassignThreadsFromInboxCategory(Arguments):
    """Take threads out of this category; those under another stay there, none is deleted. 2 requests."""

    id: Path[CategoryId]
    thread_ids: ThreadIds
