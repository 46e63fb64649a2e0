"""Lists of contacts: making and sharing them, putting contacts on them."""

from __future__ import annotations

from pydantic import Field

from reply_mcp.catalog.areas.contacts.area import area
from reply_mcp.catalog.areas.contacts.bodies import Several
from reply_mcp.catalog.areas.contacts.list_hooks import (
    REASONS,
    explain_taken_list_name,
    is_on_it_alone,
    note_opted_out,
    preview_list_deletion,
    preview_move,
    preview_sharing,
    read_lists_of_one,
)
from reply_mcp.catalog.areas.contacts.views import LIST, LIST_ROWS
from reply_mcp.catalog.arguments.named_ids import ContactId, ListId
from reply_mcp.catalog.hooks.bulk_results import drop_duplicate_ids, translate_reasons
from reply_mcp.catalog.hooks.repeated_rows import drop_repeated_rows
from reply_mcp.catalog.operation import Arguments, Effect, Paged, Path, Query
from reply_mcp.catalog.undo import cannot, created, replaced, reversed_by, shown_by
from reply_mcp.catalog.views import Done, PerItem, Table


@area.get(
    "/v3/contact-lists",
    scope="contacts:read",
    tool="reply_search_lists",
    view=LIST_ROWS,
    also=["segments", "groups of people", "lead lists", "audience", "find list id", "biggest list", "list sizes"],
    after=[drop_repeated_rows],
)
class GetContactLists(Paged):
    """Your contact lists and the team's shared ones. Who is on one: reply_filter_contacts."""

    search: Query[str | None] = Field(None, description="In the name")


@area.post(
    "/v3/contact-lists",
    scope="contacts:write",
    tool="reply_create_list",
    undo=created("DeleteContactList", "GetContactListById", noun="list"),
    view=Done('Created list {id} "{name}".', "It is empty: reply_add_contacts_to_list fills it."),
    also=["new segment", "make group of people", "audience", "lead list"],
    explain=[explain_taken_list_name],
    verify_with='reply_search_lists {{"search": "{name}"}}',
    one_at_a_time=["name"],
)
class CreateContactList(Arguments):
    """Make an empty contact list, private unless isShared."""

    name: str = Field(min_length=2)
    is_shared: bool = False


@area.get(
    "/v3/contact-lists/{id}",
    scope="contacts:read",
    tool="reply_get_list",
    view=LIST,
    also=["segment details", "list name", "is it shared"],
)
class GetContactListById(Arguments):
    """A list's name and whether the team sees it; its people: reply_filter_contacts."""

    id: Path[ListId]


@area.put(
    "/v3/contact-lists/{id}",
    scope="contacts:write",
    tool="reply_rename_list",
    undo=replaced("GetContactListById", noun="list"),
    view=Done('List {id} is now called "{name}".'),
    also=["edit segment", "change list title", "update list"],
    explain=[explain_taken_list_name],
    verify_with='reply_get_list {{"id": {id}}}',
)
class UpdateContactList(Arguments):
    """Rename a list. 2 requests."""

    id: Path[ListId]
    name: str = Field(min_length=1)


@area.delete(
    "/v3/contact-lists/{id}",
    scope="contacts:write",
    tool="reply_delete_list",
    undo=cannot("Who was on it is not known any more."),
    view=Done("Deleted list {id}."),
    also=["remove segment", "drop audience", "lead list"],
    preview=preview_list_deletion,
    verify_with='reply_get_list {{"id": {id}}}',
)
class DeleteContactList(Arguments):
    """Delete a list; a shared one only by its creator."""

    id: Path[ListId]


@area.post(
    "/v3/contact-lists/{id}/share",
    scope="contacts:write",
    tool="reply_share_list",
    undo=reversed_by(
        "UnshareContactList",
        says="list {id} is yours alone again",
        read=shown_by("GetContactListById"),
        unless=lambda call, held: held.get("isShared") is True,
        remains="Who has seen it has seen it.",
    ),
    effect=Effect.SHARE,
    preview=preview_sharing,
    idempotent=True,
    view=Done("The team sees list {id} now."),
    also=["make segment public", "team access", "publish list"],
    explain=[explain_taken_list_name],
    verify_with='reply_get_list {{"id": {id}}}',
)
class ShareContactList(Arguments):
    """Show a private list to the team."""

    id: Path[ListId]


@area.post(
    "/v3/contact-lists/{id}/unshare",
    scope="contacts:write",
    tool="reply_unshare_list",
    undo=reversed_by(
        "ShareContactList",
        says="list {id} is shared with the team again",
        read=shown_by("GetContactListById"),
        unless=lambda call, held: held.get("isShared") is False,
    ),
    idempotent=True,
    view=Done("List {id} is private now."),
    also=["make segment private", "hide list from team"],
    explain=[explain_taken_list_name],
    verify_with='reply_get_list {{"id": {id}}}',
)
class UnshareContactList(Arguments):
    """Take a list out of the team's sight. 2 requests."""

    id: Path[ListId]


@area.post(
    "/v3/contact-lists/{id}/move-contacts",
    scope="contacts:operate",
    tool="reply_move_contacts_to_list",
    undo=cannot("Which other lists they were on is not known any more.", read=read_lists_of_one, unless=is_on_it_alone),
    effect=Effect.DELETE,
    idempotent=True,
    view=PerItem("contact", "on list {id}, and on no other", "contactIds"),
    also=["change segment of people", "replace list membership", "transfer leads", "merge lists"],
    before=[drop_duplicate_ids],
    after=[translate_reasons(REASONS), note_opted_out],
    preview=preview_move,
    verify_with='reply_filter_contacts {{"listId": {id}}}',
)
class MoveContactsToContactList(Arguments):
    """Put contacts on a list and take them OFF EVERY OTHER; to keep those: reply_add_contacts_to_list.
    One request more, to tell who opted out."""

    id: Path[ListId]
    contact_ids: Several


@area.post(
    "/v3/contact-lists/{id}/add-contacts",
    scope="contacts:operate",
    tool="reply_add_contacts_to_list",
    undo=cannot(
        "Reply's API takes nobody off one list: reply_move_contacts_to_list takes them off all, and puts them on one."
    ),
    core=True,
    idempotent=True,
    view=PerItem("contact", "on list {id}", "contactIds"),
    also=["put people in segment", "tag leads", "prospects", "audience", "group", "merge lists"],
    before=[drop_duplicate_ids],
    after=[translate_reasons(REASONS), note_opted_out],
    verify_with='reply_filter_contacts {{"listId": {id}}}',
)
class AddContactsToContactList(Arguments):
    """Put contacts on a list, keeping their other lists. One request more, to tell who opted out."""

    id: Path[ListId]
    contact_ids: Several


@area.get(
    "/v3/contacts/{id}/lists",
    scope="contacts:read",
    tool="reply_get_contact_lists",
    view=Table("lists of the contact", ("id", "name"), empty="This contact is on no list."),
    also=["segments of person", "which lists is lead on", "memberships"],
)
class GetContactListsForContact(Arguments):
    """The lists one person is on."""

    id: Path[ContactId]
