"""Contacts themselves: find, create, read, change, delete and import them."""

from __future__ import annotations

import json
from typing import Any, Literal

from pydantic import Field, model_validator

from reply_mcp.catalog.areas.contacts import erasure, hooks
from reply_mcp.catalog.areas.contacts.area import area
from reply_mcp.catalog.areas.contacts.bodies import (
    ImportItem,
    ImportOptions,
    NewValue,
    Profile,
    Rule,
    Several,
    Standing,
)
from reply_mcp.catalog.areas.contacts.custom_field_values import (
    add_custom_field_titles,
    check_custom_fields,
    check_custom_fields_were_kept,
    identify_custom_fields,
)
from reply_mcp.catalog.areas.contacts.import_hooks import (
    check_enrollable,
    effect_of_import,
    explain_refused_import,
    import_valid_items,
    preview_import,
)
from reply_mcp.catalog.areas.contacts.import_items import check_items, read_items, resolve_item_fields
from reply_mcp.catalog.areas.contacts.import_results import describe_each_result
from reply_mcp.catalog.areas.contacts.rules import ContactSort, filter_by_rules
from reply_mcp.catalog.areas.contacts.search_hooks import (
    check_filter_target_exists,
    drop_false_memberships,
    keep_exact_matches,
    read_in_small_pages,
)
from reply_mcp.catalog.areas.contacts.views import CONTACT, CONTACT_ROWS, FOUND_ROWS, IMPORTED
from reply_mcp.catalog.arguments.named_ids import CompanyId, ContactId, ListId, SequenceId
from reply_mcp.catalog.batching import MOST
from reply_mcp.catalog.hooks.bulk_results import drop_duplicate_ids
from reply_mcp.catalog.hooks.id_labels import add_names_of
from reply_mcp.catalog.hooks.repeated_rows import drop_repeated_rows
from reply_mcp.catalog.hooks.replaced_texts import note_replaced_texts, remember_texts
from reply_mcp.catalog.operation import Arguments, Effect, Email, Local, Nullable, Paged, Path, Query
from reply_mcp.catalog.undo import cannot, created, one_or_page, replaced, restored, shown_by
from reply_mcp.catalog.views import Done, PerItem


@area.get(
    "/v3/contacts",
    scope="contacts:read",
    tool="reply_search_contacts",
    core=True,
    view=CONTACT_ROWS,
    also=[
        "people",
        "leads",
        "prospects",
        "GET /v1/people",
        "look up person",
        "who is",
        "contact by address",
        "in Reply",
        "browse all contacts",
        "do we have this person",
    ],
    run=read_in_small_pages,
    after=[keep_exact_matches, drop_repeated_rows, drop_false_memberships, add_custom_field_titles],
)
class GetContacts(Paged):
    """Find a contact by exact email or LinkedIn URL, or browse all. Parts of names: reply_filter_contacts."""

    email: Query[Email | None] = None
    linked_in: Query[str | None] = Field(None, description="Profile URL")

    @model_validator(mode="before")
    @classmethod
    def _words_are_for_another(cls, given: Any) -> Any:
        for name in ("query", "q", "search", "searchTerm", "name"):
            if isinstance(given, dict) and isinstance(given.get(name), str):
                raise ValueError(
                    f"{name}: here only an exact email or linkedIn; names and parts of them: reply_filter_contacts "
                    f'{{"searchTerm": {json.dumps(given[name], ensure_ascii=False)[:80]}}}'
                )
        return given


