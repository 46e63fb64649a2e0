"""Reply's error answers in words that an agent can act on: what was wrong, and what to do now."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from reply_mcp.catalog.operation import Request
from reply_mcp.errors import ApiError
from reply_mcp.text.cleaning import decode_entities, disarm, one_line
from reply_mcp.text.digits import is_digits
from reply_mcp.text.lists import join
from reply_mcp.text.outside import mark_outside, raw

_FINDERS = {
    "contact": "reply_search_contacts",
    "sequence": "reply_search_sequences",
    "contactlist": "reply_search_lists",
    "contactslist": "reply_search_lists",
    "customfield": "reply_list_custom_fields",
    "schedule": "reply_list_schedules",
    "emailaccount": "reply_list_email_accounts",
    "linkedinaccount": "reply_list_linkedin_accounts",
    "task": "reply_list_tasks",
    "inboxthread": "reply_get_inbox_emails",
    "inboxcategory": "reply_list_inbox_categories",
    "thread": "reply_get_inbox_emails",
    "user": "reply_search_team_members",
    "backgroundjob": "reply_list_background_jobs",
    "contactaccount": "reply_search_companies",
    "contactaccountlist": "reply_search_company_lists",
    "blacklistdomainrule": "reply_list_blacklist_domain_rules",
    "blacklistemailrule": "reply_list_blacklist_email_rules",
    "blacklistemailexceptionrule": "reply_list_blacklist_exceptions",
    "emailtemplate": "reply_list_email_templates",
    "emailtemplatefolder": "reply_list_template_folders",
    "sequencetemplate": "reply_list_sequence_templates",
    "aiprompt": "reply_list_ai_prompts",
    "webhook": "reply_list_webhooks",
}
"""The tool that lists the valid ids of a resource."""

_LONGEST = 600
_KEY_PLACE = "Reply under Settings, API key"


def api_error(status: int, headers: Mapping[str, str], body: bytes, request: Request) -> ApiError:
    """The error that an error answer stands for, with the text for the agent.

    Args:
        body: the raw bytes; a problem (JSON object), something else, or nothing.
        request: what was asked; its `scope` and the ids in its path go into the message.
    """
    problem, is_json = _parsed(body)
    code = _text(_either(problem, "code")) or None
    detail = _text(_either(problem, "detail")) or _text(_either(problem, "message"))
    title = _text(_either(problem, "title"))
    faults = _faults(problem)
    make = _SENTENCES.get(status, _server_error if status >= 500 else _other)
    if status < 500 and "html" in headers.get("content-type", "").lower():
        make = _web_page
    message = make(_ErrorAnswer(status, code, detail, title, faults, problem, is_json, request))
    return ApiError(status, message, code=code, detail=detail, faults=faults, body=problem, is_json=is_json)


class _ErrorAnswer:
    """An error answer, read once."""

    def __init__(
        self,
        status: int,
        code: str | None,
        detail: str,
        title: str,
        faults: list[tuple[str, str]],
        body: Mapping[str, Any],
        is_json: bool,
        request: Request,
    ) -> None:
        self.status, self.code, self.detail, self.title = status, code, detail, title
        self.faults, self.body, self.is_json, self.request = faults, body, is_json, request

    @property
    def head(self) -> str:
        return f"{self.status} {self.code}" if self.code else str(self.status)

    @property
    def words(self) -> str:
        """Reply's own words, as a sentence."""
        text = self.detail or self.title or "Reply gave no reason"
        return text if text[-1:] in ".!?" else text + "."

    @property
    def unchanged(self) -> str:
        return "" if self.request.safe else " Nothing was changed."


def _bad_request(error: _ErrorAnswer) -> str:
    if error.faults:
        faults = [f"{pointer}: {detail}" if pointer else detail for pointer, detail in error.faults]
        if len(faults) == 1:
            return f"{error.head}: {faults[0]}{'' if faults[0].endswith('.') else '.'}{error.unchanged}"
        return f"{error.head}: {len(faults)} faults.{error.unchanged}\n" + "\n".join(f"- {fault}" for fault in faults)
    if error.code and error.code.lower().endswith("notfound"):
        return _not_found(error)
    return f"{error.head}: {error.words}{error.unchanged}"


