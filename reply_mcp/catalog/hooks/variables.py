"""The {{variables}} of texts: which are known, and which are meant by those that are not.

Reply refuses a text with one that it does not know, and by then the sequence around it may be there already.
"""

from __future__ import annotations

import difflib
import re
from typing import Any

from reply_mcp.catalog.operation import Call
from reply_mcp.catalog.rows import rows_of
from reply_mcp.errors import ApiError, NotDone, ReplyError
from reply_mcp.text.lists import list_some
from reply_mcp.text.names import fold_name

BUILT_IN = (
    "FirstName", "LastName", "FullName", "Company", "Title", "Email", "Phone", "Industry", "Country", "City", "Website",
    "LinkedIn",
)  # fmt: skip
_MEANT = {"companyname": "Company", "jobtitle": "Title", "name": "FullName", "linkedinurl": "LinkedIn"}
_VARIABLE = re.compile(r"\{\{\s*([^{}|]+?)\s*(?:\|[^{}]*)?\}\}")
_MOST_NAMED = 20


async def check_variables(call: Call) -> None:
    """Stops before a text with a variable that this account does not have; the spelling counts, capitals too.

    No request where all are built in, else one, or two.
    """
    used = dict.fromkeys(_variables(call.arguments.wire()))
    if all(name in BUILT_IN for name in used):
        return
    known = await _known(call)
    if known is None:
        return  # then Reply decides
    unknown = [name for name in used if name not in known]
    if unknown:
        raise NotDone(f"Nothing was changed: there is no variable {_told(unknown, known)}")


async def _known(call: Call) -> list[str] | None:
    """Every variable of the account as Reply lists them, or else those built in and the custom fields; None where
    neither can be read."""
    try:
        listed = [key for key, _, _ in read_variables(await call.ask("GetEmailTemplateVariables"))]
    except ReplyError:
        listed = []
    if listed:
        names = [key.strip("{} ").partition("|")[0].strip() for key in listed]
        return list(dict.fromkeys([*BUILT_IN, *names]))
    try:
        fields = [str(row["title"]) for row in rows_of(await call.ask("GetCustomFields")) if row.get("title")]
    except ReplyError:
        return None
    return [*BUILT_IN, *fields]


def _told(unknown: list[str], known: list[str]) -> str:
    """`{{CompanyName}} (did you mean {{Company}}?). Built in: … Here also: …`."""
    hints = [f"{{{{{name}}}}}{_instead(name, known)}" for name in unknown]
    own = [name for name in known if name not in BUILT_IN]
    also = f" Here also: {list_some(own, _MOST_NAMED)}." if own else ""
    return (
        f"{', '.join(hints)}. Built in: {', '.join(BUILT_IN)}.{also} reply_list_template_variables has all; "
        "reply_create_custom_field registers another."
    )


def _instead(name: str, known: list[str]) -> str:
    by_plain = {fold_name(one): one for one in known}
    near = difflib.get_close_matches(fold_name(name), by_plain, n=1, cutoff=0.7)
    meant = by_plain.get(fold_name(name)) or _MEANT.get(fold_name(name)) or (by_plain[near[0]] if near else None)
    return f" (did you mean {{{{{meant}}}}}?)" if meant else ""


async def explain_unknown_variables(call: Call, refusal: ApiError) -> str | None:
    """Where Reply refuses a text for a variable all the same: says which are known here. One request, or two."""
    if refusal.status != 400 or "unrecognized variable" not in _words_of(refusal):
        return None
    known = await _known(call) or list(BUILT_IN)
    used = dict.fromkeys(_variables(call.arguments.wire()))
    unknown = [name for name in used if fold_name(name) not in {fold_name(one) for one in known}]
    said = f"Reply does not know {_told(unknown, known)}" if unknown else refusal.detail or "Unrecognized variables."
    return f"400: {said} Nothing was saved."


async def note_unknown_variables(call: Call, answer: Any) -> Any:
    """Bulk calls tell an unknown variable per item: says once which are known."""
    said = [str(row.get("errorDetails") or "") for row in rows_of(answer)]
    detail = next((text for text in said if "unrecognized variable" in text.casefold()), None)
    if detail is not None:
        hint = await explain_unknown_variables(call, ApiError(400, detail, detail=detail))
        call.notes.append((hint or detail).replace("Nothing was saved.", "Those steps were not saved."))
    return answer


def _variables(value: Any) -> list[str]:
    if isinstance(value, str):
        return _VARIABLE.findall(value)
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [name for part in inner for name in _variables(part)]


def _words_of(refusal: ApiError) -> str:
    return " ".join([refusal.detail, *(f"{pointer} {text}" for pointer, text in refusal.faults)]).casefold()


def read_variables(answer: Any) -> list[tuple[str, str, str]]:
    """Key, group and description of each variable: they come nested by category and subcategory."""
    return [
        (str(one["key"]), f"{category}: {group}", str(one.get("description") or ""))
        for category, groups in (answer.items() if isinstance(answer, dict) else ())
        for group, entries in (groups.items() if isinstance(groups, dict) else ())
        for one in (entries if isinstance(entries, list) else ())
        if isinstance(one, dict) and one.get("key")
    ]
