"""What agents see of contacts, their history, their lists and custom fields."""

from __future__ import annotations

from dataclasses import replace

from reply_mcp.catalog.views import Card, Column, Table

CONTACT_ROWS = Table(
    "contacts",
    (
        "id",
        Column("name", ("firstName", "lastName")),
        "email",
        "title",
        "company",
        Column("opted out", "isOptedOut", "flag"),
        Column("added", "addingDate", "date"),
    ),
    empty="No contact matches. reply_filter_contacts with searchTerm matches parts of names and addresses.",
)
FOUND_ROWS = replace(CONTACT_ROWS, empty="No contact matches.")
CONTACT = Card(
    "Contact {id}: {firstName} {lastName} <{email}>",
    (
        (
            Column("title", "title", "outside"),
            Column("company", "company", "outside"),
            "domain",
            Column("size", "companySize", "size"),
            "industry",
            Column("place", ("city", "state", "country"), "list"),
            Column("time zone", "timeZoneId"),
        ),
        (
            "phone",
            Column("phone check", "phoneStatus", "enum"),
            Column("LinkedIn", "linkedInUrl"),
            Column("Sales Navigator", "linkedInSalesNavigatorUrl"),
            Column("Recruiter", "linkedInRecruiterUrl"),
        ),
        (
            Column("opted out", "isOptedOut", "flag"),
            Column("call", "callStatus", "enum"),
            Column("meeting", "meetingStatus", "enum"),
            "owner",
            Column("account", "accountId"),
            Column("added", "addingDate", "date"),
        ),
        (Column("fields", "customFields", "outside"),),
        (Column("notes", "notes", "outside"),),
    ),
)
IMPORTED = Card(
    "{summary}",
    tables=(
        Table("not certain", ("email", "reason"), items="notCertain"),
        Table("not imported", ("email", "id", Column("status", "status", "enum"), "reason"), items="notImported"),
        Table("imported", ("id", "email", Column("status", "status", "enum")), items="imported"),
    ),
)
SEQUENCES = Table(
    "sequences of the contact",
    (
        Column("id", "sequenceId"),
        Column("name", "sequenceName"),
        Column("status", "statusInSequence", "enum"),
        Column("step", "currentStep.displayName"),
        Column("step id", "currentStep.stepId"),
        Column("added", "addingDate", "date"),
        Column("mailbox", "mailbox.name"),
        Column("LinkedIn account", "linkedInAccount.name"),
    ),
    empty="This contact is in no sequence.",
    shown_elsewhere=("emailAccountId", "linkedInAccountId"),
)
ACTIVITIES = Table(
    "activities",
    (
        "id",
        Column("when", "date", "time"),
        Column("what", "activityType", "enum"),
        Column("source", "sourceType", "enum"),
        Column("by", "userName"),
        Column("sequenceId", "_sequenceId"),
        Column("sequence", "_sequence"),
        Column("content", "summary", "html"),
    ),
    empty="Nothing has happened with this contact.",
    shown_elsewhere=("content", "userId"),
)
THREADS = Table(
    "threads of the contact",
    (
        "id",
        Column("channel", "channel", "enum"),
        "subject",
        Column("last", "lastActivityDate", "time"),
        Column("category", "category.name"),
        Column("sequence", "sequence.name"),
        Column("read", "isRead", "flag"),
        Column("state", "status.state", "enum"),
    ),
    empty="No conversation with this contact.",
)
STATUSES = Card(
    "Contact {contactId}",
    (
        (
            Column("opted out", "isOptedOut", "flag"),
            Column("call", "callStatus", "enum"),
            Column("meeting", "meetingStatus", "enum"),
        ),
    ),
    (
        Table(
            "sequences",
            (
                Column("id", "sequenceId"),
                Column("name", "sequenceName"),
                Column("status", "statusInSequence", "enum"),
                Column("replied", "emailDisposition.isReplied", "flag"),
                Column("bounced", "emailDisposition.isBounced", "flag"),
            ),
            items="sequences",
        ),
    ),
)
LIST_ROWS = Table(
    "lists",
    ("id", "name", Column("shared", "isShared", "flag")),
    empty="No such list. reply_create_list makes one.",
)
LIST = Card("List {id}: {name}", ((Column("shared with the team", "isShared", "flag"),),))
FIELD_ROWS = Table(
    "custom fields",
    ("id", "title", Column("type", "fieldType", "enum"), Column("org-wide", "orgWide", "flag"), "metadata"),
    empty="No custom fields yet. reply_create_custom_field adds one.",
)
FIELD = Card(
    "Custom field {id}: {title}",
    ((Column("type", "fieldType", "enum"), Column("org-wide", "orgWide", "flag"), "metadata"),),
)