def _bad_key(error: _ErrorAnswer) -> str:
    if error.code == "USER_NOT_FOUND":
        return (
            f"{error.head}: the key is good, but its workspace has no such acting user. Correct REPLY_USER_ID or "
            "REPLY_USER_EMAIL (X-User-Id or X-User-Email over HTTP); do not retry."
        )
    if error.code:
        return (
            f"{error.head}: {error.words} Reply did not accept who is calling; do not retry before that is put right."
        )
    return (
        "401: Reply does not accept this key (revoked, expired or mistyped). Set REPLY_API_KEY to a valid one and "
        "restart; do not retry."
    )


def _forbidden(error: _ErrorAnswer) -> str:
    code = error.code or ""
    if code in {"TEAM_REQUIRED", "TEAM_NOT_ACCESSIBLE"}:
        wrong = "this key reaches several teams and none was named" if code == "TEAM_REQUIRED" else _TEAM_CLOSED
        teams = _teams(error.body)
        listed = f" Teams: {join(teams)}." if teams else " reply_search_team_members may list the teams."
        return f"{error.head}: {wrong}. Set REPLY_TEAM_ID (X-Team-Id over HTTP) to one.{listed}{error.unchanged}"
    if code == "USER_REQUIRED":
        return (
            f"{error.head}: an Organization key acts for a user, and none was named. Set REPLY_USER_ID, or "
            f"REPLY_USER_EMAIL with REPLY_TEAM_ID (X-User-Id, X-User-Email, X-Team-Id over HTTP).{error.unchanged}"
        )
    if code and not _is_scope(code):
        return (
            f"{error.head}: {error.words} The role of this user, or the plan, does not allow it; asking again does not "
            f"help.{error.unchanged}"
        )
    if "reasons" in error.body or "Reasons" in error.body:
        reasons = _either(error.body, "reasons")
        given = [_text(one) for one in reasons if _text(one)] if isinstance(reasons, list) else []
        why = f" Reasons given: {join(given, '; ')}." if given else ""
        return (
            "403: the plan of this account or the role of this user lacks this feature; the key itself is good."
            f"{why} The workspace's owner can change that in Reply.{error.unchanged}"
        )
    if error.request.scope:
        return (
            f"{error.head}: this key lacks the scope {error.request.scope}. Its owner can add it in {_KEY_PLACE}; "
            "nothing was changed."
        )
    return f"{error.head}: this key may not do that. {error.words} Its owner can look in {_KEY_PLACE}.{error.unchanged}"


_TEAM_CLOSED = "this key cannot reach the team that was named"


def _is_scope(code: str) -> bool:
    return bool(re.search(r"scope|insufficientPermission", code, re.IGNORECASE))


def _not_found(error: _ErrorAnswer) -> str:
    if not error.code:
        words = f" ({error.detail})" if error.detail and error.is_json else ""
        return (
            f"404 without a code{words}: Reply has no endpoint {error.request.method} {error.request.path} (not "
            "released for this account?). It does not mean that the id is wrong; do not retry."
        )
    resource = error.code.rpartition(".")[0]
    # `sequenceContact.sequenceNotFound` speaks of the sequence.
    inner = re.fullmatch(r"(\w+?)NotFound", error.code.rpartition(".")[2])
    noun = inner[1] if inner else resource
    ids = _ids(error.request.path)
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", noun).lower() or "such thing"
    # An id in the path is of what is missing only where the names agree: `inboxThread` is under `/inbox/threads/`.
    id = next((id for of, id in ids.items() if _plain(noun).endswith(of)), None)
    finder = _FINDERS.get(_plain(noun))
    what = f"there is no {words} {id} that this key can see." if id else error.words
    where = f" {finder} finds the ids." if finder else ""
    return f"{error.head}: {what}{where}{error.unchanged}"


