"""What a change of the settings leads to: which of them open, spend or send, and the question about them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.areas.account.settings_hooks import agrees, format_setting, leaves
from reply_mcp.catalog.hooks.read_once import read_once
from reply_mcp.catalog.operation import Call, Effect
from reply_mcp.text.lists import join

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.account.settings import UpdateSettings

Matters = Callable[[Any], bool]
"""Whether a setting has its effect with this value."""


def _always(value: Any) -> bool:
    return True


def _is_on(value: Any) -> bool:
    return bool(value)


_EFFECTS: dict[str, tuple[Effect, Matters, str]] = {
    "emails.inbox.bccList": (Effect.SHARE, _is_on, "these addresses get a copy of every email"),
    "emails.inbox.repliesBccList": (Effect.SHARE, _is_on, "these addresses get every reply"),
    "emails.inbox.forwardOnlyReplies": (Effect.SHARE, _always, "other messages than before are forwarded"),
    "calls.isTeamCallsEnabled": (Effect.SHARE, _is_on, "the team sees each other's calls"),
    "emails.isAutomaticEmailValidationEnabled": (Effect.SPEND, _is_on, "a credit for each new address, from now on"),
    "contacts.handling.enrichProspectWhenLinkedInUrlIsMissing": (Effect.SPEND, _is_on, "credits for each new contact"),
    "account": (Effect.SEND, _always, "messages that name the sender change"),
    "emails.outOfOffice": (Effect.SEND, _always, "people who are away are written to again, or at another time"),
    "emails.safety": (Effect.SEND, _always, "who is written to, and when, changes in every sequence"),
    "emails.isOpenTrackingDisabled": (Effect.SEND, _always, "every email changes"),
    "emails.isLinksTrackingEnabled": (Effect.SEND, _always, "every email changes"),
    "emails.isSendingPlainTextEnabled": (Effect.SEND, _always, "every email changes"),
    "emails.isEmailQualityCheckEnabled": (Effect.SEND, _always, "emails that are held back may go out"),
    "emails.reassignSequenceProspectsWhenEmailAccountAdded": (Effect.SEND, _always, "people get another sender"),
    "linkedIn.reassignSequenceProspectsWhenLinkedInAccountAdded": (Effect.SEND, _always, "people get another sender"),
    "contacts.handling": (Effect.SEND, _always, "who goes on being written to after a reply changes"),
    "contacts.contactAccounts": (Effect.SEND, _always, "details of contacts, which messages name, are overwritten"),
}
"""Settings, or sections of them, that are more than a write; the longest name that fits counts. Names of stages, call
results and beta features are not among them."""


async def _changes(call: Call[UpdateSettings]) -> list[tuple[str, Any, Any, Effect, str]]:
    """The settings that are more than a write and are to be other than they are: path, held, asked, effect, meaning.
    One request in a call where there may be one."""
    asked = [(path, value, rule) for path, value in leaves(call.arguments.wire()) if (rule := _rule(path, value))]
    if not asked:
        return []
    held = dict(leaves(await read_once(call, "GetSettings")))
    return [
        (path, held.get(path), value, *rule)
        for path, value, rule in asked
        if path not in held or not agrees(value, held[path])
    ]


def _rule(path: str, value: Any) -> tuple[Effect, str] | None:
    fits = [name for name in _EFFECTS if path == name or path.startswith(f"{name}.")]
    if not fits:
        return None
    effect, matters, meaning = _EFFECTS[max(fits, key=len)]
    return (effect, meaning) if matters(value) else None


async def effect_of_settings(call: Call[UpdateSettings]) -> tuple[Effect, ...]:
    """The effects of what changes; WRITE where nothing that is sent, spent or seen does. One request in a call."""
    found = {change[3] for change in await _changes(call)}
    return tuple(sorted(found)) or (Effect.WRITE,)


async def preview_settings(call: Call[UpdateSettings]) -> str:
    """Each setting that is more than a write: what it is, what it will be, and what that leads to."""
    lines = [
        f"{path} from {format_setting(path, held)} to {format_setting(path, asked)}: {meaning}"
        for path, held, asked, _, meaning in await _changes(call)
    ]
    return f"This changes, for the whole team: {join(lines, '; ')}."
