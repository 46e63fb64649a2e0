"""Templates and prompts as they are: replaced whole, filled in only in part, and refused for variables that Reply does
not know."""

from __future__ import annotations

import difflib
import re
from typing import Any

from reply_mcp.catalog.hooks.read_once import first_words, read_once
from reply_mcp.catalog.hooks.variables import read_variables
from reply_mcp.catalog.operation import Call
from reply_mcp.catalog.rows import rows_of
from reply_mcp.errors import ApiError, NotDone, ReplyError

_VARIABLE = re.compile(r"\{\{\s*([^{}|]+?)\s*(?:\|[^{}]*)?\}\}")
_SCOPES = {"teamTemplates": "team", "organizationTemplates": "organization", "globalTemplates": "global"}
_UNRESOLVED = "13"
_WHY = {
    "noRecentPosts": "the person has not posted lately",
    "postsUnavailable": "the posts could not be read",
    "commentingRestricted": "the post takes no comments",
    "reshareNoText": "the post is a reshare without words",
    "noPostContent": "the post has no text",
    "aiSkip": "the AI would not comment on this topic",
}


async def held_template(call: Call) -> Any:
    """The template as it is, its attachments as the ids that a change takes."""
    held = await read_once(call, "GetEmailTemplate", id=call.arguments.id)
    if not isinstance(held, dict):
        return held
    ids = [one["id"] for one in held.get("attachments") or () if isinstance(one, dict) and one.get("id") is not None]
    return {**held, "attachmentIds": ids}


async def held_prompt(call: Call) -> Any:
    """The prompt as it is. Reply reads prompts as a list only.

    Raises:
        NotDone: where it is one of Reply's library, or not there.
    """
    listed = rows_of(await read_once(call, "ListAiPrompts", stepType="commentOnRecentPost"))
    prompt = next((row for row in listed if str(row.get("id")) == str(call.arguments.id)), None)
    if prompt is None:
        raise NotDone(f"Nothing was changed: there is no AI prompt {call.arguments.id}. reply_list_ai_prompts has all.")
    if str(prompt.get("scope")).casefold() == "library":
        raise NotDone(
            f'Nothing was changed: "{prompt.get("name")}" ({prompt.get("id")}) is of Reply\'s library, which stays as '
            "it is. reply_create_ai_prompt makes one of your own from its text."
        )
    return prompt


async def template_readable(call: Call, answer: Any) -> Any:
    """Adds `_texts` and `_facts` to a template."""
    if not isinstance(answer, dict):
        return answer
    files = [
        f"{one.get('fileName') or 'file'} ({one.get('id')})"
        for one in answer.get("attachments") or ()
        if isinstance(one, dict)
    ]
    folder = f"folder {answer['folderId']}" if answer.get("folderId") is not None else ""
    facts = [str(answer.get("folderType") or ""), folder, f"attached: {', '.join(files)}" if files else ""]
    texts = [{"subject": answer.get("subject"), "text": answer.get("body")}]
    return {**answer, "_texts": texts, "_facts": ", ".join(filter(None, facts))}


async def rendered(call: Call, answer: Any) -> Any:
    """Shows what came out, and says what could not be filled in: Reply answers success for both.

    Raises:
        NotDone: where nothing came out.
    """
    if not isinstance(answer, dict):
        return answer
    errors = [one for one in answer.get("errors") or () if isinstance(one, dict)]
    faults = [_fault(one) for one in errors]
    what = "; ".join(faults) or "Reply gives no reason"
    if answer.get("isSuccess") is False and not answer.get("body"):
        raise NotDone(f"The template could not be filled in for this contact: {what}.")
    if answer.get("isSuccess") is False or faults:
        call.notes.append(f"NOT filled in completely, do not send it so: {what}.")
    texts = [{"subject": answer.get("subject"), "text": answer.get("body")}]
    return {**answer, "id": call.arguments.id, "contactId": call.arguments.contact_id, "_texts": texts}


def _fault(error: dict[str, Any]) -> str:
    variable = error.get("variable")
    if variable and str(error.get("code")) == _UNRESOLVED:
        return f"{{{{{str(variable).strip('{} ')}}}}} has no value"
    return str(error.get("message") or f"error {error.get('code')}").rstrip(".")


