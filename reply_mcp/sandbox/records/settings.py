"""Settings of users and teams as they are kept: every setting with its default and its bounds."""

from __future__ import annotations

from typing import Any

from reply_mcp.sandbox.http.schemas import (
    Flag,
    Many,
    Null,
    Record,
    Shape,
    Text,
    Whole,
)
from reply_mcp.sandbox.store import Doc, Store

OF_USER = ("account", "emails", "linkedIn")
OF_TEAM = ("calls", "contacts", "beta")
STAGES = 8

_FLAG = Null(Flag())
_RESOLUTION = Record(
    {
        "id": Null(Whole()),
        "name": Text(least=1, most=128),
        "defaultResolutionValue": Null(Whole(0, 2)),
        "isDefault": Flag(),
    },
    ("name",),
)


def _stage(longest: int, **more: Null) -> Record:
    fields: dict[str, Shape] = {
        "id": Whole(1, STAGES),
        "name": Text(least=1, most=longest),
        "colorId": Null(Whole()),
        **more,
    }
    return Record(fields, ("id", "name"))


SHAPE = Record(
    {
        "account": Record(
            {
                "firstName": Null(Text(48)),
                "lastName": Null(Text(48)),
                "company": Null(Text(48)),
                "phone": Null(Text()),
                "title": Null(Text(72)),
                "timezone": Null(Text()),
            }
        ),
        "emails": Record(
            {
                "isEmailQualityCheckEnabled": _FLAG,
                "safety": Record(
                    {
                        "firstStepDelay": Null(Whole(0)),
                        "prospectEmailsPerDayLimit": Null(Whole(1)),
                        "nonRepliesHandlingType": Null(Whole(0, 2)),
                        "inboxNonRepliesHandlingType": Null(Whole(0, 1)),
                    }
                ),
                "inbox": Record({"bccList": Null(Text()), "repliesBccList": Null(Text()), "forwardOnlyReplies": _FLAG}),
                "outOfOffice": Record(
                    {
                        "isResumeOutOfOfficeContactsEnabled": _FLAG,
                        "isUseSmartReturnDateEnabled": _FLAG,
                        "defaultDaysToWaitBeforeResumingOutOfOffice": Null(Whole(1)),
                        "maximumDaysThresholdBeforeResumingOutOfOffice": Null(Whole(1)),
                    }
                ),
                "isOpenTrackingDisabled": _FLAG,
                "isLinksTrackingEnabled": _FLAG,
                "isSendingPlainTextEnabled": _FLAG,
                "isAutomaticEmailValidationEnabled": _FLAG,
                "reassignSequenceProspectsWhenEmailAccountAdded": _FLAG,
            }
        ),
        "linkedIn": Record({"reassignSequenceProspectsWhenLinkedInAccountAdded": _FLAG}),
        "calls": Record({"isTeamCallsEnabled": _FLAG, "resolutions": Null(Many(_RESOLUTION))}),
        "contacts": Record(
            {
                "handling": Record(
                    {
                        "pauseProspectOrganizationMode": _FLAG,
                        "pauseProspectOrganizationValue": Null(Whole(1, 2)),
                        "pauseProspectInAllCampaignMode": _FLAG,
                        "pauseProspectInAllCampaignValue": Null(Whole(1, 2)),
                        "leaveProspectsInSequenceWhenMovingToAnother": _FLAG,
                        "enrichProspectWhenLinkedInUrlIsMissing": _FLAG,
                    }
                ),
                "contactAccounts": Record({"autoPopulate": _FLAG, "overwriteFields": _FLAG}),
                "contactStages": Null(Many(_stage(21, description=Null(Text())))),
                "accountStages": Null(Many(_stage(64))),
            }
        ),
        "beta": Record({"isBetaFeaturesEnabled": _FLAG}),
    }
)

_CONTACT_STAGES = ("New", "Approaching", "Replied", "Interested", "Meeting booked", "Customer", "Nurture", "Lost")
_ACCOUNT_STAGES = ("Cold", "Researching", "Active outreach", "Engaged", "Opportunity", "Customer", "On hold", "Lost")

_USER_DEFAULTS: Doc = {
    "emails": {
        "isEmailQualityCheckEnabled": True,
        "safety": {
            "firstStepDelay": 5,
            "prospectEmailsPerDayLimit": 1,
            "nonRepliesHandlingType": 0,
            "inboxNonRepliesHandlingType": 0,
        },
        "inbox": {"bccList": None, "repliesBccList": None, "forwardOnlyReplies": False},
        "outOfOffice": {
            "isResumeOutOfOfficeContactsEnabled": True,
            "isUseSmartReturnDateEnabled": True,
            "defaultDaysToWaitBeforeResumingOutOfOffice": 7,
            "maximumDaysThresholdBeforeResumingOutOfOffice": 60,
        },
        "isOpenTrackingDisabled": False,
        "isLinksTrackingEnabled": False,
        "isSendingPlainTextEnabled": False,
        "isAutomaticEmailValidationEnabled": True,
        "reassignSequenceProspectsWhenEmailAccountAdded": False,
    },
    "linkedIn": {"reassignSequenceProspectsWhenLinkedInAccountAdded": False},
}
_TEAM_DEFAULTS: Doc = {
    "calls": {
        "isTeamCallsEnabled": True,
        "resolutions": [
            {"id": at + 1, "name": name, "defaultResolutionValue": at, "isDefault": True}
            for at, name in enumerate(("Interested", "Not interested", "Not reached"))
        ],
    },
    "contacts": {
        "handling": {
            "pauseProspectOrganizationMode": False,
            "pauseProspectOrganizationValue": None,
            "pauseProspectInAllCampaignMode": True,
            "pauseProspectInAllCampaignValue": 1,
            "leaveProspectsInSequenceWhenMovingToAnother": False,
            "enrichProspectWhenLinkedInUrlIsMissing": False,
        },
        "contactAccounts": {"autoPopulate": True, "overwriteFields": False},
        "contactStages": [
            {"id": at + 1, "name": name, "colorId": at + 1, "description": None}
            for at, name in enumerate(_CONTACT_STAGES)
        ],
        "accountStages": [{"id": at + 1, "name": name, "colorId": at + 1} for at, name in enumerate(_ACCOUNT_STAGES)],
    },
    "beta": {"isBetaFeaturesEnabled": False},
}


def user_settings(store: Store, user: Doc) -> Doc:
    """What the user has set, and the defaults for the rest."""
    profile = {
        "firstName": user["firstName"],
        "lastName": user["lastName"],
        "company": "Northstar Sales",
        "phone": None,
        "title": "Sales Manager" if user["_role"] == "owner" else "Account Executive",
        "timezone": "America/New_York",
    }
    return merged({"account": profile, **_USER_DEFAULTS}, (store.get("userSettings", user["id"]) or {}).get("set", {}))


def team_settings(store: Store, team_id: int) -> Doc:
    """What the team has set, and the defaults for the rest."""
    return merged(_TEAM_DEFAULTS, (store.get("teamSettings", team_id) or {}).get("set", {}))


def merged(held: Doc, given: Doc) -> Doc:
    """`held` with the leaves of `given` in their places; arrays are replaced whole."""
    result: dict[str, Any] = dict(held)
    for name, value in given.items():
        own = result.get(name)
        result[name] = merged(own, value) if isinstance(own, dict) and isinstance(value, dict) else value
    return result
