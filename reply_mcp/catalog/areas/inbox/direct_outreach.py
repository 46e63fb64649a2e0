"""Direct outreach: one message to one person, outside any sequence. Each of them reaches a real person."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import Field

from reply_mcp.catalog.areas.inbox import direct_outreach_hooks
from reply_mcp.catalog.areas.inbox.area import area
from reply_mcp.catalog.arguments.html_text import HtmlText
from reply_mcp.catalog.arguments.named_ids import ContactId, EmailAccountId, LinkedInAccountId
from reply_mcp.catalog.operation import Arguments, Effect, Nullable, Path
from reply_mcp.catalog.undo import cannot
from reply_mcp.catalog.views import Done

Id = Annotated[int, Field(ge=1)]
ACTIVITY = 'reply_get_contact_activity {{"id": {id}}}'
LINKEDIN: dict[str, Any] = {
    "scope": "contacts:operate",
    "effect": Effect.SEND,
    "before": [direct_outreach_hooks.check_person],
    "preview": direct_outreach_hooks.preview_linkedin,
    "explain": [direct_outreach_hooks.explain_refusal],
    "verify_with": ACTIVITY,
}


@area.post(
    "/v3/contacts/{id}/send-direct-email",
    scope="contacts:operate",
    tool="reply_send_direct_email",
    undo=cannot("What was sent stays sent."),
    effect=Effect.SEND,
    before=[direct_outreach_hooks.check_person],
    preview=direct_outreach_hooks.preview_email,
    after=[direct_outreach_hooks.describe_delivery],
    explain=[direct_outreach_hooks.explain_refusal],
    view=Done("{outcome}", "Answers arrive in the inbox."),
    verify_with=ACTIVITY,
    also=[
        "write to a contact",
        "one-off email",
        "single mail",
        "compose",
        "email someone",
        "send an email to a contact",
    ],
)
class SendDirectEmail(Arguments):
    """Emails one contact now, outside any sequence. To answer a thread: reply_send_inbox_reply. 5 requests."""

    id: Path[ContactId]
    subject: str
    body: HtmlText = Field(description="HTML or text")
    email_account_id: Nullable[EmailAccountId] = Field(None, description="Default: your default mailbox")


class LinkedInSend(Arguments):
    """A LinkedIn action for one person from one connected account."""

    what: ClassVar[str]

    id: Path[ContactId]
    linked_in_account_id: LinkedInAccountId

    def words(self) -> str:
        """The text that the person reads or hears, or which recording it is; "" where there is none."""
        return ""


@area.post(
    "/v3/contacts/{id}/send-direct-linkedin-connect",
    tool="reply_send_linkedin_connect",
    undo=cannot("What was sent stays sent."),
    view=Done("Sent the LinkedIn invitation to contact {id} ({sentAtUtc})."),
    also=["invite on LinkedIn", "connection request", "add to network", "connect with someone"],
    **LINKEDIN,
)
class SendDirectLinkedInConnect(LinkedInSend):
    """Invites one contact to connect on LinkedIn now. 5 requests."""

    what: ClassVar[str] = "LinkedIn invitation"

    message: Nullable[str] = Field(None, description="A note, short")

    def words(self) -> str:
        return self.message or ""


@area.post(
    "/v3/contacts/{id}/send-direct-linkedin-inmail",
    tool="reply_send_linkedin_inmail",
    undo=cannot("What was sent stays sent."),
    view=Done("Sent the InMail to contact {id} ({sentAtUtc})."),
    also=["Sales Navigator message", "write to somebody not connected"],
    **LINKEDIN,
)
class SendDirectLinkedInInMail(LinkedInSend):
    """Sends an InMail to a contact who is not connected; uses an InMail credit of the account. 5 requests."""

    what: ClassVar[str] = "InMail, for an InMail credit,"

    subject: str = Field(max_length=200)
    body: str = Field(max_length=1900)

    def words(self) -> str:
        return f"{self.subject}: {self.body}"


@area.post(
    "/v3/contacts/{id}/send-direct-linkedin-message",
    tool="reply_send_linkedin_message",
    undo=cannot("What was sent stays sent."),
    view=Done("Sent the LinkedIn message to contact {id} ({sentAtUtc})."),
    also=["DM", "direct message on LinkedIn", "write on LinkedIn"],
    **LINKEDIN,
)
class SendDirectLinkedInMessage(LinkedInSend):
    """Messages one contact who is connected on LinkedIn. 5 requests."""

    what: ClassVar[str] = "LinkedIn message"

    message: str = Field(max_length=8000)

    def words(self) -> str:
        return self.message


@area.post(
    "/v3/contacts/{id}/send-direct-linkedin-voice",
    tool="reply_send_linkedin_voice",
    undo=cannot("What was sent stays sent."),
    view=Done("Sent the voice message to contact {id} ({sentAtUtc})."),
    also=["audio message", "voice note", "recording"],
    **LINKEDIN,
)
class SendDirectLinkedInVoice(LinkedInSend):
    """Sends an uploaded recording to one contact on LinkedIn. 5 requests."""

    what: ClassVar[str] = "LinkedIn voice message"

    voice_attachment_id: Id

    def words(self) -> str:
        return f"recording {self.voice_attachment_id}"


@area.post(
    "/v3/contacts/{id}/send-direct-linkedin-ai-voice",
    tool="reply_send_linkedin_ai_voice",
    undo=cannot("What was sent stays sent."),
    view=Done("Sent the AI voice message to contact {id} ({sentAtUtc})."),
    also=["synthetic voice note", "spoken message", "text to speech"],
    **LINKEDIN,
)
class SendDirectLinkedInAiVoice(LinkedInSend):
    """Has a script spoken by the account's voice profile and sends it on LinkedIn. 5 requests."""

    what: ClassVar[str] = "LinkedIn voice message spoken by AI"

    script: str = Field(max_length=1000, description="What the voice says")

    def words(self) -> str:
        return self.script
