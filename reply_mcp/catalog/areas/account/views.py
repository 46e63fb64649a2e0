"""How settings read."""

from __future__ import annotations

from reply_mcp.catalog.views import Card, Column, Table


def _on(name: str, source: str) -> Column:
    return Column(name, source, "flag")


_SAFETY, _INBOX, _AWAY, _HANDLING = "emails.safety", "emails.inbox", "emails.outOfOffice", "contacts.handling"

SETTINGS = Card(
    "Settings of {account.firstName} {account.lastName}",
    (
        (
            Column("company", "account.company"),
            Column("title", "account.title"),
            Column("phone", "account.phone"),
            Column("time zone", "account.timezone"),
        ),
        (
            Column("first step delay (min)", f"{_SAFETY}.firstStepDelay"),
            Column("emails a day to one person", f"{_SAFETY}.prospectEmailsPerDayLimit"),
            Column("on non-replies", f"{_SAFETY}._nonRepliesHandlingType"),
            Column("on non-replies in inbox", f"{_SAFETY}._inboxNonRepliesHandlingType"),
        ),
        (
            _on("quality check", "emails.isEmailQualityCheckEnabled"),
            _on("open tracking off", "emails.isOpenTrackingDisabled"),
            _on("link tracking", "emails.isLinksTrackingEnabled"),
            _on("plain text", "emails.isSendingPlainTextEnabled"),
            _on("validates new addresses", "emails.isAutomaticEmailValidationEnabled"),
            _on("new mailboxes take over contacts", "emails.reassignSequenceProspectsWhenEmailAccountAdded"),
            _on(
                "new LinkedIn accounts take over contacts", "linkedIn.reassignSequenceProspectsWhenLinkedInAccountAdded"
            ),
        ),
        (
            Column("BCC", f"{_INBOX}.bccList"),
            Column("BCC of replies", f"{_INBOX}.repliesBccList"),
            _on("forwards replies only", f"{_INBOX}.forwardOnlyReplies"),
        ),
        (
            _on("resumes after out-of-office", f"{_AWAY}.isResumeOutOfOfficeContactsEnabled"),
            _on("reads return dates", f"{_AWAY}.isUseSmartReturnDateEnabled"),
            Column("days before resuming", f"{_AWAY}.defaultDaysToWaitBeforeResumingOutOfOffice"),
            Column("at most", f"{_AWAY}.maximumDaysThresholdBeforeResumingOutOfOffice"),
        ),
        (
            _on("a reply pauses colleagues", f"{_HANDLING}.pauseProspectOrganizationMode"),
            Column("where", f"{_HANDLING}._pauseProspectOrganizationValue"),
            _on("a reply ends other sequences", f"{_HANDLING}.pauseProspectInAllCampaignMode"),
            Column("how", f"{_HANDLING}._pauseProspectInAllCampaignValue"),
            _on("stays in the old sequence when moved", f"{_HANDLING}.leaveProspectsInSequenceWhenMovingToAnother"),
            _on("finds LinkedIn profiles", f"{_HANDLING}.enrichProspectWhenLinkedInUrlIsMissing"),
            _on("companies from contacts", "contacts.contactAccounts.autoPopulate"),
            _on("overwrites companies", "contacts.contactAccounts.overwriteFields"),
        ),
        (_on("team calls", "calls.isTeamCallsEnabled"), _on("beta features", "beta.isBetaFeaturesEnabled")),
        (Column("contact stages", "contacts.contactStages", "list"),),
        (Column("company stages", "contacts.accountStages", "list"),),
    ),
    (Table("call resolutions", ("id", "name", _on("default", "isDefault")), items="calls.resolutions"),),
)
