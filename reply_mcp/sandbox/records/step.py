"""A step as it is kept, ordered, checked and shown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from reply_mcp.sandbox.http.handler import HandlerCall, Problem
from reply_mcp.sandbox.records.custom_fields import team_fields
from reply_mcp.sandbox.store import Doc, Store

TYPES = ("email", "linkedIn", "call", "sms", "whatsApp", "zapier", "task", "condition")
ACTIONS = (
    "message", "connect", "inMail", "viewProfile", "endorseSkills", "voiceMessage", "likeRecentPosts", "followProfile",
    "commentOnRecentPost",
)  # fmt: skip
ACTIONS_WITH_TEXT = ("message", "connect", "inMail")
BUILT_IN = (
    "firstname", "lastname", "fullname", "company", "title", "email", "phone", "industry", "country", "city", "state",
    "website", "linkedin", "domain", "sendername", "signature",
)  # fmt: skip
MOST_ATTACHMENTS = 3
_VARIABLE = re.compile(r"\{\{\s*([^{}|]+?)\s*(?:\|[^{}]*)?\}\}")
_PLAIN_FIELDS = (
    "type", "actionType", "delayInMinutes", "executionMode", "description", "message", "action", "name",
    "waitInMinutes", "conditions", "numberOfSkills", "audioFile", "aiPromptText", "skipIfNoPostsInDays", "skipTopics",
)  # fmt: skip


def has_variants(step: Doc) -> bool:
    """Whether the step's words are in variants: emails and LinkedIn's messages, invitations and InMails."""
    return step["type"] == "email" or (step["type"] == "linkedIn" and step.get("actionType") in ACTIONS_WITH_TEXT)


def order_steps(steps: Sequence[Doc]) -> list[Doc]:
    """The steps along the chain of parents; after a condition its positive branch, then its negative one."""
    ordered: list[Doc] = []
    pending = [step for step in steps if step["parentId"] is None][::-1]
    while pending:
        step = pending.pop()
        ordered.append(step)
        children = [one for one in steps if one["parentId"] == step["id"]]
        pending += sorted(children, key=lambda one: (one.get("ifConditionPositive") is not False, -one["id"]))
    return ordered


def display_names(steps: Sequence[Doc]) -> dict[int, str]:
    """What each step is called: "1", "2", and "2.1", "2.2" for those under the condition "2"."""
    names: dict[int, str] = {}
    under: dict[int, str] = {}
    counts: dict[str, int] = {}
    types = {step["id"]: step["type"] for step in steps}
    for step in order_steps(steps):
        parent = step["parentId"]
        prefix = ""
        if parent is not None:
            prefix = f"{names[parent]}." if types.get(parent) == "condition" else under[parent]
        counts[prefix] = counts.get(prefix, 0) + 1
        names[step["id"]], under[step["id"]] = f"{prefix}{counts[prefix]}", prefix
    return names


def steps_view(steps: Sequence[Doc], documented: bool) -> list[Doc]:
    """The steps as an array: along the chain as documented, as last saved on the wire."""
    ordered = order_steps(steps) if documented else sorted(steps, key=lambda step: step["_saved"])
    return [step_view(step) for step in ordered]


def step_view(step: Doc) -> Doc:
    """One step; of variants an email's and a LinkedIn's shape differ, as they do at Reply."""
    shown = {"id": step["id"], "parentId": step["parentId"], "ifConditionPositive": step.get("ifConditionPositive")}
    shown |= {name: step[name] for name in _PLAIN_FIELDS if name in step}
    if has_variants(step):
        shown["variants"] = [_variant_in_step(step, variant) for variant in step["variants"]]
    return shown


def _variant_in_step(step: Doc, variant: Doc) -> Doc:
    if step["type"] == "email":
        return {name: variant[name] for name in ("id", "subject", "message", "hasAttachments")}
    names = (
        ("id", "subject", "message", "isEnabled") if step["actionType"] == "inMail" else ("id", "message", "isEnabled")
    )
    return {name: variant[name] for name in names}


def variant_view(variant: Doc) -> Doc:
    """A variant as its own operations show it."""
    return {name: variant[name] for name in ("id", "subject", "message", "isEnabled", "hasAttachments")}


def variant_doc(store: Store, given: Doc, number: int | None = None) -> Doc:
    """A variant to keep; without `number` it gets a new id."""
    if number is None:
        number = store.put("variantNumber", {})["id"]
    attachments = given.get("attachmentIds") or []
    return {
        "id": number,
        "subject": given.get("subject"),
        "message": given.get("message"),
        "isEnabled": given.get("isEnabled") is not False,
        "hasAttachments": bool(attachments),
        "_attachmentIds": attachments,
    }


def _kept(held: Doc, given: Doc) -> Doc:
    """A variant that stays, with what an update does not touch: whether it is in rotation, and its attachments where
    none are named."""
    kept = {"isEnabled": held["isEnabled"], "attachmentIds": held["_attachmentIds"]}
    return kept | {name: value for name, value in given.items() if name != "attachmentIds" or value is not None}


def step_doc(store: Store, sequence_id: int, given: Doc, parent_id: int | None, own: Doc | None = None) -> Doc:
    """A step to keep, made of a checked body; `own` is the step that it replaces."""
    step: Doc = {"delayInMinutes": 0, **{name: given[name] for name in _PLAIN_FIELDS if name in given}}
    step["type"] = next(known for known in TYPES if known.lower() == str(given["type"]).lower())
    if step["type"] == "linkedIn":
        step["actionType"] = next(known for known in ACTIONS if known.lower() == str(given["actionType"]).lower())
    if has_variants(step) or step["type"] == "sms":
        step.setdefault("executionMode", "automatic")
    if has_variants(step):
        known = {variant["id"]: variant for variant in (own or {}).get("variants", ())}
        step["variants"] = [
            variant_doc(store, _kept(known[one["id"]], one), one["id"])
            if one.get("id") in known
            else variant_doc(store, one)
            for one in given["variants"]
        ]
    if own:
        step["id"] = own["id"]
    step |= {"parentId": parent_id, "ifConditionPositive": given.get("ifConditionPositive"), "_sequenceId": sequence_id}
    step["_saved"] = store.put("saving", {"id": 1, "count": (store.get("saving", 1) or {"count": 0})["count"] + 1})[
        "count"
    ]
    return step


def step_errors(call: HandlerCall, given: Any, at: str = "") -> list[tuple[str, str]]:
    """What is wrong with the shape of a step's body, as pointers below `at`."""
    if not isinstance(given, dict):
        return [(at, "A JSON object is required.")]
    found: list[tuple[str, str]] = []
    kind = str(given.get("type") or "").lower()
    if kind not in [known.lower() for known in TYPES]:
        return [(f"{at}/type", f"One of {', '.join(TYPES)} is required.")]
    action = str(given.get("actionType") or "").lower()
    if kind == "linkedin" and action not in [known.lower() for known in ACTIONS]:
        return [(f"{at}/actionType", f"One of {', '.join(ACTIONS)} is required.")]
    delay = given.get("delayInMinutes", 0 if not call.documented else None)
    if not isinstance(delay, int) or isinstance(delay, bool) or delay < 0:
        found.append((f"{at}/delayInMinutes", "A number of minutes, 0 or more, is required."))
    worded = kind == "email" or action in [known.lower() for known in ACTIONS_WITH_TEXT]
    asked = (worded or kind == "sms") and (call.documented or "executionMode" in given)
    if asked and given.get("executionMode") not in ("automatic", "manual"):
        found.append((f"{at}/executionMode", "One of automatic, manual is required."))
    if worded:
        found += _variant_list_errors(given.get("variants"), at)
    needed = {"sms": "message", "whatsapp": "message", "task": "description", "condition": "conditions"}.get(kind)
    if needed and not isinstance(given.get(needed), list if kind == "condition" else str):
        found.append((f"{at}/{needed}", f"'{needed}' must not be empty."))
    elif kind == "condition":
        found += _condition_errors(given["conditions"], at)
    wait = given.get("waitInMinutes")
    if wait is not None and (not isinstance(wait, int) or wait < 0):
        found.append((f"{at}/waitInMinutes", "A number of minutes, 0 or more, is required."))
    if given.get("parentId") is not None and not isinstance(given["parentId"], int):
        found.append((f"{at}/parentId", "An integer is required."))
    return found