def _conflict(error: _ErrorAnswer) -> str:
    return (
        f"{error.head}: {error.words} What is there does not allow it as it stands; look at it first.{error.unchanged}"
    )


def _too_large(error: _ErrorAnswer) -> str:
    return f"{error.head}: Reply takes less than this at once; send it in smaller parts.{error.unchanged}"


def _limited(error: _ErrorAnswer) -> str:
    return f"{error.head}: {error.words} This limit is not that of requests: waiting a moment does not help."


def _server_error(error: _ErrorAnswer) -> str:
    if not error.is_json:
        return (
            f"{error.head}: Reply, or a proxy before it, failed and did not say why. It may pass: try again in a "
            "minute."
        )
    return f"{error.head}: Reply failed inside. {error.words} It may pass: try again in a minute."


def _web_page(error: _ErrorAnswer) -> str:
    return (
        f"{error.head} with a web page in place of Reply's answer: something on the way refused, such as a proxy, a "
        f"firewall or a login page, and the key may be good. Check REPLY_BASE_URL and the network.{error.unchanged}"
    )


def _other(error: _ErrorAnswer) -> str:
    return f"{error.head}: {error.words}{error.unchanged}"


_SENTENCES: dict[int, Callable[[_ErrorAnswer], str]] = {
    400: _bad_request,
    401: _bad_key,
    403: _forbidden,
    404: _not_found,
    409: _conflict,
    413: _too_large,
    422: _bad_request,
    429: _limited,
}


def problem_code(body: bytes) -> str | None:
    """The business code of a problem body; None where there is none."""
    return _text(_either(_parsed(body)[0], "code")) or None


def _parsed(body: bytes) -> tuple[dict[str, Any], bool]:
    try:
        found = mark_outside(json.loads(body.decode("utf-8-sig", "replace")))
    except (ValueError, RecursionError):
        return {}, False
    return (found, True) if isinstance(found, dict) else ({}, False)


def _either(problem: Mapping[str, Any], name: str) -> Any:
    """A member by its name in either case: Reply was seen to write both."""
    return problem.get(name, problem.get(name[0].upper() + name[1:]))


def _text(value: Any) -> str:
    plain = isinstance(value, str | int) and not isinstance(value, bool)
    text = disarm(one_line(decode_entities(raw(str(value))))) if plain else ""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text) - _LONGEST} more characters)"


def _faults(problem: Mapping[str, Any]) -> list[tuple[str, str]]:
    errors = _either(problem, "errors")
    if isinstance(errors, dict):  # ASP.NET's own form: {"name": ["what is wrong"]}
        return [
            (_argument(name), _text(one)) for name, all_of in errors.items() for one in _listed(all_of) if _text(one)
        ]
    return [
        (_argument(_text(_either(error, "pointer"))), _text(_either(error, "detail")) or "not right")
        for error in _listed(errors)
        if isinstance(error, dict)
    ]


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _argument(pointer: str) -> str:
    """A JSON Pointer as an argument is written: `/items/0/firstName` is `items[0].firstName`."""
    name = ""
    for part in pointer.lstrip("#").removeprefix("/").split("/"):
        part = part.replace("~1", "/").replace("~0", "~")
        name += f"[{part}]" if is_digits(part) and name else f".{part}" if name else part
    return name


def _teams(problem: Mapping[str, Any]) -> list[str]:
    teams = _either(problem, "teams")
    named = {
        _text(_either(team, "teamId")): _text(_either(team, "teamName"))
        for team in _listed(teams)
        if isinstance(team, dict) and _text(_either(team, "teamId"))
    }
    return [f"{id} ({name})" if name else id for id, name in named.items()]


def _ids(path: str) -> dict[str, str]:
    """The ids in a path by what they are of: `/v3/sequences/42/steps/7` is {sequence: 42, step: 7}."""
    parts = path.strip("/").split("/")
    return {_plain(noun).removesuffix("s"): id for noun, id in itertools.pairwise(parts) if is_digits(id)}


def _plain(noun: str) -> str:
    return re.sub(r"[^a-z]", "", noun.lower())
