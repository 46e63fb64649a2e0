"""Steps as rows: in their true order, each with what it does, its wait, and the texts of its variants."""

from __future__ import annotations

from typing import Any

from reply_mcp.catalog.hooks.read_once import first_words
from reply_mcp.catalog.hooks.step_order import order_steps
from reply_mcp.catalog.operation import Call
from reply_mcp.catalog.rows import rows_of
from reply_mcp.catalog.views import Column
from reply_mcp.text.digits import is_digits
from reply_mcp.text.lists import plural
from reply_mcp.text.names import spell_out

STEP_COLUMNS = (
    Column("id"),
    Column("step", "_number"),
    Column("when", "_when"),
    Column("after", "_after"),
    Column("type", "_what"),
    Column("wait", "_wait"),
    Column("mode", "executionMode", "enum"),
    Column("text", "_gist"),
)
"""The columns of a step. Keys with an underscore are added here, so that a step that was read in full can be sent back
as it is."""


_CHECKS = "checks for"


def describe_steps(steps: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[str]]:
    """Steps in their true order as `describe_step` gives them, with `_number`, `_after` (the parent's number, unless it
    is the number before) and `_when` ("if yes", "if no"); and remarks on the order."""
    order = order_steps(steps)
    rows = []
    for step in order.steps:
        step = {**step}
        place = {f"_{key}": step.pop(key, "") for key in ("number", "after", "when")}
        if place["_after"] == _before(place["_number"]):
            place["_after"] = ""
        rows.append(describe_step(place | step))
    return rows, order.remarks


def describe_step(step: dict[str, Any]) -> dict[str, Any]:
    """A step with what it does (`_what`), its wait (`_wait`), its texts (`_texts`), their gist (`_gist`), and a line on
    all but the texts (`_summary`)."""
    what = " ".join(spell_out(f"{step[key]}") for key in ("type", "actionType") if step.get(key))
    wait, texts = _wait(step), _texts(step)
    by_hand = "by hand" if str(step.get("executionMode") or "").casefold() == "manual" else ""
    pause = f"wait {wait}" if wait and not wait.startswith(_CHECKS) else wait
    after = f"after step {step['_after']}" if step.get("_after") else ""
    summary = ", ".join(filter(None, [step.get("_when"), what, pause, by_hand, after]))
    return {**step, "_what": what, "_wait": wait, "_summary": summary, "_texts": texts, "_gist": _gist(texts)}


def _before(number: str) -> str:
    """The number just before, which needs no mention as the parent; "" where there is none."""
    head, _, tail = number.rpartition(".")
    if head or not is_digits(tail):
        return ""
    return str(int(tail) - 1)


def _wait(step: dict[str, Any]) -> str:
    waits = []
    for key, words in (("delayInMinutes", "{}"), ("waitInMinutes", _CHECKS + " {}")):
        minutes = step.get(key)
        if isinstance(minutes, int) and minutes > 0:
            waits.append(words.format(_span(minutes)))
    return ", ".join(waits)


def _span(minutes: int) -> str:
    for size, unit in ((1440, "d"), (60, "h")):
        if minutes % size == 0:
            return f"{minutes // size} {unit}"
    days, rest = divmod(minutes, 1440)
    hours, rest = divmod(rest, 60)
    return " ".join(f"{n} {unit}" for n, unit in ((days, "d"), (hours, "h"), (rest, "min")) if n)


def _texts(step: dict[str, Any]) -> list[dict[str, Any]]:
    """The texts of its variants, or the one text of a task, a call or a condition."""
    variants = step.get("variants")
    if isinstance(variants, list) and variants:
        return variant_texts(rows_of(variants))
    if isinstance(step.get("conditions"), list):
        tests = "; ".join(map(_condition, rows_of(step["conditions"])))
        return [{"text": tests}] if tests else []
    keys = ("message", "description", "aiPromptText", "name", "audioFile")
    return [{"text": str(step[key])} for key in keys if step.get(key)][:1]


def variant_texts(variants: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The variants' subjects and messages, each labeled by `variant_label`."""
    return [
        {
            "label": variant_label(variant),
            "subject": variant.get("subject"),
            "text": variant.get("message"),
        }
        for variant in variants
    ]


def variant_label(variant: dict[str, Any]) -> str:
    """`variant 7, off, with attachments`: the id that a change needs, and the variant's state."""
    facts = [
        f"variant {variant.get('id')}",
        "off" if variant.get("isEnabled") is False else "",
        "with attachments" if variant.get("hasAttachments") else "",
    ]
    return ", ".join(filter(None, facts))


def _gist(texts: list[dict[str, Any]]) -> str:
    """The subject or first words of the first text, and how many more there are; 60 characters at most."""
    if not texts:
        return ""
    others = len(texts) - 1
    more = f" (+{plural(others, 'variant')})" if others else ""
    return first_words(texts[0].get("subject") or texts[0].get("text"), 60 - len(more)) + more


def _condition(condition: dict[str, Any]) -> str:
    rules = rows_of(condition.get("rules"))
    tests = [f"{rule.get('operator') or ''} {rule.get('value') or ''}".strip() for rule in rules]
    return f"{condition.get('property')} {' or '.join(tests)}".strip()


async def describe_sequence_steps(call: Call, answer: dict[str, Any]) -> Any:
    """A sequence with its steps as `describe_steps` gives them; remarks on their order become notes."""
    if not isinstance(answer.get("steps"), list):
        return answer
    rows, remarks = describe_steps(rows_of(answer["steps"]))
    call.notes.extend(remarks)
    return {**answer, "steps": rows}
