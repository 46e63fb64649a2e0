"""LinkedIn accounts: connecting, switching, limiting and removing them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from reply_mcp.catalog.areas.channels import linkedin_account_hooks as hooks
from reply_mcp.catalog.areas.channels.area import area
from reply_mcp.catalog.areas.channels.bodies import DailyLimits, InvitationId
from reply_mcp.catalog.arguments.named_ids import LinkedInAccountId
from reply_mcp.catalog.batching import MOST
from reply_mcp.catalog.hooks.bulk_results import drop_duplicate_ids, translate_reasons
from reply_mcp.catalog.hooks.read_modify_write import keep_unset_fields
from reply_mcp.catalog.operation import Arguments, Effect, Local, Nullable, Path, Query
from reply_mcp.catalog.undo import CHANGES_NOTHING, cannot, created, partly, replaced
from reply_mcp.catalog.views import Done, PerItem

READ_IT = 'reply_get_linkedin_account {{"id": {id}}}'
LIST_THEM = "reply_list_linkedin_accounts {{}}"
PENDING = "reply_list_pending_linkedin_accounts {{}}"
HAND_OVER = "The profile's owner opens it in a browser with Reply's extension."
LEAST_GAP = 60
"""Seconds between the shortest and the longest pause."""


@area.delete(
    "/v3/linkedin-accounts/{id}",
    scope="channels:write",
    tool="reply_delete_linkedin_account",
    undo=cannot("The person connects it again: reply_create_linkedin_connection_link."),
    preview=hooks.preview_deletion,
    explain=[hooks.explain_deletion_refusal],
    view=Done("LinkedIn account {id} is disconnected."),
    verify_with=LIST_THEM,
    also=["disconnect LinkedIn", "remove social sender"],
)
class DeleteLinkedInAccount(Arguments):
    """Disconnects an account that no sequence uses, or any with force."""

    id: Path[LinkedInAccountId]
    force: Query[bool | None] = Field(None, description="Although sequences use it")


@area.post(
    "/v3/linkedin-accounts/bulk-delete",
    scope="channels:write",
    tool="reply_delete_linkedin_accounts",
    undo=cannot("The person connects them again: reply_create_linkedin_connection_link."),
    effect=Effect.DELETE,
    preview=hooks.preview_deletions,
    after=[translate_reasons({2: "notFound", 3: "accountInUse", 7: "internalError", 8: "voiceProfileConflict"})],
    before=[drop_duplicate_ids],
    split=("ids", 100),
    view=PerItem("LinkedIn account", "disconnected", "ids"),
    verify_with=LIST_THEM,
    also=["disconnect several", "remove social senders"],
)
class BulkDeleteLinkedInAccounts(Arguments):
    """Disconnects accounts; those in use only with force."""

    ids: list[LinkedInAccountId] = Field(min_length=1, max_length=MOST)
    force: bool | None = Field(None, description="Although sequences use them")


@area.post(
    "/v3/linkedin-accounts/{id}/toggle-status",
    scope="channels:operate",
    tool="reply_toggle_linkedin_account",
    undo=partly(hooks.toggle_back, "What was sent stays sent."),
    effect=Effect.SEND,
    effect_for=hooks.toggle_effect,
    before=[hooks.check_toggle_needed],
    preview=hooks.preview_toggle,
    explain=[hooks.explain_toggle_refusal],
    view=Done("LinkedIn account {id} is now {status}."),
    verify_with=READ_IT,
    also=["pause LinkedIn", "resume LinkedIn", "disable", "enable", "switch off automation"],
)
class ToggleLinkedInAccountStatus(Arguments):
    """Switches automation on or off: as enabled says, else to the opposite. On, sequences act again. 2 requests."""

    id: Path[LinkedInAccountId]
    enabled: Local[bool | None] = None


@area.put(
    "/v3/linkedin-accounts/{id}/limits",
    scope="channels:operate",
    tool="reply_update_linkedin_account_limits",
    undo=replaced(hooks.read_limits, noun="LinkedIn account"),
    effect_for=hooks.effect_of_limits,
    preview=hooks.preview_limits,
    before=[keep_unset_fields(hooks.read_limits, "limits_mode")],
    view=Done("The limits of LinkedIn account {id} are changed."),
    verify_with=READ_IT,
    also=["daily connection requests", "messages a day", "slow down LinkedIn", "safety"],
    example={"id": 7, "limitsMode": "Fixed", "fixedMax": {"dailySendConnectionRequestCount": 20}},
)
class UpdateLinkedInAccountLimits(Arguments):
    """Limits what an account does in a day, or sets ranges; what is left out stays. 2 requests."""

    id: Path[LinkedInAccountId]
    limits_mode: Literal["Fixed", "Ranged"] | None = None
    fixed_max: DailyLimits | None = None
    range_min: DailyLimits | None = None
    range_max: DailyLimits | None = None
    action_delay_min_seconds: Nullable[int] = Field(None, ge=30)
    action_delay_max_seconds: Nullable[int] = Field(None, le=86400)

    @model_validator(mode="after")
    def _delays_are_apart(self) -> UpdateLinkedInAccountLimits:
        least, most = self.action_delay_min_seconds, self.action_delay_max_seconds
        if least is not None and most is not None and most - least < LEAST_GAP:
            raise ValueError(f"actionDelayMaxSeconds must be {LEAST_GAP} or more over the least, got {least}, {most}")
        return self


@area.put(
    "/v3/linkedin-accounts/{id}/revoke-settings",
    scope="channels:write",
    tool="reply_update_linkedin_revoke_settings",
    undo=replaced(hooks.read_revoke_settings, noun="LinkedIn account", together=True),
    effect_for=hooks.effect_of_withdrawing,
    preview=hooks.preview_withdrawing,
    view=Done("LinkedIn account {id}: withdraws invitations: {enabled}, after {periodDays} days."),
    verify_with=READ_IT,
    also=["withdraw pending invitations", "unanswered connection requests"],
)
class UpdateLinkedInAccountRevokeSettings(Arguments):
    """Whether an account withdraws its unanswered invitations, and after how many days."""

    id: Path[LinkedInAccountId]
    enabled: bool
    period_days: int = Field(description="Age at which an invitation is withdrawn")


@area.post(
    "/v3/linkedin-accounts/connection-link",
    scope="channels:write",
    tool="reply_create_linkedin_connection_link",
    undo=created("DeletePendingLinkedInAccount", noun="pending LinkedIn account", of="pendingAccountId"),
    view=Done("Link to connect it (pending account {pendingAccountId}): {connectionLink}", HAND_OVER),
    verify_with=PENDING,
    also=["add LinkedIn account", "invite teammate's LinkedIn", "connect profile"],
)
class CreateLinkedInConnectionLink(Arguments):
    """A link for somebody to connect their LinkedIn account, kept under a name until then."""

    name: str


@area.post(
    "/v3/linkedin-accounts/connect",
    scope="channels:write",
    tool="reply_connect_linkedin",
    undo=CHANGES_NOTHING,
    view=Done("Link to connect it: {connectionLink}", HAND_OVER),
    verify_with=LIST_THEM,
    also=["add LinkedIn account", "connect my LinkedIn"],
)
class CreateDirectLinkedInConnectionLink(Arguments):
    """A link to connect a LinkedIn account right now, without naming it first."""


@area.post(
    "/v3/linkedin-accounts/{id}/reconnect",
    scope="channels:write",
    tool="reply_reconnect_linkedin_account",
    undo=CHANGES_NOTHING,
    view=Done("Link to sign LinkedIn account {id} in again: {connectionLink}", HAND_OVER),
    verify_with=READ_IT,
    also=["cookie invalid", "expired session", "signed out", "log in again"],
)
class ReconnectLinkedInAccount(Arguments):
    """A fresh link for an account that LinkedIn has signed out."""

    id: Path[LinkedInAccountId]


@area.delete(
    "/v3/linkedin-accounts/pending/{id}",
    scope="channels:write",
    tool="reply_delete_pending_linkedin_account",
    undo=cannot("Its link is void: reply_create_linkedin_connection_link makes another."),
    preview=hooks.preview_cancellation,
    view=Done("Invitation {id} is cancelled."),
    verify_with=PENDING,
    also=["cancel connection link", "revoke invite"],
)
class DeletePendingLinkedInAccount(Arguments):
    """Cancels an invitation to connect; its link stops working."""

    id: Path[InvitationId]
