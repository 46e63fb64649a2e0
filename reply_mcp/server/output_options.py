"""The arguments that tools take besides Reply's own: how the answer is shown, and the code that confirms a call."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from reply_mcp.catalog.index import Entry
from reply_mcp.catalog.operation import Effect
from reply_mcp.server.consent.policy import Policy

DETAILS = ("concise", "full")
MOST_FIELDS = 100
"""Names in `fields`; no answer has as many columns."""
LONGEST_CODE = 100
"""Characters of `confirm`; a code has five."""


@dataclass(frozen=True, slots=True)
class OutputOptions:
    """What one call says of its answer.

    Attributes:
        detail: `full` shows everything Reply answered.
        fields: the columns to show, by API name; None shows the usual ones.
        all_pages: whether a list is read on, page by page (`all`).
        confirm: the code of the preview.
        cancel_jobs: whether background jobs are cancelled when the call is (`cancelJobOnStop`).
    """

    detail: Literal["concise", "full"] = "concise"
    fields: tuple[str, ...] | None = None
    all_pages: bool = False
    confirm: str | None = None
    cancel_jobs: bool = False

    @property
    def wants_own(self) -> bool:
        """Whether the answer is shown by Reply's own names and values."""
        return self.detail == "full" or self.fields is not None


def option_schemas(entry: Entry, policy: Policy | None = None) -> dict[str, Any]:
    """The JSON Schema properties of the options that this tool takes; without a policy, `confirm` wherever a policy
    may ask."""
    if entry.effect is Effect.READ:
        options: dict[str, Any] = {}
        if not entry.fixed_form:
            options["detail"] = {"type": "string", "enum": list(DETAILS)}
            options["fields"] = {"type": "array", "items": {"type": "string"}}
        if _is_paged(entry):
            options["all"] = {"type": "boolean"}
        if policy is not None and policy.takes_code(Effect.READ):
            options["confirm"] = {"type": "string"}
        return options
    options = {"cancelJobOnStop": {"type": "boolean"}} if entry.starts_job else {}
    harms = (Effect.SEND, Effect.SPEND, Effect.SHARE, Effect.DELETE) if entry.effect_varies else ()
    if policy is None or any(policy.takes_code(effect) for effect in (entry.effect, *harms)):
        options["confirm"] = {"type": "string"}
    return options


def split_options(
    entry: Entry, arguments: Mapping[str, Any], policy: Policy
) -> tuple[dict[str, Any], OutputOptions, list[str]]:
    """Reply's arguments, the options, and a line for each option that cannot be read.

    Every read takes `detail` and `fields`, those too whose answer has one form, since agents give them everywhere.
    """
    given = dict(arguments)
    faults: list[str] = []
    detail, fields, all_pages, confirm, cancel_jobs = "concise", None, False, None, False
    if entry.effect is Effect.READ:
        detail = _read_detail(given.pop("detail", None), faults)
        fields = _read_fields(given.pop("fields", None), faults)
        if _is_paged(entry):
            all_pages = _read_switch("all", given.pop("all", None), faults)
    elif entry.starts_job:
        cancel_jobs = _read_switch("cancelJobOnStop", given.pop("cancelJobOnStop", None), faults)
    if entry.effect is not Effect.READ or policy.takes_code(Effect.READ):
        confirm = _read_code(given.pop("confirm", None), faults)
    full: Literal["concise", "full"] = "full" if detail == "full" else "concise"
    return given, OutputOptions(full, fields, all_pages, confirm, cancel_jobs), faults


def _is_paged(entry: Entry) -> bool:
    return "skip" in entry.schema.get("properties", {})


def _not_given(value: Any) -> bool:
    """Whether a value stands for no value: null and nothing, and what hosts write for these."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return value is None or value == [] or (isinstance(value, str) and value.strip().lower() in ("", "null"))


def _read_detail(value: Any, faults: list[str]) -> str:
    if _not_given(value):
        return "concise"
    detail = value.strip().lower() if isinstance(value, str) else value
    if detail not in DETAILS:
        faults.append(f"detail: {_shown(value)} is not one of {', '.join(DETAILS)}")
    return str(detail)


def _read_switch(name: str, value: Any, faults: list[str]) -> bool:
    if _not_given(value):
        return False
    if isinstance(value, bool) or value in (0, 1):
        return bool(value)
    if isinstance(value, str) and value.strip().lower() in ("true", "false"):
        return value.strip().lower() == "true"
    faults.append(f"{name}: true or false, got {_shown(value)}")
    return False


def _read_fields(value: Any, faults: list[str]) -> tuple[str, ...] | None:
    if _not_given(value):
        return None
    if isinstance(value, str) and len(value) <= 100 * MOST_FIELDS:
        value = [part.strip() for part in value.strip("[] ").replace('"', "").split(",")]
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        faults.append('fields: a list of field names, such as ["email", "phone"]')
        return None
    if len(value) > MOST_FIELDS:
        faults.append(f"fields: at most {MOST_FIELDS} names, got {len(value)}")
        return None
    return tuple(one for one in value if one) or None


def _read_code(value: Any, faults: list[str]) -> str | None:
    if _not_given(value):
        return None
    if not isinstance(value, str) or len(value) > LONGEST_CODE:
        faults.append("confirm: text, the code of the preview")
        return None
    return value


def _shown(value: Any) -> str:
    try:
        return json.dumps(value, default=str)[:60]
    except (ValueError, RecursionError):
        return type(value).__name__
