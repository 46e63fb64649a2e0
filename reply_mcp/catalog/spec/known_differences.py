"""Where the catalog says something else than Reply's documents on purpose, and why.

Operation id → place of the difference as `reply-mcp catalog check SPEC` prints it → the reason.
"""

from __future__ import annotations

from collections.abc import Mapping

_KEPT = "the document replaces the whole; what is left out is read first and sent as it is"
_MERGED = "settings merge key by key, whatever the schema requires: only keys that change are given"
_FILTERS = "left out, it is sent as {}: all the team's figures"
_SWITCHED_ON = "left out, it is sent as true"
_NEW = "a variant that is yet to be made has no id; one that is sent means nothing"
_PROSE = "the document names the values in its prose"
_LIVE = "announced, and in use on the live API; where an account does not have it yet, other requests do the job"
_NAME_TOO = "a name is taken too, whatever its length; no field has an id beyond it"


def _new_steps(steps: str) -> dict[str, str]:
    """The variants of steps to be made; `steps` is the place of a step without the union's alternative."""
    email, linked_in = f"{steps}<email>", [f"{steps}<linkedIn {action}>" for action in ("message", "connect", "inMail")]
    return {
        **{f"{step}.variants[].id": _NEW for step in (email, *linked_in)},
        **{f"{step}.variants[].isEnabled required": _SWITCHED_ON for step in linked_in},
        f"{linked_in[1]}.variants[].message required": "left out, it is sent empty: an invitation without a note",
    }


DIFFERENCES: Mapping[str, Mapping[str, str]] = {
    "CreateContact": {"body firstName required": "without it Reply refuses, whatever the schema says"},
    "GetCustomFieldById": {"path id maximum": _NAME_TOO},
    "DeleteCustomField": {"path id maximum": _NAME_TOO},
    "FilterContacts": {"body sortDirection enum": _PROSE},
    "ImportContacts": {"body items required": "left out, they are the rows of `csv`"},
    "SetContactsOptedOut": {"stage": _LIVE},
    "CreateSequence": _new_steps("body steps[]"),
    "UpdateSequence": {
        f"body settings.{name} required": _MERGED
        for name in (
            "emailsCountPerDay",
            "daysToFinishProspect",
            "emailSendingDelaySeconds",
            "dailyThrottling",
            "disableOpensTracking",
            "repliesHandlingType",
            "enableLinksTracking",
        )
    },
    "GetFolderSequences": {"query sort_by enum": _PROSE},
    "CreateSequenceStep": _new_steps("body"),
    "BulkCreateSequenceSteps": _new_steps("body[]"),
    "BulkAddContactsToSequence": {"body contactIds required": "listId gives them, in their place"},
    "CountSequenceContacts": {"stage": _LIVE},
    "SendInboxThreadMessage": {"body channel required": "left out, it is the thread's own, which is read first"},
    "SetInboxThreadCategory": {"body categoryId required": "null takes the category away, so it must be given"},
    "CreateInboxCategory": {
        "body color required": "left out, it is sent as gray; the document's prose has it optional"
    },
    "UpdateInboxCategory": {"body name required": _KEPT, "body color required": _KEPT},
    "CreateTask": {
        "body template.body required": "the document's prose requires it",
        "body template.attachmentIdList": "read-only by the document's prose",
    },
    "UpdateTask": {
        "body taskType required": _KEPT,
        "body startAt required": _KEPT,
        "body dueTo required": _KEPT,
        "body template required": _KEPT,
        "body template.attachmentIdList": "read-only by the document's prose",
    },
    "UpdateCustomField": {"body title required": _KEPT, "body fieldType required": _KEPT},
    "UpdateSchedule": {"body name required": _KEPT, "body timezoneId required": _KEPT},
    "UpdateHolidayCalendar": {"body name required": _KEPT},
    "UpdateSequenceStepVariant": {"body message required": _KEPT},
    "UpdateLinkedInAccountLimits": {"body limitsMode required": _KEPT},
    "CompleteTask": {"body callResolution enum": _PROSE},
    **{
        report: {"body filters required": _FILTERS}
        for report in (
            "GetEmailsOverview",
            "GetCallsOverview",
            "GetTasksOverview",
            "GetLinkedInOverview",
            "GetTeamPerformanceOverview",
            "GetChannelEfficiencyOverview",
            "GetEmailsList",
            "GetCallsList",
            "GetTasksList",
            "GetLinkedInList",
            "GetMeetingsList",
        )
    },
    "FilterEmailAccounts": {"body emailAccountType enum": _PROSE},
    "AddTagsToEmailAccount": {"body tags required": "without tags there is nothing to do"},
    "RemoveTagsFromEmailAccount": {"body tags required": "without tags there is nothing to do"},
    "GetContactAccounts": {"query sort_direction enum": _PROSE},
    "UpdateContactAccount": {"body name required": _KEPT},
    "UpdateEmailTemplate": {"body name required": _KEPT, "body body required": _KEPT},
    "UpdateAiPrompt": {"body name required": _KEPT, "body text required": _KEPT},
    "SendApprovalsBulk": {"body items maxItems": "more than the document's 20 are sent in several requests"},
    "CreatePlaybook": {
        "body description required": "left out, it is sent empty, which the document allows",
        "body type enum": "a global playbook is refused, as the document's prose says",
    },
    "CreateReengagementCard": {"body flowId": "the prose of CreateReengagementFlow names it; the schema forgot it"},
    "UpdateWebhook": {
        "body eventType required": _KEPT,
        "body url required": _KEPT,
        "body scope required": _KEPT,
    },
}
