"""The settings of the user and the team."""

from __future__ import annotations

from pydantic import model_validator

from reply_mcp.catalog.areas.account.area import area
from reply_mcp.catalog.areas.account.bodies import (
    BetaSettings,
    CallSettings,
    ContactSettings,
    EmailSettings,
    LinkedInSettings,
    ProfileSettings,
    Sections,
)
from reply_mcp.catalog.areas.account.settings_effects import effect_of_settings, preview_settings
from reply_mcp.catalog.areas.account.settings_hooks import complete_stages, describe_choices, verify_change
from reply_mcp.catalog.areas.account.views import SETTINGS
from reply_mcp.catalog.operation import Arguments
from reply_mcp.catalog.undo import replaced
from reply_mcp.catalog.views import Done


@area.get(
    "/v3/settings",
    scope="settings:read",
    tool="reply_get_settings",
    after=[describe_choices],
    view=SETTINGS,
    also=["preferences", "tracking on or off", "out of office", "stages", "my profile", "time zone", "BCC"],
)
class GetSettings(Arguments):
    """Your profile and the team's settings: sending, tracking, inbox, out-of-office, stages."""


@area.patch(
    "/v3/settings",
    scope="settings:write",
    tool="reply_update_settings",
    undo=replaced("GetSettings", noun="the account", look={}),
    effect_for=effect_of_settings,
    preview=preview_settings,
    before=[complete_stages],
    after=[verify_change],
    view=Done("{outcome}"),
    verify_with="reply_get_settings {{}}",
    also=["change preferences", "turn tracking off", "rename stages", "out of office", "daily limit per person", "BCC"],
    example={"emails": {"isLinksTrackingEnabled": False, "safety": {"prospectEmailsPerDayLimit": 2}}},
)
class UpdateSettings(Sections, Arguments):
    """Changes what is given, for the whole team except the profile; nested as in reply_get_settings with
    detail=full. Stages given in part are completed (one more request)."""

    account: ProfileSettings | None = None
    emails: EmailSettings | None = None
    linked_in: LinkedInSettings | None = None
    calls: CallSettings | None = None
    contacts: ContactSettings | None = None
    beta: BetaSettings | None = None

    @model_validator(mode="after")
    def changes_something(self) -> UpdateSettings:
        if not any(self.wire().values()):
            raise ValueError("give at least one setting")
        return self
