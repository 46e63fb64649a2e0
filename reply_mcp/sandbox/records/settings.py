"""Settings of users and teams as they are kept: every setting with its default and its bounds."""

from __future__ import annotations

from reply_mcp.sandbox.http.schemas import Array, Boolean, Integer, Nullable, Object, Schema, String
from reply_mcp.sandbox.store import Doc, Store, merge

OF_USER = ("account", "emails", "linkedIn")
OF_TEAM = ("calls", "contacts", "beta")
STAGES = 8

_FLAG = Nullable(Boolean())
_RESOLUTION = Object(
    {
        "id": Nullable(Integer()),
        "name": String(least=1, most=128),
        "defaultResolutionValue": Nullable(Integer(0, 2)),
        "isDefault": Boolean(),
    },
    ("name",),
)


def _stage_schema(longest: int, **more: Nullable) -> Object:
    fields: dict[str, Schema] = {
        "id": Integer(1, STAGES),
        "name": String(least=1, most=longest),
        "colorId": Nullable(Integer()),
        **more,
    }
    return Object(fields, ("id", "name"))


SETTINGS_SCHEMA = Object(
    {
        "account": Object(
            {
                "firstName": Nullable(String(48)),
                "lastName": Nullable(String(48)),
                "company": Nullable(String(48)),
                "phone": Nullable(String()),
                "title": Nullable(String(72)),
                "timezone": Nullable(String()),
            }
        ),
        "emails": Object(
            {
                "isEmailQualityCheckEnabled": _FLAG,
                "safety": Object(
                    {
                        "firstStepDelay": Nullable(Integer(0)),
                        "prospectEmailsPerDayLimit": Nullable(Integer(1)),
                        "nonRepliesHandlingType": Nullable(Integer(0, 2)),
                        "inboxNonRepliesHandlingType": Nullable(Integer(0, 1)),
                    }
                ),
                "inbox": Object(
                    {"bccList": Nullable(String()), "repliesBccList": Nullable(String()), "forwardOnlyReplies": _FLAG}
                ),
                "outOfOffice": Object(
                    {
                        "isResumeOutOfOfficeContactsEnabled": _FLAG,
                        "isUseSmartReturnDateEnabled": _FLAG,
                        "defaultDaysToWaitBeforeResumingOutOfOffice": Nullable(Integer(1)),
                        "maximumDaysThresholdBeforeResumingOutOfOffice": Nullable(Integer(1)),
                    }
                ),
                "isOpenTrackingDisabled": _FLAG,
                "isLinksTrackingEnabled": _FLAG,
                "isSendingPlainTextEnabled": _FLAG,
                "isAutomaticEmailValidationEnabled": _FLAG,
                "reassignSequenceProspectsWhenEmailAccountAdded": _FLAG,
            }
        ),
        "linkedIn": Object({"reassignSequenceProspectsWhenLinkedInAccountAdded": _FLAG}),
        "calls": Object({"isTeamCallsEnabled": _FLAG, "resolutions": Nullable(Array(_RESOLUTION))}),
        "contacts": Object(
            {
                "handling": Object(
                    {
                        "pauseProspectOrganizationMode": _FLAG,
                        "pauseProspectOrganizationValue": Nullable(Integer(1, 2)),
                        "pauseProspectInAllCampaignMode": _FLAG,
                        "pauseProspectInAllCampaignValue": Nullable(Integer(1, 2)),
                        "leaveProspectsInSequenceWhenMovingToAnother": _FLAG,
                        "enrichProspectWhenLinkedInUrlIsMissing": _FLAG,
                    }
                ),
                "contactAccounts": Object({"autoPopulate": _FLAG, "overwriteFields": _FLAG}),
                "contactStages": Nullable(Array(_stage_schema(21, description=Nullable(String())))),
                "accountStages": Nullable(Array(_stage_schema(64))),
            }
        ),
        "beta": Object({"isBetaFeaturesEnabled": _FLAG}),
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
    return merge({"account": profile, **_USER_DEFAULTS}, (store.get("userSettings", user["id"]) or {}).get("set", {}))


def team_settings(store: Store, team_id: int) -> Doc:
    """What the team has set, and the defaults for the rest."""
    return merge(_TEAM_DEFAULTS, (store.get("teamSettings", team_id) or {}).get("set", {}))
