"""What Reply says: whether it is reached, whether the clocks agree, whom the key acts for, what it may read."""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from time import monotonic, time
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from reply_mcp.cli.acting_user import describe_user
from reply_mcp.cli.doctor.findings import Finding
from reply_mcp.errors import ApiError, ReplyError
from reply_mcp.server.inventory import Inventory
from reply_mcp.settings import Settings, is_loopback

_SECONDS = 15.0
_CLOCK_SECONDS = 60
"""How far apart clocks may be."""
_READS = {
    "contacts:read": "GetContacts",
    "sequences:read": "GetSequences",
    "inbox:read": "ListInboxThreads",
    "tasks:read": "GetTasks",
    "channels:read": "ListEmailAccounts",
    "webhooks:read": "ListWebhooks",
    "settings:read": "GetSettings",
    "other:read": "GetBackgroundJobs",
    "ai-sdr:read": "ListApprovals",
}
"""For each scope that a plain list shows, that list."""


async def check_reached(settings: Settings) -> tuple[list[Finding], bool]:
    """Whether Reply answers at all, how fast, and what its clock says. The request carries no key."""
    from reply_mcp.client.connection import opened
    from reply_mcp.client.outcomes import NoResponse
    from reply_mcp.client.transport import exchange

    host = urlsplit(settings.base_url).hostname or ""
    through = _proxy(settings.base_url, host)
    try:
        async with opened(settings.base_url, {}, timeout=_SECONDS) as http:
            began = monotonic()
            answer = await exchange(http, http.build_request("HEAD", "/"), _SECONDS)
            took = round((monotonic() - began) * 1000)
    except ReplyError as error:
        return [Finding("network", "fault", str(error).rstrip("."))], False
    if isinstance(answer, NoResponse):
        return [
            Finding(
                "network",
                "fault",
                f"{host} cannot be reached{through}: {answer.why}",
                _remedy(answer.why, bool(through)),
            )
        ], False
    findings = [Finding("network", "ok", f"{host} answers in {took} ms{through}")]
    if answer.status in (407, 502, 503, 504) and through:
        return [
            Finding(
                "network", "fault", f"the proxy answers {answer.status} in Reply's place{through}", "ask who runs it"
            )
        ], False
    if "api.reply.io" not in host:
        findings.append(Finding("network", "note", f"REPLY_BASE_URL is {settings.base_url}, not Reply's own address"))
    findings += _check_clock(answer.headers)
    return findings, True


def _proxy(base_url: str, host: str) -> str:
    proxies = getproxies()
    proxy = proxies.get(urlsplit(base_url).scheme) or proxies.get("all")
    if not proxy or is_loopback(host) or proxy_bypass(host):
        return ""
    # Its address may hold a password.
    return f" through the proxy {urlsplit(proxy).hostname or 'that is set'}"


def _remedy(why: str, proxied: bool) -> str:
    if "certificate" in why:
        return "a proxy that opens TLS has a certificate of its own: put the company's into SSL_CERT_FILE"
    if "name is not known" in why:
        return "check REPLY_BASE_URL and the network; companies often need HTTPS_PROXY"
    return (
        "check the proxy in HTTPS_PROXY"
        if proxied
        else "check the network, and whether a proxy (HTTPS_PROXY) is needed"
    )


def _check_clock(headers: Mapping[str, str]) -> list[Finding]:
    try:
        apart = time() - parsedate_to_datetime(headers.get("date", "")).timestamp()
    except (ValueError, TypeError):
        return []
    if abs(apart) <= _CLOCK_SECONDS:
        return [Finding("clock", "ok", "as Reply's, within a minute")]
    ahead = "ahead of" if apart > 0 else "behind"
    return [
        Finding(
            "clock",
            "warning",
            f"this machine's clock is {round(abs(apart))} s {ahead} Reply's: limits and times are off",
            "set the clock by the network",
        )
    ]


async def check_account(settings: Settings) -> list[Finding]:
    """Whom the key acts for, then what it may read: a request for each scope, counted in the budget."""
    from reply_mcp.server.sessions import Sessions, credential_of

    credential = credential_of(settings)
    assert credential is not None
    sessions = Sessions(settings, local=True)
    try:
        session = await sessions.of(credential)
        finding = await _acting_user(session)
        if finding.level == "fault":
            return [finding]
        return [finding, *await _scopes(session, settings)]
    finally:
        await sessions.aclose()


async def _acting_user(session: Any) -> Finding:
    from reply_mcp.catalog.areas.account.operations import Whoami

    try:
        answer = (await session.perform(Whoami())).answer
    except ApiError as error:
        if error.status == 401 and error.code != "USER_NOT_FOUND":
            return Finding(
                "key",
                "fault",
                f"Reply does not accept the key ({error.detail or 'revoked, expired, or not copied whole'})",
                "make or copy one in Reply (Settings, API key) and run `reply-mcp login`",
            )
        return Finding(
            "user",
            "fault",
            str(error).rstrip("."),
            "set whom to act for: REPLY_USER_ID, or REPLY_USER_EMAIL with REPLY_TEAM_ID",
        )
    except ReplyError as error:
        return Finding("network", "fault", str(error).rstrip("."))
    return Finding("user", "ok", f"the key is accepted and acts as {describe_user(answer)}")


async def _scopes(session: Any, settings: Settings) -> list[Finding]:
    """Which scopes the key has, as far as reads show it."""
    from reply_mcp.server.inventory import every_entry
    from reply_mcp.server.tool_calls import operation_of

    entries = {entry.id: entry for entry in every_entry()}
    needed = {entry.scope for entry in Inventory(settings).listed if entry.scope}
    domains = {scope.partition(":")[0] for scope in needed}
    findings, granted, missing = [], [], []
    for scope, operation in _READS.items():
        try:
            await session.perform(operation_of(entries[operation]).arguments())
            granted.append(scope)
        except ApiError as error:
            if error.status == 403:
                missing.append(scope)
            else:
                findings.append(Finding("scopes", "note", f"{scope} cannot be checked: {str(error).rstrip('.')}"))
        except ReplyError as error:
            findings.append(Finding("scopes", "note", f"the rest was not asked for: {str(error).rstrip('.')}"))
            break
    for scope in missing:
        listed = scope.partition(":")[0] in domains
        findings.append(
            Finding(
                "scopes",
                "warning" if listed else "note",
                f"the key lacks {scope}" + (", which tools that are listed need" if listed else ""),
                "add it in Reply (Settings, API key)",
            )
        )
    if granted:
        findings.append(Finding("scopes", "ok", f"{', '.join(granted)}; what the key may write, reads do not show"))
    return findings