async def unknown_variables(call: Call, refusal: ApiError) -> str | None:
    """Reply refuses texts with a {{variable}} that it does not know: says which, and what is near. One request."""
    words = " ".join([refusal.detail, *(text for _, text in refusal.faults)]).casefold()
    if refusal.status != 400 or "unrecognized variable" not in words:
        return None
    try:
        known = {
            key.strip("{} ").casefold(): key
            for key, _, _ in read_variables(await call.ask("GetEmailTemplateVariables"))
        }
    except ReplyError:
        return None
    text = f"{call.arguments.subject or ''} {call.arguments.body or ''}"
    unknown = [name for name in dict.fromkeys(_VARIABLE.findall(text)) if name.casefold() not in known]
    if not unknown:
        return None
    hints = []
    for name in unknown:
        near = difflib.get_close_matches(name.casefold(), known, n=1)
        hints.append(f"{{{{{name}}}}}" + (f" (did you mean {known[near[0]]}?)" if near else ""))
    return (
        f"400: Reply does not know {', '.join(hints)}; nothing was saved. reply_list_template_variables has all; "
        "reply_create_custom_field registers another."
    )


async def variables_in_rows(call: Call, answer: Any) -> Any:
    """The variables as rows."""
    return [{"key": key, "group": group, "description": text} for key, group, text in read_variables(answer)]


async def templates_in_rows(call: Call, answer: Any) -> Any:
    """The sequence templates as rows that say whose they are."""
    return _sequence_templates(answer)


def _sequence_templates(answer: Any) -> list[dict[str, Any]]:
    if not isinstance(answer, dict):
        return rows_of(answer)
    groups = {str(key).casefold(): value for key, value in answer.items()}
    return [{**row, "scope": scope} for key, scope in _SCOPES.items() for row in rows_of(groups.get(key.casefold()))]


async def deletable_template(call: Call) -> None:
    """Stops before a global template, which nobody can delete, and where there is no such template. One request, which
    the preview shares."""
    held = await _sequence_template(call)
    if held is None:
        raise NotDone(
            f"Nothing was deleted: there is no sequence template {call.arguments.id}. "
            "reply_list_sequence_templates has all."
        )
    if held["scope"] == "global":
        raise NotDone(f'Nothing was deleted: "{held.get("name")}" is one of Reply\'s own templates, which stay.')


async def sequence_template_preview(call: Call) -> str:
    held = await _sequence_template(call) or {}
    shared = "the whole organization" if held.get("scope") == "organization" else "the whole team"
    return f'This deletes the sequence template "{held.get("name", "?")}" for {shared}; sequences made from it stay.'


async def _sequence_template(call: Call) -> dict[str, Any] | None:
    rows = _sequence_templates(await read_once(call, "GetSequenceTemplates"))
    return next((row for row in rows if str(row.get("id")).casefold() == str(call.arguments.id).casefold()), None)


async def test_preview(call: Call) -> str:
    """The template, the sender and the receiver; two requests."""
    arguments = call.arguments
    template = await read_once(call, "GetEmailTemplate", id=arguments.id)
    mailbox = await read_once(call, "GetEmailAccount", id=arguments.email_account_id)
    connection = mailbox.get("connection") if isinstance(mailbox, dict) else None
    sender = connection.get("email") if isinstance(connection, dict) else None
    return (
        f"This sends a real email to {arguments.email} from {sender or 'mailbox'} ({arguments.email_account_id}): "
        f"template {_titled(template, arguments.id)}."
    )


async def delete_preview(call: Call) -> str:
    template = await read_once(call, "GetEmailTemplate", id=call.arguments.id)
    return f"This deletes email template {_titled(template, call.arguments.id)} for good."


def _titled(template: Any, id: Any) -> str:
    row = template if isinstance(template, dict) else {}
    subject = f', subject "{first_words(row["subject"])}"' if row.get("subject") else ""
    return f'"{row.get("name", "?")}" ({id}{subject})'


async def folder_preview(call: Call) -> str:
    arguments = call.arguments
    held = await read_once(call, "GetEmailTemplateFolder", id=arguments.id, folder_type=arguments.folder_type)
    name = held.get("name", "?") if isinstance(held, dict) else "?"
    return f'This deletes the {arguments.folder_type} folder "{name}" ({arguments.id}) for good.'


async def prompt_preview(call: Call) -> str:
    prompt = await held_prompt(call)
    return f'This deletes your AI prompt "{prompt.get("name")}" ({prompt.get("id")}); steps that use it keep its text.'


async def credit_preview(call: Call) -> str:
    return (
        f"This spends one Reply credit, whatever comes of it, to try the prompt on the latest post of "
        f"{call.arguments.linked_in_profile_url}. Nothing is posted."
    )


async def outcome_said(call: Call, answer: Any) -> Any:
    """Says in words why there is no comment."""
    if isinstance(answer, dict):
        outcome = str(answer.get("outcome") or "")
        why = next((text for word, text in _WHY.items() if word.casefold() == outcome.casefold()), outcome)
        answer["_result"] = (
            "Comment generated; nothing was posted." if outcome == "generated" else f"No comment: {why}."
        )
    return answer
