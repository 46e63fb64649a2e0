"""Ids that may be given by name.

Where an argument takes the id of something that has a name, its exact name works too: it is looked up before the call.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated


@dataclass(frozen=True, slots=True)
class Named:
    """Marks an id that may be given as a name.

    Attributes:
        noun: what it is, for messages ("sequence").
        operation: the id of the operation that lists such things.
        titles: the keys of an item that hold its names.
        finder: the tool that lists the valid ones.
        query: the list's argument that narrows by name, if it has one.
        id_key: the key of an item that holds its id.
    """

    noun: str
    operation: str
    titles: tuple[str, ...]
    finder: str
    query: str = ""
    id_key: str = "id"


SequenceId = Annotated[int | str, Named("sequence", "GetSequences", ("name",), "reply_search_sequences", "name")]
ListId = Annotated[int | str, Named("list", "GetContactLists", ("name",), "reply_search_lists", "search")]
ContactId = Annotated[int | str, Named("contact", "GetContacts", ("email",), "reply_search_contacts", "email")]
ScheduleId = Annotated[int | str, Named("schedule", "ListSchedules", ("name",), "reply_list_schedules")]
CategoryId = Annotated[int | str, Named("category", "ListInboxCategories", ("name",), "reply_list_inbox_categories")]
EmailAccountId = Annotated[
    int | str, Named("email account", "ListEmailAccounts", ("email", "senderName"), "reply_list_email_accounts")
]
LinkedInAccountId = Annotated[
    int | str, Named("LinkedIn account", "ListLinkedInAccounts", ("name",), "reply_list_linkedin_accounts")
]
UserId = Annotated[
    int | str,
    Named("teammate", "WhoamiTeamUsers", ("userEmail", "userName"), "reply_search_team_members", id_key="userId"),
]
