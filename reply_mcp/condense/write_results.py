"""After a write: what is now true. After a bulk call: the counts, then every failure by its reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reply_mcp.catalog.background_jobs import OUTCOME, background_job, result_line, result_of, share_of, state_of
from reply_mcp.catalog.batching import is_open
from reply_mcp.catalog.views import Column, Done, PerItem
from reply_mcp.condense.cards import fact_line
from reply_mcp.condense.token_limits import Draft
from reply_mcp.condense.values import lookup, nothing, show, template, words
from reply_mcp.text.cleaning import one_line
from reply_mcp.text.digits import is_digits
from reply_mcp.text.lists import list_by_reason, plural_of

_GOOD = {
    "created",
    "updated",
    "restored",
    "added",
    "done",
    "success",
    "succeeded",
    "ok",
    "deleted",
    "moved",
    "completed",
}
_IDS_SHOWN = 200


def draft_done(answer: Any, view: Done, arguments: Mapping[str, Any]) -> Draft:
    """The sentence of a write and the next step."""
    text, step = template(view.text, answer, arguments), _sentence(template(view.next, answer, arguments))
    return Draft([" ".join(filter(None, [text or "Done.", step]))], data={"done": text, "next": step}, key="")


def _sentence(text: str) -> str:
    """A next step with the stop at its end."""
    return f"{text}." if text and text[-1] not in ".:!?" else text


def draft_put_off(answer: Any, view: Done | PerItem, arguments: Mapping[str, Any]) -> Draft | None:
    """What came of a write that Reply has put off to a background job; None for other answers."""
    if not isinstance(answer, Mapping) or not answer:
        return None
    if isinstance(answer.get("jobIds"), list):
        return _put_off_in_parts([one_line(str(job), 80) for job in answer["jobIds"]], answer.get("done") is True)
    if OUTCOME not in answer and not set(answer) <= {"location", "jobId"}:
        return None
    location = str(answer.get("location") or "")
    if location and "background-jobs/" not in location:
        return None
    job = one_line(background_job(answer) or "", 80)
    seen = answer.get(OUTCOME)
    if state_of(seen) == "done":
        return _done_in_job(job, answer, isinstance(view, PerItem))
    accepted = template(view.text, answer, arguments) if isinstance(view, Done) and OUTCOME in answer else ""
    share = share_of(seen)
    at = "" if share is None else f", {share:.0%} done when last looked at"
    look = f'reply_get_background_job {{"jobId": "{job}"}}' if job else "reply_list_background_jobs"
    stop = "; reply_cancel_background_job stops it" if job else ""
    text = f"Accepted by Reply, not done yet: it runs in the background{at}. {look} shows what came of it{stop}."
    return Draft([" ".join(filter(None, [text, accepted]))], data={"accepted": True, "job": job or None}, key="")


def _done_in_job(job: str, answer: Mapping[str, Any], of_many: bool) -> Draft:
    """The job's result, with what Reply said when it accepted."""
    result = result_of(answer[OUTCOME])
    head = [f"Done by background job {job}."]
    facts = {key: value for key, value in answer.items() if key not in (OUTCOME, "jobId", "location")}
    if result_line(facts):
        head[0] += f" {one_line(result_line(facts), 300)}."
    if of_many:
        head[0] += " Its result does not say what came of each: look before a repeat."
    data: dict[str, Any] = {"job": job, **facts}
    if isinstance(result, Mapping):
        units = [line for key in result if (line := fact_line(result, [Column(str(key))], data))]
        return Draft(head, units, data=data, key="")
    if result_line(result):
        head.append(one_line(result_line(result), 2000))
    return Draft(head, data=data | {"result": result}, key="")


def _put_off_in_parts(jobs: list[str], done: bool) -> Draft:
    names = ", ".join(jobs)
    if done:
        text = f"Done by Reply in {len(jobs)} background jobs ({names}), whose results do not say what came of each."
    else:
        text = (
            f"Accepted by Reply in parts, not all done yet: still running in background jobs {names}. "
            "reply_get_background_job shows what came of each."
        )
    return Draft([text], data={"accepted": True, "jobs": jobs}, key="")


def draft_per_item(answer: Any, view: PerItem, arguments: Mapping[str, Any]) -> Draft | None:
    """Counts and failures of a bulk call; None where the answer has none of the known forms."""
    inputs = _inputs(view, arguments)
    outcome = _outcome(answer, inputs)
    if outcome is None:
        return None
    done, failed, unknown = outcome
    total = len(inputs) or done + sum(len(ids) for ids in failed.values()) + unknown
    what, where = template(view.done, answer, arguments), template(view.where, answer, arguments)
    whole = f"{what} {where}".rstrip()
    head = f"{done} of {total} {_noun(view, total)} {whole}."
    fits = done + sum(len(ids) for ids in failed.values()) + unknown == total and not _foreign(failed, inputs)
    if not fits:
        head = (
            f"What was done is not certain: Reply's answer does not fit the {total} {_noun(view, total)} that were "
            f"asked for; it counts {done} {whole}. Look before repeating."
        )
    elif done == total:
        all_of_them = "Both" if total == 2 else f"All {total}"
        head = f"{_only(view, inputs)} {whole}." if total == 1 else f"{all_of_them} {_noun(view, total)} {whole}."
    may_be = {reason: ids for reason, ids in failed.items() if is_open(reason)}
    failed = {reason: ids for reason, ids in failed.items() if reason not in may_be}
    units = [*_by_reason("Not certain", may_be), *_by_reason(f"Not {what}", failed)]
    if units:
        units[-1] += "."
    silent = f"{unknown} without an answer from Reply: look before repeating." if unknown else ""
    step = _sentence(template(view.next, answer, arguments)) if done else ""
    data = {"done": done, "total": total, "failed": {reason: list(ids) for reason, ids in failed.items()}, "next": step}
    if may_be:
        data["notCertain"] = {reason: list(ids) for reason, ids in may_be.items()}
    draft = Draft([head], units, [silent, step], data, "", between="; ")
    draft.more = lambda kept, shown: f"… {shown - kept} more reasons did not fit"
    return draft