def _condition_errors(conditions: list[Any], at: str) -> list[tuple[str, str]]:
    found = []
    for place, one in enumerate(conditions):
        rules = one.get("rules") if isinstance(one, dict) else None
        if not isinstance(rules, list) or not rules or not all(isinstance(rule, dict) for rule in rules):
            found.append((f"{at}/conditions/{place}/rules", "At least one rule is required."))
        elif not isinstance(one.get("property"), str):
            found.append((f"{at}/conditions/{place}/property", "A property is required."))
    return found if conditions else [(f"{at}/conditions", "At least one condition is required.")]


def _variant_list_errors(variants: Any, at: str) -> list[tuple[str, str]]:
    if not isinstance(variants, list) or not variants or not all(isinstance(one, dict) for one in variants):
        return [(f"{at}/variants", "At least one variant is required.")]
    return [error for place, one in enumerate(variants) for error in variant_errors(one, f"{at}/variants/{place}")]


def variant_errors(given: Any, at: str = "") -> list[tuple[str, str]]:
    """What is wrong with a variant's body."""
    if not isinstance(given, dict):
        return [(at, "A JSON object is required.")]
    found = [
        (f"{at}/{name}", "A text is required.")
        for name in ("subject", "message")
        if given.get(name) is not None and not isinstance(given[name], str)
    ]
    attachments = given.get("attachmentIds") or []
    if not isinstance(attachments, list) or len(attachments) > MOST_ATTACHMENTS:
        found.append((f"{at}/attachmentIds", f"Maximum {MOST_ATTACHMENTS} attachments allowed per variant."))
    return found


