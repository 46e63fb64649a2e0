"""`reply-mcp doctor`: every check, in the order in which one depends on the other."""

from __future__ import annotations

import argparse
import json
import logging
import os
from dataclasses import asdict

from reply_mcp.cli.doctor.findings import Finding, by_weight, exit_status
from reply_mcp.cli.doctor.host_checks import check_hosts
from reply_mcp.cli.doctor.local_checks import check_budget, check_files, check_key, check_settings, check_version
from reply_mcp.settings import Settings, all_settings
from reply_mcp.text.lists import plural


def run(options: argparse.Namespace) -> int:
    """Prints what is wrong, with what mends it, then what is right; the status says whether anything is."""
    # What is wrong stands in the report, once.
    log = logging.getLogger("reply_mcp")
    level = log.level
    log.setLevel(logging.CRITICAL)
    try:
        return _report(options)
    finally:
        log.setLevel(level)


def _report(options: argparse.Namespace) -> int:
    import anyio

    flags = {setting.name: getattr(options, setting.name, None) for setting in all_settings()}
    settings, of_settings = check_settings(flags, os.environ)
    settings, of_key = check_key(settings, os.environ)
    findings = [check_version(), *of_settings, *of_key]
    findings += anyio.run(_asked, settings, options.offline, any(one.level == "fault" for one in of_settings))
    findings += check_files(settings) + check_hosts()
    findings = by_weight(findings)
    status = exit_status(findings, strict=options.strict)
    if options.json:
        print(
            json.dumps({"status": status, "findings": [asdict(one) for one in findings]}, indent=2, ensure_ascii=False)
        )
        return status
    for one in findings:
        print(one.line())
    faults, warnings = (sum(one.level == level for one in findings) for level in ("fault", "warning"))
    print(f"\n{plural(faults, 'fault')}, {plural(warnings, 'warning')}.")
    return status


async def _asked(settings: Settings, offline: bool, broken: bool) -> list[Finding]:
    from reply_mcp.cli.doctor.reply_checks import check_account, check_reached
    from reply_mcp.cli.doctor.server_checks import check_server

    findings: list[Finding] = []
    reached = False
    if offline:
        findings.append(Finding("network", "note", "not asked for, by --offline"))
    else:
        found, reached = await check_reached(settings)
        findings += found
    if reached and settings.api_key:
        findings += await check_account(settings)
    elif not offline:
        why = "without a key" if reached else "without a connection"
        findings.append(Finding("user", "note", f"not checked, {why}"))
    findings += await check_budget(settings)
    # A wrong setting stops it, and has been named.
    if not broken:
        findings.append(await check_server())
    return findings