def did_nothing(answer: Any, view: PerItem, arguments: Mapping[str, Any]) -> bool:
    """Whether the answer of a bulk call says of each item that it was not done."""
    done, failed, unknown = _outcome(answer, _inputs(view, arguments)) or (0, {}, 0)
    return bool(failed) and not done and not unknown and not any(map(is_open, failed))


def _inputs(view: PerItem, arguments: Mapping[str, Any]) -> list[Any]:
    asked = lookup(arguments, view.ids) if view.ids else None
    return asked if isinstance(asked, list) else ([] if nothing(asked) else [asked])


def _by_reason(heading: str, items: Mapping[str, list[str]]) -> list[str]:
    """A unit for each reason, with how many and which; the heading stands in the first."""
    units = list_by_reason(items, _IDS_SHOWN)
    return [f"{heading}: {units[0]}", *units[1:]] if units else []


def _foreign(failed: Mapping[str, list[str]], inputs: list[Any]) -> bool:
    """Whether failures name ids that were not asked for."""
    if not all(isinstance(one, int) for one in inputs):
        return False
    known = {str(one) for one in inputs}
    return bool(inputs) and any(id not in known for ids in failed.values() for id in ids if is_digits(id))


def _only(view: PerItem, inputs: list[Any]) -> str:
    """`Thread 55120:`, where it was just one and has an id; else `1 thread`."""
    one = inputs[0] if len(inputs) == 1 else None
    return f"{view.noun[:1].upper()}{view.noun[1:]} {one}:" if isinstance(one, int | str) else f"1 {view.noun}"


def _noun(view: PerItem, count: int) -> str:
    if count == 1 or view.noun.endswith("s"):
        return view.noun
    return plural_of(view.noun)


def _outcome(answer: Any, inputs: list[Any]) -> tuple[int, dict[str, list[str]], int] | None:
    """How many were done, the failed ids by reason, how many are not spoken of."""
    if answer is None:
        return len(inputs), {}, 0
    results = answer if isinstance(answer, list) else None
    if isinstance(answer, Mapping):
        for key in ("items", "results"):
            if isinstance(lookup(answer, key), list):
                results = lookup(answer, key)
        refused = lookup(answer, "notProcessed")
        added = lookup(answer, "added")
        if isinstance(refused, Mapping) or isinstance(added, list):
            failed = _failures(refused if isinstance(refused, Mapping) else {})
            done = len(added) if isinstance(added, list) else added if isinstance(added, int) else 0
            spoken = done + sum(len(ids) for ids in failed.values())
            return done, failed, max(0, len(inputs) - spoken)
    if results is not None:
        return _from_results(results, inputs)
    if isinstance(answer, Mapping) and all(isinstance(value, Mapping | str | int | None) for value in answer.values()):
        if any(not _is_failure(key, value, inputs) for key, value in answer.items()):
            return None
        failed = _failures(answer)
        return max(0, len(inputs) - len(answer)), failed, 0
    return None


def _is_failure(key: Any, value: Any, inputs: list[Any]) -> bool:
    return str(key) in {show(part) for part in inputs} or (isinstance(value, Mapping) and "error" in value)


def _failures(entries: Mapping[str, Any]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for key, entry in entries.items():
        grouped.setdefault(_reason(entry), []).append(one_line(str(key), 80))
    return grouped


def _from_results(results: list[Any], inputs: list[Any]) -> tuple[int, dict[str, list[str]], int]:
    done, silent, failed = 0, 0, dict[str, list[str]]()
    for index, result in enumerate(results):
        if result is None or (isinstance(result, Mapping) and all(map(nothing, result.values()))):
            silent += 1
            continue
        status = show(lookup(result, "status"), "enum") if isinstance(result, Mapping) else ""
        error = lookup(result, "error") if isinstance(result, Mapping) else None
        refused = isinstance(result, Mapping) and lookup(result, "success") is False
        if not isinstance(result, Mapping) or (nothing(error) and not refused and status in {"", *_GOOD}):
            done += 1
            continue
        name = show(lookup(result, "id") or lookup(result, "email"))
        if not name:
            given = inputs[index] if index < len(inputs) else None
            name = show(lookup(given, "email") if isinstance(given, Mapping) else given) or f"item {index + 1}"
        failed.setdefault(_reason(result), []).append(one_line(name, 80))
    return done, failed, silent + max(0, len(inputs) - len(results))


def _reason(entry: Any) -> str:
    """Why one item failed, from an error that may be a word, a number or an object."""
    if not isinstance(entry, Mapping):
        return words(entry) if isinstance(entry, str) else f"error {show(entry)}".strip()
    status = show(lookup(entry, "status"), "enum")
    error = next((v for k in ("error", "skipReason", "reason", "code") if not nothing(v := lookup(entry, k))), None)
    details = show(lookup(entry, "errorDetails") or lookup(entry, "message"))
    if isinstance(error, Mapping):
        text = show(lookup(error, "message") or lookup(error, "detail") or lookup(error, "code")) or show(error)
    elif isinstance(error, str):
        text = words(error) if " " not in error else show(error)
    else:
        text = "" if error is None else f"error {show(error)}"
    if status in {"", "failed", *_GOOD}:
        status = ""
    if text == "not found":
        details = ""  # it says the same once more, with the id, and would part what belongs together
    return one_line(": ".join(filter(None, [status, text, details])), 200) or "failed, no reason given"
