"""The variables of email templates, and what they come to for one contact."""

from __future__ import annotations

import re

from reply_mcp.sandbox.http.handler import HandlerCall, operation
from reply_mcp.sandbox.records.custom_fields import team_fields
from reply_mcp.sandbox.records.step import render_variables, variable_values
from reply_mcp.sandbox.store import Doc

UNRESOLVED = 13
"""The number that Reply documents for a variable without a value."""

_VARIABLE = re.compile(r"\{\{\s*([^{}|]+?)\s*(\|[^{}]*)?\}\}")
_BASIC = (
    ("FirstName", "First name"), ("LastName", "Last name"), ("FullName", "First and last name"),
    ("Email", "Email address"), ("Title", "Job title"), ("Phone", "Phone number"), ("LinkedIn", "LinkedIn profile"),
    ("City", "City"), ("State", "State or province"), ("Country", "Country"),
)  # fmt: skip
_COMPANY = (("Company", "Company name"), ("Industry", "Industry"), ("Domain", "Domain"), ("Website", "Website"))
_SENDER = (("SenderName", "Name of the sending mailbox"), ("Signature", "Signature of the sending mailbox"))
_ADVANCED = (("FirstName|there", "First name, or another word where it is missing"),)


@operation("GetEmailTemplateVariables")
def get_email_template_variables(call: HandlerCall) -> Doc:
    """The variables by group; custom fields are among the contact's."""
    fields = [(field["title"], "Custom field") for field in team_fields(call.store, call.key.team_id)]
    return {
        "prospect": {"basic": _keys(_BASIC), "company": _keys(_COMPANY), "customFields": _keys(fields)},
        "team": {"sender": _keys(_SENDER)},
        "advanced": {"fallback": _keys(_ADVANCED)},
    }


def render_template(call: HandlerCall, template: Doc, contact: Doc, sender: str) -> Doc:
    """Subject and body for the contact; each variable without a value and without a fallback is an error."""
    values = variable_values(call.store, contact, sender)
    missing: dict[str, None] = {}
    for text in (template["subject"], template["body"]):
        for name, fallback in _VARIABLE.findall(text or ""):
            if not fallback and not values.get(re.sub(r"[\s_-]", "", name).lower()):
                missing[name] = None
    errors = [
        {"code": UNRESOLVED, "message": f"The variable '{name}' has no value.", "variable": name} for name in missing
    ]
    filled = {name: _with_fallbacks(template[name], values) for name in ("subject", "body")}
    return {**filled, "isSuccess": not errors, "errors": errors}


def _with_fallbacks(text: str | None, values: dict[str, str]) -> str | None:
    if text is None:
        return None

    def fallback(match: re.Match[str]) -> str:
        value = values.get(re.sub(r"[\s_-]", "", match[1]).lower())
        return match[0] if value or not match[2] else match[2][1:].strip()

    return render_variables(_VARIABLE.sub(fallback, text), values)


def _keys(rows: list[tuple[str, str]] | tuple[tuple[str, str], ...]) -> list[Doc]:
    return [{"key": f"{{{{{key}}}}}", "description": description} for key, description in rows]
