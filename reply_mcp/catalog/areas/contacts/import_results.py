"""The results of an import, which carry no address: each person's with its true reason, and who was enrolled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.areas.contacts.import_items import items_of
from reply_mcp.catalog.areas.contacts.import_read_back import (
    MOST_READ_BACK,
    note_values_kept,
    opt_out_those_who_did,
)
from reply_mcp.catalog.background_jobs import (
    OUTCOME,
    background_job,
    result_line,
    result_of,
    share_of,
    state_of,
)
from reply_mcp.catalog.batching import is_open
from reply_mcp.catalog.operation import Call
from reply_mcp.catalog.rows import rows_of
from reply_mcp.errors import ReplyError
from reply_mcp.text.lists import join, plural

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.contacts.bodies import ImportItem
    from reply_mcp.catalog.areas.contacts.operations import ImportContacts

MATCHED = "matched"
"""What Reply calls updated where only empty fields are filled, which may be none."""

_SKIPS = {
    "contactdeleted": "deleted earlier and cannot be used; options.restoreDeleted=true brings it back",
    "noeditpermission": "belongs to a teammate; this user may not edit it",
}


async def describe_each_result(call: Call[ImportContacts], answer: Any) -> Any:
    """The results with each person's address: `summary`, `imported` (id, email, status), `notImported` (with reason),
    and `notCertain`: those who may have been imported.
    Up to five more requests where some existed already, with `options.sequenceId` five more, and one for each hundred
    who opted out."""
    results = rows_of(answer)
    if not results:
        return _describe_without_results(answer)
    asked = items_of(call)
    aligned = len(results) == len(asked)
    if not aligned:
        call.notes.append(
            f"Reply answered {plural(len(results), 'result')} for {plural(len(asked), 'item')}: which is whose is not "
            "certain."
        )
    options = call.arguments.options
    overwrites = options is not None and options.overwrite_existing
    statuses = [str(result.get("status") or "unknown") for result in results]
    _note_differing_counts(call, answer, Counter(statuses))
    imported: list[dict[str, Any]] = []
    left: list[dict[str, Any]] = []
    open_ones: list[dict[str, Any]] = []
    people: list[tuple[int, ImportItem, str]] = []
    for i, (result, status) in enumerate(zip(results, statuses, strict=True)):
        who = (asked[i].email or asked[i].linked_in_url or asked[i].first_name) if aligned else None
        row = {"id": result.get("id"), "email": who, "status": status}
        if status.casefold() in ("created", "updated", "restored"):
            if status.casefold() == "updated" and not overwrites:
                row["status"] = MATCHED
            imported.append(row)
            if aligned and result.get("id") is not None:
                people.append((result["id"], asked[i], str(row["status"])))
        else:
            reason = _reason(call, result, asked[i] if aligned else None)
            (open_ones if is_open(reason) else left).append({**row, "reason": reason})
    counts = Counter(row["status"] for row in imported + open_ones + left)
    by_status = ", ".join(f"{count:,} {status}" for status, count in counts.items())
    summary = f"{len(imported):,} of {plural(len(results), 'contact')} imported: {by_status}"
    if counts.get(MATCHED):
        summary += (
            f" ({MATCHED}: they existed, and only empty fields were filled; options.overwriteExisting=true replaces)"
        )
    await opt_out_those_who_did(call, [(id, item) for id, item, _ in people])
    await note_values_kept(call, [(id, item) for id, item, status in people if status == MATCHED])
    if options is not None and options.sequence_id is not None and imported:
        await _note_who_is_enrolled(call, options.sequence_id, [row["id"] for row in imported])
    return {"summary": summary + ".", "notCertain": open_ones, "notImported": left, "imported": imported}


def _note_differing_counts(call: Call[ImportContacts], answer: Any, counts: Mapping[Any, int]) -> None:
    """Notes where Reply's own counters differ from its results."""
    names = {"added": "created", "updated": "updated", "skipped": "skipped"}
    counted = {name: answer.get(name) for name in names} if isinstance(answer, dict) else {}
    differing = [
        f"{number} {name} where the results say {counts.get(names[name], 0)}"
        for name, number in counted.items()
        if isinstance(number, int) and number != counts.get(names[name], 0)
    ]
    if differing:
        call.notes.append(f"Reply's own counts differ from its results: {join(differing)}.")


def _describe_without_results(answer: Any) -> dict[str, Any]:
    """What is known of an import that is in the background, or was answered without a word on its items."""
    job = background_job(answer)
    seen = answer.get(OUTCOME) if isinstance(answer, dict) else None
    if job and state_of(seen) == "done":
        result = result_line(result_of(seen))
        return {
            "summary": f"Done by background job {job}{f' ({result})' if result else ''}, which does not say what came "
            "of each contact. reply_search_contacts by email shows who is there."
        }
    if isinstance(answer, dict) and isinstance(answer.get("jobIds"), list):
        jobs = ", ".join(map(str, answer["jobIds"]))
        state = "Done by" if answer.get("done") else "Accepted by Reply, not all done yet: still running in"
        return {"summary": f"{state} background jobs {jobs}. reply_get_background_job shows what came of each."}
    if job:
        look = f'reply_get_background_job {{"jobId": "{job}"}}'
        share = share_of(seen)
        at = "" if share is None else f", {share:.0%} done when last looked at"
        return {
            "summary": f"Accepted by Reply, not done yet: it runs in background job {job}{at}. {look} shows the result."
        }
    return {
        "summary": "Reply accepted the import without saying what became of each contact. reply_list_background_jobs "
        "shows whether it runs; reply_search_contacts by email shows who is there."
    }


def _reason(call: Call[ImportContacts], result: dict[str, Any], item: ImportItem | None) -> str:
    """Why one person was not imported, as far as Reply or the options tell."""
    skip = str(result.get("skipReason") or "")
    if skip:
        return _SKIPS.get(skip.casefold(), skip)
    error = str(result.get("error") or "")
    if error.casefold().rstrip(".") == "invalid data":
        return "Invalid data (first name missing, or a malformed email)"
    if error:
        return error
    options = call.arguments.options
    if options is not None and options.skip_without_emails and item is not None and not item.email:
        return "no email (skipWithoutEmails)"
    if options is not None and options.skip_existing:
        return "exists already (skipExisting)"
    return "Reply gives no reason"


async def _note_who_is_enrolled(call: Call[ImportContacts], sequence_id: Any, ids: list[Any]) -> None:
    """Notes who of the first five is in the sequence: Reply's results do not say, and it silently leaves out people who
    opted out. A request each."""
    known = [id for id in ids if id is not None]
    inside: list[str] = []
    outside: list[str] = []
    for id in known[:MOST_READ_BACK]:
        try:
            rows = rows_of(await call.ask("GetContactSequences", id=id))
        except ReplyError:
            continue
        found = any(str(row.get("sequenceId")) == str(sequence_id) for row in rows)
        (inside if found else outside).append(str(id))
    if outside:
        call.notes.append(
            f"Imported but not in sequence {sequence_id}: {join(outside)} (opted out, blacklisted, or not shown yet)."
        )
    if inside:
        call.notes.append(f"In sequence {sequence_id}: {join(inside)}.")
    unread = len(ids) - len(inside) - len(outside)
    if unread:
        call.notes.append(f"Whether the other {unread} were enrolled is not known: Reply's answer does not say.")
