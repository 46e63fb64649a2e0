"""How AI SDR settings, drafts, offers, playbooks, reply handlers and re-engagement cards read."""

from __future__ import annotations

from reply_mcp.catalog.views import Card, Column, Table

READ_SETTINGS = 'reply_get_ai_sdr_settings {{"sequenceId": {sequenceId}}}'
SETTINGS = Card(
    "AI SDR settings of sequence {sequenceId}",
    (
        (
            Column("offer", "offerId"),
            Column("playbook", "playbookId"),
            Column("knowledge base", "knowledgeBaseId"),
            "approval",
            Column("LLM", "providerLLM", "enum"),
            Column("channels", "generatedStepTypes"),
            "voice",
        ),
        (
            Column("autopilot", "autopilot.status", "enum"),
            Column("searching now", "autopilot.isSearchInProgress", "flag"),
            Column("most a day", "autopilot.maxPeopleToAddPerDay"),
            Column("most of a company", "autopilot.maxPeoplePerCompany"),
            Column("finds phones", "autopilot.searchContactPhones", "flag"),
            Column("adds without email", "autopilot.addContactsWithoutEmailAddresses", "flag"),
            Column("seeded from", "autopilot.referenceUrl"),
        ),
        (Column("looks for", "audience"),),
        (Column("intent signals", "signals"),),
        (
            Column("research", "research"),
            Column("research brief", "personalizationPoints.customResearch.instructions"),
        ),
        (
            Column("company", "offerGenerationInputs.companyName"),
            Column("ideal customer", "offerGenerationInputs.icp"),
            Column("reason", "offerGenerationInputs.reasonForOutreach"),
        ),
        (Column("about it", "offerGenerationInputs.companyDescription"),),
        (Column("pain points", "offerGenerationInputs.painPoints"),),
        (Column("value", "offerGenerationInputs.valuePropositions"),),
        (Column("proof", ("offerGenerationInputs.proofPoints", "offerGenerationInputs.caseStudies")),),
        (Column("calls to action", "offerGenerationInputs.callToActions"),),
    ),
    shown_elsewhere=(
        "sequenceId",
        "offerGenerationInputs",
        "toneOfVoice",
        "personalizationPoints",
        "autopilot",
        "intentSignals",
        "approvalMode",
    ),
)
OFFER = Card(
    "Offer {id}: {name}",
    (
        (Column("company", "companyName"), Column("ideal customer", "icp"), Column("reason", "reasonForOutreach")),
        (Column("about it", "companyDescription"),),
        (Column("pain points", "painPoints"),),
        (Column("value", "valuePropositions"),),
        (Column("proof", "proofPoints"), Column("case studies", "caseStudies")),
        (Column("calls to action", "callToActions"),),
    ),
)
PLAYBOOK = Card(
    "Playbook {id}: {name}",
    (
        (
            Column("scope", "type", "enum"),
            Column("author", "owner"),
            Column("updated", "lastUpdatedAt", "date"),
        ),
        (Column("about", "description"),),
        (Column("text", "body"),),
    ),
    tables=(Table("style files", ("id", Column("file", "fileName")), items="styleFiles"),),
    shown_elsewhere=("authorUserId", "ownerUserId"),
)
_HOW_TO_WRITE = (
    Column("tone", "toneOfVoice", "enum"),
    Column("length", "responseLength", "enum"),
    Column("created", "createdAt", "date"),
)
_WHAT_TO_WRITE = (("instructions",), (Column("sample", "sampleAnswer"),), ("links",))
_FILES = (Table("files", ("id", Column("file", "fileName"), Column("bytes", "size")), items="media"),)
HANDLER = Card(
    "Reply handler {id}: {typeOfQuestion}",
    (
        (
            Column("delivery", "deliveryMode", "enum"),
            Column("also notifies", "additionalNotificationEmail"),
            *_HOW_TO_WRITE,
        ),
        *_WHAT_TO_WRITE,
    ),
    tables=_FILES,
)
CARD = Card(
    "Re-engagement card {id}: {name}",
    (
        (
            Column("enabled", "isEnabled", "flag"),
            Column("after days", "sendAfter"),
            Column("delivery", "deliveryMode", "enum"),
            *_HOW_TO_WRITE,
        ),
        *_WHAT_TO_WRITE,
    ),
    tables=_FILES,
)
DRAFTS = Table(
    "drafts waiting for approval",
    (
        Column("contact", "contactId"),
        Column("name", "contactFullName"),
        Column("title", "contactTitle"),
        Column("company", "contactCompany"),
        Column("sequence", ("sequenceName", "sequenceId")),
        Column("channel", "channel", "enum"),
        Column("step", "stepDisplayName"),
        Column("subject", "messageSubject"),
        Column("message", "messageContent", "html"),
        Column("being rewritten", "isRegenerating", "flag"),
        Column("written", "createdAt", "time"),
    ),
    empty="No draft waits for approval.",
)
DRAFT = Card(
    "Draft for {contactFullName}, {contactTitle}, {contactCompany} (contact {contactId})",
    (
        (
            Column("sequence", ("sequenceName", "sequenceId")),
            Column("channel", "channel", "enum"),
            Column("step", "stepDisplayName"),
            Column("written", "createdAt", "time"),
            Column("being rewritten", "isRegenerating", "flag"),
        ),
        (Column("subject", "messageSubject"),),
        (Column("message", "messageContent", "outside"),),
    ),
    tables=(
        Table(
            "messages before it",
            (
                Column("sent", "sentAt", "time"),
                Column("channel", "channel", "enum"),
                Column("from", ("senderName", "senderEmail")),
                "subject",
                Column("text", "body", "html"),
            ),
            items="previousMessages",
        ),
    ),
)