def check_variables(call: HandlerCall, given: Doc) -> None:
    """Raise a 400 where a text names a variable that is neither built in nor a custom field (seen on the wire only)."""
    if call.documented:
        return
    fields = {_normalize(field["title"]) for field in team_fields(call.store, call.key.team_id)}
    texts = [given.get("message"), given.get("description")]
    texts += [one.get(name) for one in given.get("variants") or [] for name in ("subject", "message")]
    named = [name for text in texts if isinstance(text, str) for name in _VARIABLE.findall(text)]
    unknown = [name for name in named if _normalize(name) not in BUILT_IN and _normalize(name) not in fields]
    if unknown:
        names = ", ".join(dict.fromkeys(unknown))
        raise Problem(400, "sequenceStep.invalidStep", f"Unrecognized variables found: {names}")


def render_variables(text: str | None, values: dict[str, str]) -> str:
    """The text with its variables replaced; `values` are by lower-case name without spaces, unknown ones become ""."""
    return _VARIABLE.sub(lambda match: values.get(_normalize(match[1]), ""), text or "")


def missing_variables(text: str, values: dict[str, str]) -> list[str]:
    """The variables that the text names and that have no value."""
    return [name for name in _VARIABLE.findall(text) if not values.get(_normalize(name))]


def variable_values(store: Store, contact: Doc, sender: str = "") -> dict[str, str]:
    """What a contact's texts put in place of variables."""
    values = {
        "firstname": contact["firstName"],
        "lastname": contact["lastName"],
        "fullname": full_name(contact),
        "website": contact.get("domain"),
        "linkedin": contact["linkedInUrl"],
        "sendername": sender,
        "signature": sender,
    }
    values |= {name: contact.get(name) for name in BUILT_IN if name not in values}
    for key, value in contact["_customFields"].items():
        field = store.get("customField", int(key))
        if field:
            values[_normalize(field["title"])] = value
    return {name: str(value or "") for name, value in values.items()}


def full_name(contact: Doc) -> str:
    """First and last name, as far as they are known."""
    return " ".join(filter(None, (contact["firstName"], contact["lastName"])))


def _normalize(name: str) -> str:
    return re.sub(r"[\s_-]", "", name).lower()
