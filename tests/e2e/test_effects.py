"""What goes through unasked changes nothing that leaves, and shows nobody anything new.

Each call is made through the server under the default policy in a sandbox whose time stands still, which is then
advanced by a week; what left in that week is compared with the week of the same sandbox without the call, and so is
what a teammate can read. A call that was asked about was not made, and is counted.

`EFFECTS_REPORT=1` prints the figures. `EFFECTS_LONG=1` also makes the calls that were asked about, as if a person had
agreed, and counts those of which the week shows a difference: it says whether the comparison could find anything.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from reply_mcp.catalog.operation import Effect
from reply_mcp.settings import Settings, parse_policy
from tests.conftest import KEY, connected, text_of
from tests.e2e.effect_cases import CASES, World, cases, running_world
from tests.e2e.soundness import SECRET, TOOLS, is_read
from tests.undo import changes_undone
from tests.wording import wording_faults

WEEK = 7 * 86_400
START = datetime(2026, 3, 4, 15, tzinfo=UTC)
ENTRIES = {entry.tool: entry for entry in TOOLS}
TEAMMATE = {"Authorization": "Bearer sandbox-master", "X-User-Id": "70415", "X-Team-Id": "31007"}
READABLE = {
    "contact-lists": "contactList",
    "email-templates": "emailTemplate",
    "email-template-folders": "templateFolder",
    "sequences": "sequence",
    "webhooks": "webhook",
    "ai-sdr/knowledge-bases": "knowledgeBase",
    "ai-sdr/offers": "offer",
}
"""Lists in which a teammate may find things, and what the sandbox calls them."""
Figures = Counter[str]
STOPS = {
    "reply_pause_sequence": "pausing",
    "reply_bulk_pause_sequences": "pausing",
    "reply_mark_contacts_as_replied": "a reply ends what is still to be sent",
    "reply_mark_contacts_as_bounced": "a bounce ends what is still to be sent",
    "reply_mark_replied_in_sequence": "a reply ends what is still to be sent",
    "reply_mark_bounced_in_sequence": "a bounce ends what is still to be sent",
    "reply_set_contacts_opted_out": "an objection is honored at once",
    "reply_set_status_in_all_sequences": "pausing and finishing people",
    "reply_change_status_in_sequence": "pausing and finishing people",
    "reply_blacklist_contact": "never to be written to",
    "reply_create_blacklist_domain_rule": "never to be written to",
    "reply_bulk_create_blacklist_domain_rules": "never to be written to",
    "reply_create_blacklist_email_rule": "never to be written to",
    "reply_bulk_create_blacklist_email_rules": "never to be written to",
    "reply_toggle_linkedin_account": "switching off",
    "reply_update_linkedin_account_limits": "doing less in a day",
    "reply_link_holiday_calendar": "sending on fewer days",
    "reply_disable_webhook": "delivering nothing more",
    "reply_update_linkedin_revoke_settings": "withdrawing nothing more",
    "reply_disable_autopilot": "adding nobody more",
    "reply_set_sequence_reply_mode": "holding messages for approval",
    "reply_complete_task": "with finishProspectInSequence: nothing more is sent to the person",
    "reply_cancel_background_job": "doing no more of what it does",
}
"""Tools whose calls go through although less leaves: they are never held up by a question. Nothing else may change."""
STANDING = {
    "reply_create_contact": "one credit, where the account has the standing order to validate new addresses",
    "reply_import_contacts": "the same for fewer than twenty people; more are asked about",
}
"""Tools that may cost a credit that a person has agreed to by a setting, whose change is asked about."""
EXCEPTIONS = {
    ("reply_import_contacts", 2): "fills empty fields of somebody who is written to; whom of thousands an import finds "
    "again only Reply knows, and it overwrites nothing",
}
"""Cases that go through although other words leave, with the reason."""
UNTRIED = {
    "reply_undo": "its effects are those of the operations that it sends (tests of undoing)",
    "reply_upload_attachment": "takes a file, which nothing sends until a message names it",
    "reply_upload_voice_message": "takes a file, which nothing sends until a message names it",
    "reply_upload_template_attachment": "takes a file, which nothing sends until a template names it",
    "reply_upload_offer_attachment": "takes a file, which the AI reads when it is told to",
    "reply_upload_knowledge_base_document": "takes a file; its effect is that of reply_add_knowledge_base_source",
    "reply_upload_playbook_style_file": "takes a file; its effect is that of reply_update_playbook",
    "reply_upload_reply_handler_media": "takes a file; its effect is tested with those of the other handlers' tools",
    "reply_upload_reengagement_card_media": "takes a file; its effect is tested with those of the other cards' tools",
    "reply_update_blacklist_domain_rule": "asks wherever it may lift a rule (tests of the blacklist)",
    "reply_update_blacklist_email_rule": "asks wherever it may lift a rule (tests of the blacklist)",
    "reply_update_blacklist_exception": "asks wherever it may lift a rule (tests of the blacklist)",
    "reply_delete_blacklist_domain_rule": "lifts a rule: always a send (tests of the blacklist)",
    "reply_delete_blacklist_email_rule": "lifts a rule: always a send (tests of the blacklist)",
    "reply_bulk_delete_blacklist_domain_rules": "lifts rules: always a send (tests of the blacklist)",
    "reply_bulk_delete_blacklist_email_rules": "lifts rules: always a send (tests of the blacklist)",
    "reply_start_live_data_search": "always spends",
    "reply_preview_autopilot": "its filters are tried in the tests of the autopilot",
}
"""Tools that may go through and have no case here, with the reason."""


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with running_world(World, START) as one:
        yield one


@pytest.fixture(scope="module")
def control(world: World) -> tuple[Counter[str], set[str]]:
    """What leaves in a week without any call, and what the teammate can read after it."""
    with changes_undone(world.sandbox.app.state.kernel):
        return week(world), readable(world)


@pytest.fixture(scope="module")
def figures() -> Iterator[Figures]:
    counted: Figures = Counter()
    yield counted
    if os.environ.get("EFFECTS_REPORT"):
        print(f"\n{len(CASES)} tools: {dict(counted)}")  # noqa: T201


def week(world: World) -> Counter[str]:
    """What leaves within a week from now, as texts that are the same in two sandboxes."""
    world.sandbox.app.state.kernel.advance(WEEK)
    return Counter(json.dumps(row, sort_keys=True) for row in outbox(world))


def outbox(world: World) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = world.sandbox.get("/sandbox/outbox", comparable="true")["outbox"]
    return rows


def readable(world: World) -> set[str]:
    """What a teammate can read: the kind and id of each."""
    found = set()
    for kind in READABLE:
        answer = world.sandbox.http.get(f"/v3/{kind}", params={"top": 1000}, headers=TEAMMATE)
        assert answer.status_code == 200, answer.text
        body = answer.json()
        lists = [body] if isinstance(body, list) else [one for one in body.values() if isinstance(one, list)]
        found |= {f"{kind} {row.get('folderType', '')} {row['id']}" for rows in lists for row in rows}
    return found


def settings_of(world: World) -> Settings:
    return Settings(api_key=KEY, base_url=world.sandbox.url, rate_limits="none", patience=0.5)


def without_time(rows: Counter[str]) -> Counter[str]:
    return Counter(json.dumps({**json.loads(row), "at": None}, sort_keys=True) for row in rows.elements())


@pytest.mark.parametrize("tool", CASES)
async def test_what_goes_through_unasked_changes_nothing_that_leaves(
    tool: str, world: World, control: tuple[Counter[str], set[str]], figures: Figures
) -> None:
    left, seen = control
    for number, case in enumerate(CASES[tool]):
        with changes_undone(world.sandbox.app.state.kernel):
            held = {f"{path} {one['id']}" for path, kind in READABLE.items() for one in world.store.all(kind)}
            arguments = case(world)
            mark = world.sandbox.seen()
            async with connected(settings_of(world)) as client:
                result = await client.call_tool("reply_run_write", {"tool": tool, "arguments": arguments})
            text = text_of(result)
            assert list(wording_faults(text)) == [], text
            outcome = "asked" if "Not done yet" in text else "refused" if result.is_error else "done"
            figures[outcome] += 1
            if os.environ.get("EFFECTS_REPORT"):
                print(f"\n{outcome}: {tool}[{number}] {text if outcome == 'refused' else text.splitlines()[0]}"[:300])  # noqa: T201
            if outcome != "done":
                changes = [row for row in world.sandbox.since(mark) if not is_read(row["method"], row["path"])]
                assert outcome == "refused" or not changes, f"{tool}: {changes}"
                if outcome == "asked" and os.environ.get("EFFECTS_LONG"):
                    agreed = replace(settings_of(world), policy=parse_policy("all=allow"))
                    async with connected(agreed) as client:
                        await client.call_tool("reply_run_write", {"tool": tool, "arguments": arguments})
                    differs = week(world) != left or readable(world) != seen
                    figures["asked, and differs" if differs else "asked, and the week is the same"] += 1
                    figures["days"] += 7
                    if not differs and os.environ.get("EFFECTS_REPORT"):
                        print(f"\nthe same: {tool}[{number}]")  # noqa: T201
                continue
            after, now = week(world), readable(world)
            figures["days"] += 7
            if tool in STANDING:
                after = Counter({row: n for row, n in after.items() if json.loads(row)["kind"] != "credits"})
            gone, new = left - after, after - left
            what = f"{tool} {json.dumps(arguments)} ({outcome}): {text[:200]}\n- {list(gone)[:3]}\n+ {list(new)[:3]}"
            if (tool, number) in EXCEPTIONS:
                assert new, f"{what}\nno exception"
            elif tool in STOPS:
                assert not without_time(after) - without_time(left), what
            else:
                assert not gone, what
                assert not new, what
            opened = {one for one in now - seen if f"{one.split()[0]} {one.split()[-1]}" in held}
            assert not opened, f"{tool} {arguments} opens {opened}"


def test_every_tool_that_may_go_through_is_tried() -> None:
    may = {
        entry.tool
        for entry in TOOLS
        if entry.effect is not Effect.READ
        and (entry.effect is Effect.WRITE or entry.effect_varies)
        and entry.tool not in SECRET
    }
    assert may - set(CASES) == set(UNTRIED) - set(CASES)
    assert {tool for tool, _ in cases()} <= set(ENTRIES)
    assert set(STOPS) <= set(CASES)
