"""The {{variables}} of texts: which ones the account has, and which one a misspelled variable stands for.

Reply refuses a text with an unknown variable, and by then the sequence around it may have been created already.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Awaitable, Callable, Collection
from typing import Any

from reply_mcp.catalog.operation import Before, Call
from reply_mcp.catalog.rows import object_at, rows_of
from reply_mcp.errors import ApiError, NotDone, ReplyError
from reply_mcp.text.lists import join, list_some
from reply_mcp.text.names import fold_name

BUILT_IN = (
    "FirstName", "LastName", "FullName", "Company", "Title", "Email", "Phone", "Industry", "Country", "City", "Website",
    "LinkedIn",
)  # fmt: skip
_MEANT = {"companyname": "Company", "jobtitle": "Title", "name": "FullName", "linkedinurl": "LinkedIn"}
_VARIABLE = re.compile(r"\{\{\s*([^{}|]+?)\s*(?:\|[^{}]*)?\}\}")
_MOST_NAMED = 20


async def check_variables(call: Call) -> None:
    """Stops where a text has a variable that the account does not have; spelling counts, capitals too.

    No request where all are built in, otherwise one or two. Where the variables cannot be read, Reply decides.

    Raises:
        NotDone: names the unknown variables, the nearest ones, and those there are.
    """
    await _check(call, BUILT_IN)


def check_new_variables(held: Callable[[Call], Awaitable[Any]]) -> Before:
    """`check_variables` where a text replaces another: what the text that is `held` has, Reply has taken before."""

    async def check(call: Call) -> None:
        if not _all_among(call, BUILT_IN):
            await _check(call, (*BUILT_IN, *_variables(await held(call))))

    return check


def _all_among(call: Call, names: Collection[str]) -> bool:
    return all(name in names for name in _variables(call.arguments.wire()))


async def _check(call: Call, taken: Collection[str]) -> None:
    if _all_among(call, taken):
        return
    known = await _known(call)
    if known is None:
        return
    used = dict.fromkeys(_variables(call.arguments.wire()))
    unknown = [name for name in used if name not in known and name not in taken]
    if unknown:
        raise NotDone(f"Nothing was changed: there is no variable {_describe(unknown, known)}")


async def _known(call: Call) -> list[str] | None:
    """The account's variables as Reply lists them, or else the built-in ones and the custom fields; None where neither
    can be read."""
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


def _describe(unknown: list[str], known: list[str]) -> str:
    """`{{CompanyName}} (did you mean {{Company}}?). Built in: … In this account: …`."""
    hints = [f"{{{{{name}}}}}{_suggestion(name, known)}" for name in unknown]
    own = [name for name in known if name not in BUILT_IN]
    also = f" In this account: {list_some(own, _MOST_NAMED)}." if own else ""
    return (
        f"{join(hints)}. Built in: {join(BUILT_IN)}.{also} reply_list_template_variables lists all; "
        "reply_create_custom_field adds one."
    )


def _suggestion(name: str, known: list[str]) -> str:
    by_plain = {fold_name(one): one for one in known}
    near = difflib.get_close_matches(fold_name(name), by_plain, n=1, cutoff=0.7)
    meant = by_plain.get(fold_name(name)) or _MEANT.get(fold_name(name)) or (by_plain[near[0]] if near else None)
    return f" (did you mean {{{{{meant}}}}}?)" if meant else ""


async def explain_unknown_variables(call: Call, refusal: ApiError) -> str | None:
    """Where Reply refuses a text for a variable: says which one, and which there are. One request, or two."""
    if refusal.status != 400 or "unrecognized variable" not in _words_of(refusal):
        return None
    known = await _known(call) or list(BUILT_IN)
    used = dict.fromkeys(_variables(call.arguments.wire()))
    unknown = [name for name in used if fold_name(name) not in {fold_name(one) for one in known}]
    reason = f"Reply does not know {_describe(unknown, known)}" if unknown else refusal.detail or "Unknown variables."
    return f"400: {reason} Nothing was saved."


async def note_unknown_variables(call: Call, answer: Any) -> Any:
    """Bulk calls report an unknown variable for each item: notes once which variables there are."""
    details = [str(row.get("errorDetails") or "") for row in rows_of(answer)]
    detail = next((text for text in details if "unrecognized variable" in text.casefold()), None)
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


def read_variables(answer: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Key, group and description of each variable in Reply's answer, which nests them by category and subcategory."""
    return [
        (str(one["key"]), f"{category}: {group}", str(one.get("description") or ""))
        for category in answer
        for group, entries in object_at(answer, category).items()
        for one in rows_of(entries)
        if one.get("key")
    ]
