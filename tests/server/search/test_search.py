from __future__ import annotations

import pytest

from reply_mcp.server.inventory import Inventory
from reply_mcp.server.search import Search
from reply_mcp.server.search.words import ANY_DOMAIN, ANY_NAME, in_english, names_in, stem, tokens
from reply_mcp.settings import load

INVENTORY = Inventory(load({}, {}))
SEARCH = Search([*INVENTORY.reachable.values(), *INVENTORY.coming])

# By use: what a person or an agent types, and one of the operations that does the job.
REQUESTS = [
    ("find jane@acme.com", "GetContacts"),
    ("who is omar@acme.com", "GetContacts"),
    ("look up a lead by linkedin profile", "GetContacts"),
    ("add a new person", "CreateContact"),
    ("upload these 200 leads", "ImportContacts"),
    ("change the job title of a prospect", "UpdateContact"),
    ("remove a contact for good", "DeleteContact"),
    ("what has this person opened and clicked", "GetContactActivities"),
    ("which campaigns is this person in", "GetContactSequences"),
    ("give Maria's leads to Tom", "ChangeContactsOwner"),
    ("write a note on a contact", "AddContactNote"),
    ("POST /v1/actions/markasreplied", "SetContactsReplied"),
    ("mark a contact as replied", "SetContactsReplied"),
    ("opt this person out", "SetContactsOptedOut"),
    ("GET /v1/people", "GetContacts"),
    ("show my lists", "GetContactLists"),
    ("make a new list of contacts", "CreateContactList"),
    ("put these people on a list", "AddContactsToContactList"),
    ("share a list with the team", "ShareContactList"),
    ("which custom fields exist", "GetCustomFields"),
    ("add a custom field", "CreateCustomField"),
    ("list my campaigns", "GetSequences"),
    ("paused sequences", "GetSequences"),
    ("create a sequence", "CreateSequence"),
    ("launch the campaign", "StartSequence"),
    ("pause a sequence", "PauseSequence"),
    ("archive an old campaign", "ArchiveSequence"),
    ("how is the sequence doing", "GetSequenceStats"),
    ("compare reply rates of sequences", "GetSequenceStatsList"),
    ("what do the emails of the sequence say", "GetSequenceSteps"),
    ("add a follow-up step", "CreateSequenceStep"),
    ("edit the text of a step", "UpdateSequenceStep"),
    ("A/B variants of a step", "GetSequenceStepVariants"),
    ("enroll people into a sequence", "BulkAddContactsToSequence"),
    ("pushtocampaign", "BulkAddContactsToSequence"),
    ("take someone out of a sequence", "RemoveContactFromSequence"),
    ("who is in this sequence", "GetSequenceContacts"),
    ("finish a contact in a sequence", "SetSequenceContactsStatusInSequence"),
    ("which mailboxes send for this sequence", "GetSequenceEmailAccounts"),
    ("connect a mailbox to a sequence", "AssignEmailAccountToSequence"),
    ("who replied this week", "FilterInboxThreads"),
    ("unread replies", "FilterInboxThreads"),
    ("answer an email in the inbox", "SendInboxThreadMessage"),
    ("mark conversation as read", "MarkInboxThreadsAsRead"),
    ("label a thread as interested", "SetInboxThreadCategory"),
    ("delete a conversation", "DeleteInboxThread"),
    ("my todos for today", "FilterTasks"),
    ("calls due today", "FilterTasks"),
    ("create a call task", "CreateTask"),
    ("complete a task", "CompleteTask"),
    ("assign a task to a colleague", "AssignTask"),
    ("email statistics of last month", "GetEmailsOverview"),
    ("how did the team perform", "GetTeamPerformanceOverview"),
    ("meetings booked", "GetMeetingsList"),
    ("linkedin report", "GetLinkedInOverview"),
    ("sending schedule", "ListSchedules"),
    ("change working hours for sending", "UpdateSchedule"),
    ("mailboxes with problems", "ListEmailAccounts"),
    ("linkedin accounts", "ListLinkedInAccounts"),
    ("who am I", "Whoami"),
    ("members of my team", "WhoamiTeamUsers"),
    ("is the import done", "GetBackgroundJobById"),
    ("cancel a running job", "CancelBackgroundJob"),
]


@pytest.mark.parametrize(("query", "operation"), REQUESTS)
def test_the_right_operation_is_among_the_first_three(query: str, operation: str) -> None:
    found = [one.entry.id for one in SEARCH.matches(query).found[:3]]
    assert operation in found


