"""What refusals about a sequence's mailboxes and LinkedIn accounts mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reply_mcp.catalog.lookups.sequences import explain_missing_sequence
from reply_mcp.catalog.operation import Call
from reply_mcp.errors import ApiError

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.sequences.senders import SetSequenceEmailAccounts


async def explain_missing_link(call: Call, refusal: ApiError) -> str | None:
    """One 404 stands for a missing sequence, a missing account and a missing link: reads the sequence."""
    return await explain_missing_sequence(
        call, refusal, "the account does not exist or is not linked to it. reply_get_sequence shows the linked ones."
    )


async def explain_missing_account(call: Call, refusal: ApiError) -> str | None:
    """One 404 stands for a missing sequence and a missing account: reads the sequence."""
    return await explain_missing_sequence(
        call,
        refusal,
        "the account does not exist. reply_list_email_accounts and reply_list_linkedin_accounts list them.",
    )


async def explain_empty_list(call: Call[SetSequenceEmailAccounts], refusal: ApiError) -> str | None:
    """v3's text says that an empty list unlinks all mailboxes; Reply may refuse it."""
    if refusal.status == 400 and not call.arguments.email_account_ids:
        return (
            "Reply does not accept an empty list; nothing was changed. reply_remove_email_account_from_sequence "
            "unlinks mailboxes one by one."
        )
    return None
