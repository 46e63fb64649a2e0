"""Sending accounts that cannot send: what is wrong with one, and the tool that fixes it."""

from __future__ import annotations

from typing import Any

from reply_mcp.workflows.pieces.partial_reads import short_name

_OAUTH = {"gmail": "reply_connect_gmail", "outlook": "reply_connect_office365"}


def mailbox_trouble(row: dict[str, Any]) -> str:
    """`tom@ourco.com (12317) disconnected: reply_connect_gmail`; "" where the mailbox can send."""
    name = f"{short_name(row.get('email'), 60) or 'mailbox'} ({row.get('id')})"
    if str(row.get("connectionStatus") or "").casefold() == "disconnected":
        fix = _OAUTH.get(str(row.get("emailAccountType") or "").casefold(), "its owner signs it in again in Reply")
        return f"{name} disconnected: {fix}"
    if row.get("sendingLockedByProvider") is True:
        return f"{name} locked by its provider: reply_resume_sending"
    if row.get("dailyLimit") == 0:
        return f"{name} may send 0 a day: reply_update_email_account"
    return ""


def linked_in_trouble(row: dict[str, Any]) -> str:
    """`LinkedIn Tom Okafor (620) signed out: reply_reconnect_linkedin_account`; "" where it can act."""
    name = f"LinkedIn {short_name(row.get('name'))} ({row.get('id')})"
    match str(row.get("status") or "").casefold():
        case "cookieinvalid":
            return f"{name} signed out: reply_reconnect_linkedin_account"
        case "disabled":
            return f"{name} switched off: reply_toggle_linkedin_account"
        case "dailylimitreached":
            return f"{name} at its limit for today, continues tomorrow: reply_update_linkedin_account_limits"
    return ""