def test_a_typo_is_forgiven() -> None:
    assert "GetSequences" in [one.entry.id for one in SEARCH.matches("seqeunces").found[:3]]


def test_an_official_name_is_found_first() -> None:
    assert SEARCH.matches("reply_search_contacts").found[0].entry.id == "GetContacts"


def test_what_fits_nothing_finds_nothing() -> None:
    assert SEARCH.matches("zzzz qqqq").found == []
    assert SEARCH.matches("").found == []


def test_a_word_is_its_stem() -> None:
    assert [stem(word) for word in tokens("Replies, replied; GetLinkedInAccounts")] == [
        *("reply", "reply", "get", "linkedin", "account"),
    ]


@pytest.mark.parametrize(
    "forms",
    [
        "rule rules", "name names named naming", "move moves moved moving", "address addresses", "status statuses",
        "reply replies replied replying", "log logs logged logging", "meet meeting meetings", "company companies",
        "change changes changed changing", "match matches matched", "process processes processed", "weekly week weeks",
    ],
)  # fmt: skip
def test_the_forms_of_a_word_have_one_stem(forms: str) -> None:
    assert len(set(map(stem, forms.split()))) == 1


@pytest.mark.parametrize("words", ["note not", "status state", "rate rat", "date data", "use user"])
def test_other_words_have_other_stems(words: str) -> None:
    first, second = map(stem, words.split())
    assert first != second


def test_foreign_words_are_put_in_english() -> None:
    assert in_english("die Kontakte löschen", frozenset()) == (["contact", "delete"], True)
    assert in_english("delete the contacts", frozenset()) == (["delete", "the", "contacts"], False)


def test_a_name_is_one_word_whichever_it_is() -> None:
    known = {"find", "gmail", "block", "at"}
    for name in ("Kenji", "Kenji Müller", "kenji@acme.com"):
        assert set(in_english(f"find {name}", known)[0]) == {"find", ANY_NAME}
    assert in_english("block acme.co.uk", known)[0] == ["block", ANY_DOMAIN]
    assert in_english("find Gmail", known)[0] == ["find", "gmail"]
    assert in_english("Acme", known)[0] == [ANY_NAME]
    assert in_english("Stop it", known)[0] == ["stop", "it"]
    assert in_english("block acme today", known, {"acme"})[0] == ["block", ANY_NAME, "today"]
    assert names_in("block Acme and jane@globex.com, not initech.com", known) == {"acme"}


@pytest.mark.parametrize("query", ["find {}", "{}", "everyone at {}", "pause everything for {}"])
@pytest.mark.parametrize("name", ["acme", "globex", "kenji", "maria"])
def test_a_name_that_people_have_used_is_one_in_small_letters_too(query: str, name: str) -> None:
    written, small = (SEARCH.matches(query.format(one)) for one in (name.title(), name))
    assert not small.doubtful
    assert [one.entry.id for one in small.found[:5]] == [one.entry.id for one in written.found[:5]]


@pytest.mark.parametrize("query", ["export contacts as CSV", "download my contacts", "all people in a spreadsheet"])
def test_contacts_are_exported_by_what_lists_them(query: str) -> None:
    assert {"FilterContacts", "GetContacts"} & {one.entry.id for one in SEARCH.matches(query).found[:3]}


PEOPLE = ("FilterContacts", "GetContacts", "ContactBrief")
COMPANIES = (*PEOPLE, "GetContactAccounts", "FilterContactAccounts", "GetContactAccountContacts")
SEQUENCES = ("GetSequences", "CreateSequence", "GetSequenceById")
STEPS = (*SEQUENCES, "GetSequenceSteps", "UpdateSequenceStep", "CreateSequenceStep")


@pytest.mark.parametrize(
    ("query", "first"),
    [
        *((name, COMPANIES) for name in ("Acme", "Initech", "Northwind Traders", "acme.com", "find Globex")),
        *((name, PEOPLE) for name in ("Kenji", "find Kenji", "look up Stefan", "Maria Gomez", "jane.doe@acme.com")),
        *(
            (place, SEQUENCES)
            for place in ("sequence for Berlin", "campaign Tokyo", "a cadence for dentists in Hamburg")
        ),
        *((job, STEPS) for job in ("translate a sequence into German", "translate the steps into Danish")),
    ],
)
def test_a_name_leads_to_what_it_names(query: str, first: tuple[str, ...]) -> None:
    found = SEARCH.matches(query)
    assert not found.doubtful
    assert found.found[0].entry.id in first
    assert found.found[1].entry.tool, "what Reply has released comes first"
