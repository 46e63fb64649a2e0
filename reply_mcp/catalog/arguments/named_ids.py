"""Ids that may be given by name.

Where an argument takes the id of something that has a name, its exact name works too: it is looked up before the call.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field, GetJsonSchemaHandler
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema

from reply_mcp.catalog.arguments.model_fields import marks_in
from reply_mcp.catalog.fields import ID_OR_NAME
from reply_mcp.catalog.lookups.by_person import describe_task, describe_thread, find_open_tasks, find_threads
from reply_mcp.catalog.lookups.contacts import describe_contact, look_up_contact
from reply_mcp.catalog.lookups.sequence_templates import find_sequence_templates
from reply_mcp.catalog.operation import Call

Found = tuple[list[dict[str, Any]], list[dict[str, Any]]]
"""The items of exactly a name, and those nearest to it."""


@dataclass(frozen=True, slots=True)
class Named:
    """Marks an id that may be given as a name.

    Attributes:
        noun: what it is, for messages ("sequence").
        operation: the id of the operation that lists such things.
        titles: the keys of an item that hold its names; none where it goes by the name of a person.
        finder: the tool that lists the valid ones.
        query: the list's argument that narrows by name, if it has one.
        id_key: the key of an item that holds its id.
        find: gives the items of exactly this name, and those nearest to it, in the place of the list, where the list
            cannot be relied on.
        label: an item as a message names it, where its name and its id do not tell it from another.
        one: the operation that reads one such thing by its `id`, where the items are as whole as its answers: what was
            looked up by name is not read again by id in the same call.
        called: how a message joins the thing and its name: a list is `called` it, a thread is `with` a person.
        me: the operation that answers who the caller is, where the thing may be the caller.
        given: what the list must be asked with.
        record: the operation that reads one such thing by its `id`, where calls name it beside what they are about.
        all_listed: whether the list has all there are, so that an id that is not in it is of none.
        in_part: whether a write too takes words of the name that no other one has, as people call each other by first
            names; a read takes them of everything.
    """

    noun: str
    operation: str
    titles: tuple[str, ...]
    finder: str
    query: str = ""
    id_key: str = "id"
    find: Callable[[Call, str], Awaitable[Found]] | None = None
    label: Callable[[dict[str, Any]], str] | None = None
    one: str = ""
    called: str = "called"
    me: str = ""
    given: tuple[tuple[str, Any], ...] = ()
    record: str = ""
    all_listed: bool = False
    in_part: bool = False

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        schema = handler(core)
        return {"description": ID_OR_NAME, **schema} if schema.get("type") == "string" else schema


def named_in(info: FieldInfo) -> Named | None:
    """The mark of an argument that takes names; of a list, that of each of its ids."""
    return next((mark for mark in marks_in(info) if isinstance(mark, Named)), None)


SequenceId = Annotated[int | str, Named("sequence", "GetSequences", ("name",), "reply_search_sequences", "name")]
ListId = Annotated[
    int | str,
    Named("list", "GetContactLists", ("name",), "reply_search_lists", "search", one="GetContactListById"),
]
ContactId = Annotated[
    int | str,
    Named(
        "contact",
        "GetContacts",
        ("email",),
        "reply_filter_contacts with searchTerm",
        find=look_up_contact,
        label=describe_contact,
        one="GetContactById",
    ),
]
"""An id, an address, a LinkedIn profile or a full name; looking one up takes one request, or up to four."""
ThreadId = Annotated[
    int | str,
    Field(description="Thread's id, or contact's name"),
    Named(
        "thread",
        "FilterInboxThreads",
        (),
        "reply_get_inbox_emails with search",
        find=find_threads,
        label=describe_thread,
        called="with",
    ),
]
TaskId = Annotated[
    int | str,
    Field(description="Id or contact's name"),
    Named(
        "open task",
        "FilterTasks",
        (),
        "reply_list_my_tasks",
        find=find_open_tasks,
        label=describe_task,
        called="for",
    ),
]
ScheduleId = Annotated[
    int | str, Named("schedule", "ListSchedules", ("name",), "reply_list_schedules", record="GetSchedule")
]
HolidayCalendarId = Annotated[
    int | str, Named("holiday calendar", "ListHolidayCalendars", ("name",), "reply_list_holiday_calendars")
]
FolderId = Annotated[
    str,
    Named("folder", "GetSequenceFolders", ("name",), "reply_list_sequence_folders", one="GetSequenceFolderById"),
]
SequenceTemplateId = Annotated[
    str,
    Named(
        "sequence template",
        "GetSequenceTemplates",
        ("name",),
        "reply_list_sequence_templates",
        find=find_sequence_templates,
    ),
]
CategoryId = Annotated[int | str, Named("category", "ListInboxCategories", ("name",), "reply_list_inbox_categories")]
EmailAccountId = Annotated[
    int | str,
    Named(
        "email account",
        "ListEmailAccounts",
        ("email", "senderName"),
        "reply_list_email_accounts",
        record="GetEmailAccount",
    ),
]
LinkedInAccountId = Annotated[
    int | str,
    Named(
        "LinkedIn account",
        "ListLinkedInAccounts",
        ("name",),
        "reply_list_linkedin_accounts",
        record="GetLinkedInAccount",
    ),
]
UserId = Annotated[
    int | str,
    Named(
        "teammate",
        "WhoamiTeamUsers",
        ("userName", "userEmail"),
        "reply_search_team_members",
        id_key="userId",
        me="Whoami",
        all_listed=True,
        in_part=True,
    ),
]
CompanyId = Annotated[int | str, Named("company", "GetContactAccounts", ("name",), "reply_search_companies", "search")]
CompanyListId = Annotated[
    int | str,
    Named(
        "company list",
        "GetContactAccountLists",
        ("name",),
        "reply_search_company_lists",
        "search",
        one="GetContactAccountListById",
    ),
]
CustomFieldId = Annotated[int | str, Named("custom field", "GetCustomFields", ("title",), "reply_list_custom_fields")]
TeamId = Annotated[
    int | str, Named("team", "WhoamiTeamUsers", ("teamName",), "reply_search_team_members", id_key="teamId")
]
