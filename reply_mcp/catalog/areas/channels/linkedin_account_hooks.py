"""LinkedIn accounts: what switching or removing one leads to, what a change of limits keeps, what refusals mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.changes import Step
from reply_mcp.catalog.hooks.existing import find_existing
from reply_mcp.catalog.hooks.read_once import read_once, read_record
from reply_mcp.catalog.operation import Call, Effect
from reply_mcp.catalog.rows import rows_of
from reply_mcp.errors import AlreadyDone, ApiError
from reply_mcp.text.lists import plural

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.channels.linkedin_accounts import (
        BulkDeleteLinkedInAccounts,
        DeleteLinkedInAccount,
        DeletePendingLinkedInAccount,
        ToggleLinkedInAccountStatus,
        UpdateLinkedInAccountLimits,
        UpdateLinkedInAccountRevokeSettings,
    )

_MOST_NAMED = 5


async def _account(call: Call, id: Any) -> dict[str, Any]:
    return await read_record(call, "GetLinkedInAccount", id=id)


def _title(account: dict[str, Any], id: Any) -> str:
    return f'"{account["name"]}" ({id})' if account.get("name") else f"LinkedIn account {id}"


def _is_on(account: dict[str, Any]) -> bool | None:
    status = str(account.get("status") or "").casefold()
    return None if status in ("", "cookieinvalid") else status != "disabled"


async def check_toggle_needed(call: Call[ToggleLinkedInAccountStatus]) -> None:
    """Stops where the account is as `enabled` wants it: the call itself only switches to the opposite. One request."""
    arguments = call.arguments
    if arguments.enabled is None:
        return
    account = await _account(call, arguments.id)
    if _is_on(account) is arguments.enabled:
        raise AlreadyDone(
            f"{_title(account, arguments.id)} is already {'on' if arguments.enabled else 'off'} "
            f"({account.get('status')}); nothing was changed.",
        )


def toggle_back(call: Call[ToggleLinkedInAccountStatus], held: Any, answer: Any) -> list[Step] | str:
    """Switches it to the opposite once more, unless somebody has done so by then."""
    status = answer.get("status") if isinstance(answer, Mapping) else None
    if status is None:
        return "It is not known how it was switched: its answer was lost."
    back, one = "enabled" if status == "disabled" else "disabled", {"id": call.arguments.id}
    return [
        Step(
            "ToggleLinkedInAccountStatus",
            one,
            f"LinkedIn account {call.arguments.id} is {back} again",
            left={"status": status},
            aims={"status": back},
            look=("GetLinkedInAccount", one),
        )
    ]


async def toggle_effect(call: Call[ToggleLinkedInAccountStatus]) -> Effect:
    """Switching on makes active sequences act on LinkedIn again; switching off sends nothing. One request."""
    return Effect.WRITE if _is_on(await _account(call, call.arguments.id)) else Effect.SEND


async def preview_toggle(call: Call[ToggleLinkedInAccountStatus]) -> str:
    account = await _account(call, call.arguments.id)
    if _is_on(account):
        return f"This switches LinkedIn automation off for {_title(account, call.arguments.id)}."
    return (
        f"This switches LinkedIn automation on for {_title(account, call.arguments.id)} "
        f"({account.get('status') or 'state unknown'}): active sequences invite and message people from it again."
    )


async def explain_toggle_refusal(call: Call[ToggleLinkedInAccountStatus], refusal: ApiError) -> str | None:
    if refusal.code != "linkedInAccount.cookieInvalid":
        return None
    return (
        f"{refusal.status} {refusal.code}: the account is signed out of LinkedIn and cannot be switched. "
        f'reply_reconnect_linkedin_account {{"id": {call.arguments.id}}} gives a link to sign in with.'
    )


async def read_limits(call: Call[UpdateLinkedInAccountLimits]) -> Any:
    """The limits as they are; one request in a call."""
    return (await _account(call, call.arguments.id)).get("limits")


async def effect_of_limits(call: Call[UpdateLinkedInAccountLimits]) -> Effect:
    """SEND unless every limit is as it was or lower, and the delays as they were or longer; one request in a call."""
    held = (await _account(call, call.arguments.id)).get("limits")
    return Effect.WRITE if isinstance(held, dict) and _lowers(call.arguments.wire(), held) else Effect.SEND


def _lowers(given: Mapping[str, Any], held: Mapping[str, Any]) -> bool:
    now = {str(key).casefold(): value for key, value in held.items()}
    for key, value in given.items():
        was = now.get(key.casefold())
        if key == "id" or value == was:
            continue
        if isinstance(value, Mapping):
            fine = isinstance(was, Mapping) and _lowers(value, was)
        elif key.startswith("actionDelay"):
            fine = isinstance(was, int) and isinstance(value, int) and value >= was
        elif isinstance(value, int):
            fine = isinstance(was, int) and value <= was
        else:
            fine = str(value).casefold() == str(was).casefold()
        if not fine:
            return False
    return True


async def preview_limits(call: Call[UpdateLinkedInAccountLimits]) -> str:
    account = await _account(call, call.arguments.id)
    return (
        f"This raises what {_title(account, call.arguments.id)} may do in a day, or shortens its delays: sequences "
        "that use it reach more people sooner."
    )


async def effect_of_withdrawing(call: Call[UpdateLinkedInAccountRevokeSettings]) -> Effect:
    """SEND where invitations are withdrawn that would have stayed."""
    return Effect.SEND if call.arguments.enabled else Effect.WRITE


async def preview_withdrawing(call: Call[UpdateLinkedInAccountRevokeSettings]) -> str:
    account = await _account(call, call.arguments.id)
    return (
        f"This has {_title(account, call.arguments.id)} withdraw every invitation that nobody answered within "
        f"{plural(call.arguments.period_days, 'day')}, also those of before; LinkedIn does not let them be sent again "
        "for weeks."
    )


async def preview_deletion(call: Call[DeleteLinkedInAccount]) -> str:
    """The account, and whether it is deleted even if sequences use it; one request."""
    account = await _account(call, call.arguments.id)
    force = " even if sequences use it; they lose this sender" if call.arguments.force else ""
    return f"This disconnects {_title(account, call.arguments.id)} from Reply for good{force}."


async def preview_deletions(call: Call[BulkDeleteLinkedInAccounts]) -> str:
    """The first five by name; one request, and one for each that the list of a minute ago does not have."""

    async def read(id: Any) -> str:
        return _title(await _account(call, id), id)

    rows = rows_of(await read_once(call, "ListLinkedInAccounts"))
    found = await find_existing(
        call.arguments.ids,
        "LinkedIn account",
        read,
        known={str(row.get("id")): _title(row, row.get("id")) for row in rows},
        most=_MOST_NAMED,
        finder="reply_list_linkedin_accounts",
    )
    force = " Sequences that use them lose these senders." if call.arguments.force else ""
    return f"This disconnects {found.count} for good: {found.listed}.{force}{found.missing}"


async def explain_deletion_refusal(call: Call, refusal: ApiError) -> str | None:
    match refusal.code:
        case "linkedInAccount.accountInUse":
            return (
                f"{refusal.status} {refusal.code}: sequences use this account; nothing was deleted. force=true deletes "
                "it anyway; reply_remove_linkedin_account_from_sequence takes it out of a sequence."
            )
        case "linkedInAccount.voiceProfileConflict":
            return (
                f"{refusal.status} {refusal.code}: there would be more voice profiles than LinkedIn accounts; nothing "
                "was deleted. A voice profile is removed in Reply's web app."
            )
    return None


async def preview_cancellation(call: Call[DeletePendingLinkedInAccount]) -> str:
    """The invitation by name; one request."""
    rows = rows_of(await read_once(call, "ListPendingLinkedInAccounts"))
    known = {str(row.get("id")): f'"{row.get("name") or "?"}"' for row in rows}
    found = await find_existing(
        [call.arguments.id], "pending LinkedIn account", known=known, finder="reply_list_pending_linkedin_accounts"
    )
    return f"This cancels invitation {call.arguments.id} for {found.listed}: its link stops working."


async def read_revoke_settings(call: Call[UpdateLinkedInAccountRevokeSettings]) -> Any:
    """When it withdraws invitations; one request in a call."""
    return (await _account(call, call.arguments.id)).get("revokeSettings")