@area.post(
    "/v3/contacts",
    scope="contacts:write",
    tool="reply_create_contact",
    undo=created("DeleteContact", "GetContactById", noun="contact"),
    core=True,
    view=Done(
        "Created contact {id} ({email}).",
        "Not in any list or sequence: reply_add_contact_to_sequence enrolls, reply_add_contacts_to_list lists.",
    ),
    also=[
        "add person",
        "new lead",
        "prospect",
        "POST /v1/people",
        "addandpushtocampaign",
        "save a person",
        "put a lead in",
    ],
    before=[hooks.check_contact_is_new, check_custom_fields],
    run=hooks.create_with_custom_fields,
    explain=[hooks.explain_hidden_duplicate],
    verify_with='reply_search_contacts {{"email": "{email}"}}',
    one_at_a_time=["email", "linked_in_url"],
)
class CreateContact(Profile, Arguments):
    """Add one person, by email or linkedInUrl. Never overwrites: checks first, and names the contact if it exists.
    Two requests, five with customFields. Many, or create-or-match: reply_import_contacts."""

    email: Email | None = None
    first_name: str = Field(min_length=1)
    account_id: Nullable[CompanyId] = None
    custom_fields: list[NewValue] | None = None

    @model_validator(mode="after")
    def reachable(self) -> CreateContact:
        if not self.email and not self.linked_in_url:
            raise ValueError("give email or linkedInUrl; without either Reply takes no contact")
        return self


@area.get(
    "/v3/contacts/{id}",
    scope="contacts:read",
    tool="reply_get_contact",
    view=CONTACT,
    also=[
        "person details",
        "lead profile",
        "prospect card",
        "GET /v1/people/{id}",
        "phone",
        "LinkedIn URL",
        "notes on a person",
        "phone of a person",
    ],
    after=[add_custom_field_titles, add_names_of("owner")],
)
class GetContactById(Arguments):
    """One contact with every field. What they did: reply_get_contact_activity."""

    id: Path[ContactId]


@area.patch(
    "/v3/contacts/{id}",
    scope="contacts:write",
    tool="reply_update_contact",
    undo=replaced("GetContactById", noun="contact", in_entries=("customFields",)),
    core=True,
    view=Done("Updated contact {id} ({email}): {changed}."),
    also=[
        "edit person",
        "change lead",
        "prospect",
        "unsubscribe one",
        "book meeting",
        "to call",
        "POST /v1/people",
        "fix details of a person",
        "set a custom field for a contact",
        "company name of a person",
        "correct a name",
        "spelling",
        "edit phone number",
        "wrong email",
    ],
    before=[identify_custom_fields, remember_texts("GetContactById", "notes")],
    after=[check_custom_fields_were_kept, hooks.describe_changes, note_replaced_texts],
    effect_for=hooks.effect_of_update,
    preview=hooks.preview_update,
    verify_with='reply_get_contact {{"id": {id}}}',
)
class UpdateContact(Standing, Arguments, null_clears=True):
    """Change the given fields of a contact; null clears one, the others stay.
    isOptedOut=true ends all outreach to them. notes replaces all there are; reply_add_contact_note adds one.
    2 requests; 4 with customFields, to check that they stuck."""

    id: Path[ContactId]
    email: Email | None = None


@area.delete(
    "/v3/contacts/{id}",
    scope="contacts:write",
    tool="reply_delete_contact",
    undo=restored(shown_by("GetContactById")),
    view=Done("Deleted contact {id}. {remains}", "To undo: reply_import_contacts with options.restoreDeleted."),
    also=["remove person", "erase lead", "prospect", "GDPR", "DELETE /v1/people", "wipe a contact", "GDPR erase"],
    preview=hooks.preview_deletion,
    run=erasure.delete_and_say_what_remains,
    verify_with='reply_get_contact {{"id": {id}}}',
)
class DeleteContact(Arguments):
    """Delete one contact, and say what remains of them. Several: reply_bulk_delete_contacts. 2 requests."""

    id: Path[ContactId]


@area.post(
    "/v3/contacts/import",
    scope="contacts:write",
    tool="reply_import_contacts",
    undo=cannot(
        "What it filled in on those who existed is not known any more. reply_bulk_delete_contacts deletes those it "
        "created."
    ),
    core=True,
    effect=Effect.SEND,
    split=("items", 1000),
    view=IMPORTED,
    also=[
        "upload CSV",
        "bulk add people",
        "upsert leads",
        "prospects",
        "addandpushtocampaign",
        "restore deleted",
        "spreadsheet",
        "CSV",
        "import from CRM",
        "import from HubSpot",
    ],
    before=[read_items, resolve_item_fields, check_items, check_enrollable],
    run=import_valid_items,
    after=[describe_each_result],
    explain=[explain_refused_import],
    effect_for=effect_of_import,
    preview=preview_import,
    verify_with="reply_search_contacts {{{items[0].sought}}}",
    one_at_a_time=["items.email"],
)
class ImportContacts(Arguments):
    """Add or match people by email, a request per 1000; fills only empty fields of those who exist. One bad item stops
    all, unless skipInvalid. options.sequenceId enrolls them. Up to 10 are read back. Columns are fields or titles of
    custom fields."""

    items: list[ImportItem] | None = Field(None, min_length=1, max_length=MOST)
    csv: Local[str | None] = Field(None, description="In place of items: CSV text, or path of a CSV or Excel file")
    columns: Local[dict[str, str] | None] = Field(
        None, description='Column: field; empty leaves it out; {"*": ""} all unknown ones'
    )
    encoding: Local[str | None] = None
    sheet: Local[str | None] = None
    options: ImportOptions | None = None
    skip_invalid: Local[bool] = Field(False, description="Leave bad items out")

    @model_validator(mode="after")
    def one_source(self) -> ImportContacts:
        if (self.items is None) == (self.csv is None):
            raise ValueError("give either items or csv")
        if self.columns is not None and self.csv is None:
            raise ValueError("columns goes with csv; items take field names and titles of custom fields as keys")
        if self.csv is None and (self.encoding or self.sheet):
            raise ValueError("encoding and sheet go with csv")
        return self


@area.post(
    "/v3/contacts/filter",
    scope="contacts:read",
    tool="reply_filter_contacts",
    core=True,
    effect=Effect.READ,
    view=FOUND_ROWS,
    also=[
        "people in list",
        "search by name",
        "company",
        "leads of campaign",
        "prospects",
        "segment",
        "members",
        "people in a list",
        "members of a list",
        "people we know",
        "recently added people",
        "anyone from a company",
        "search by job title",
        "segment of people",
        "contacts with tag",
        "contacts without an email",
        "missing phone",
        "added last week",
        "recent contacts",
        "contacts of a teammate",
        "contacts not in a sequence",
        "imported contacts",
        "contacted never",
    ],
    run=filter_by_rules,
    after=[check_filter_target_exists, drop_repeated_rows, drop_false_memberships, add_custom_field_titles],
)
class FilterContacts(Paged):
    """People on a list, in a sequence or step, or matching searchTerm in part.
    Says nothing of replies or opens: those are in the inbox and reply_get_contact_statuses."""

    search_term: Nullable[str] = None
    list_id: Nullable[ListId] = None
    sequence_id: Nullable[SequenceId] = None
    sequence_step_id: Nullable[int] = None
    rules: list[Rule] | None = Field(
        None, description="On owner, addingDate or any field: equals, contains, isEmpty, lessThan, notEquals"
    )
    sort_by: Nullable[ContactSort] = None
    sort_direction: Nullable[Literal["asc", "desc"]] = None


area.coming_soon("FilterContactsCount", "POST", "/v3/contacts/filter/count", "count the contacts that match a filter")


@area.post(
    "/v3/contacts/bulk-delete",
    scope="contacts:write",
    tool="reply_bulk_delete_contacts",
    undo=restored(one_or_page("GetContactById", "FilterContacts", "ids", top=1000), ids="ids"),
    before=[drop_duplicate_ids],
    effect=Effect.DELETE,
    view=PerItem("contact", "deleted", "ids", erasure.OF_SEVERAL),
    also=[
        "remove people",
        "purge leads",
        "mass erase",
        "clean up prospects",
        "remove duplicate contacts",
        "clean up contacts",
    ],
    preview=hooks.preview_bulk_deletion,
    verify_with='reply_get_contact {{"id": {ids[0]}}}',
)
class BulkDeleteContacts(Arguments):
    """Delete several contacts; each succeeds or fails by itself."""

    ids: Several
