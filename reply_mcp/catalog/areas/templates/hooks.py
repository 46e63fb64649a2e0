"""Email templates: how they read, what a change keeps, what did not get filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.hooks.message_preview import quote_message
from reply_mcp.catalog.hooks.read_once import first_words, read_once, read_record
from reply_mcp.catalog.hooks.variables import read_variables
from reply_mcp.catalog.lookups.contactable import (
    check_contactable,
    check_not_blacklisted,
    describe_against,
    note_if_denied,
)
from reply_mcp.catalog.lookups.contacts import contact_label, find_contacts
from reply_mcp.catalog.operation import Call, Effect, Question
from reply_mcp.catalog.rows import object_at, rows_of
from reply_mcp.errors import NotDone, ReplyError
from reply_mcp.text.cleaning import inline
from reply_mcp.text.lists import join, list_some

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.templates.operations import (
        DeleteEmailTemplate,
        GetEmailTemplate,
        GetEmailTemplateVariables,
        MoveEmailTemplate,
        RenderEmailTemplate,
        SendTestEmailTemplate,
        UpdateEmailTemplate,
    )

_UNRESOLVED = "13"
"""Reply's number for a variable without a value."""


async def read_template(call: Call[UpdateEmailTemplate]) -> Any:
    """The template as it is, with `attachmentIds`, which a change takes.

    Raises:
        NotDone: where its attachments cannot be read, which a change without them would take off.
    """
    held = await read_record(call, "GetEmailTemplate", id=call.arguments.id)
    if held.get("attachments") is None:
        return held
    rows = held["attachments"]
    attached = [one for one in rows if one is not None] if isinstance(rows, list) else [rows]
    if any(not isinstance(one, dict) or one.get("id") is None for one in attached):
        raise NotDone("Nothing was changed: the template's attachments could not be read. Give attachmentIds too.")
    return {**held, "attachmentIds": [one["id"] for one in attached]}


async def describe_template(call: Call[GetEmailTemplate], answer: dict[str, Any]) -> Any:
    """Adds `_texts`, and `_facts`: whose it is, its folder and its attachments."""
    files = [f"{one.get('fileName') or 'file'} ({one.get('id')})" for one in rows_of(answer.get("attachments"))]
    folder = f"folder {answer['folderId']}" if answer.get("folderId") is not None else ""
    facts = [str(answer.get("folderType") or ""), folder, f"attached: {join(files)}" if files else ""]
    texts = [{"subject": answer.get("subject"), "text": answer.get("body")}]
    return {**answer, "_texts": texts, "_facts": ", ".join(filter(None, facts))}


async def describe_rendering(call: Call[RenderEmailTemplate], answer: dict[str, Any]) -> Any:
    """Adds the text under `_texts`, and notes what could not be filled in: Reply answers 200 either way.

    Raises:
        NotDone: where there is no text at all.
    """
    errors = rows_of(answer.get("errors"))
    faults = [_fault(one) for one in errors]
    what = "; ".join(faults) or "Reply gives no reason"
    if answer.get("isSuccess") is False and not answer.get("body"):
        raise NotDone(f"The template could not be filled in for this contact: {what}.")
    if answer.get("isSuccess") is False or faults:
        call.notes.append(f"NOT filled in completely, do not send it like this: {what}.")
    texts = [{"subject": answer.get("subject"), "text": answer.get("body")}]
    return {**answer, "id": call.arguments.id, "contactId": call.arguments.contact_id, "_texts": texts}


def _fault(error: dict[str, Any]) -> str:
    variable = error.get("variable")
    if variable and str(error.get("code")) == _UNRESOLVED:
        return f"{{{{{str(variable).strip('{} ')}}}}} has no value"
    return str(error.get("message") or f"error {error.get('code')}").rstrip(".")


async def list_variables(call: Call[GetEmailTemplateVariables], answer: Any) -> Any:
    """A row for each variable."""
    return [{"key": key, "group": group, "description": text} for key, group, text in read_variables(answer)]


async def effect_of_filing(call: Call[MoveEmailTemplate]) -> Effect:
    """SHARE where a template becomes the team's; one request."""
    if call.arguments.folder_type == "personal":
        return Effect.WRITE
    held = await read_record(call, "GetEmailTemplate", id=call.arguments.id)
    whose = str(held.get("folderType") or "")
    return Effect.WRITE if whose.casefold() == call.arguments.folder_type else Effect.SHARE


async def preview_filing(call: Call[MoveEmailTemplate]) -> str:
    """The template by name and subject, and the folder; two requests in a call."""
    arguments = call.arguments
    template = await read_once(call, "GetEmailTemplate", id=arguments.id)
    folder = await read_record(
        call, "GetEmailTemplateFolder", id=arguments.folder_id, folder_type=arguments.folder_type
    )
    name = f'"{folder["name"]}" ({arguments.folder_id})' if folder.get("name") else arguments.folder_id
    return f"This shows email template {_title(template, arguments.id)} to the whole team, in folder {name}."


async def check_test_address(call: Call[SendTestEmailTemplate]) -> None:
    """Refuses an address that is on the blacklist or of somebody who opted out: a test is a real email. Up to four
    requests.

    Raises:
        NotDone: names them and the reason.
    """
    email = str(call.arguments.email)
    for contact in await _read_holders(call):
        await check_contactable(call, contact)
        return
    await check_not_blacklisted(call, email, email)


async def _read_holders(call: Call[SendTestEmailTemplate]) -> list[dict[str, Any]]:
    """The contacts who have the address of the test; one request in a call."""
    if "holders" not in call.seen:
        try:
            call.seen["holders"] = await find_contacts(call, email=str(call.arguments.email))
        except ReplyError as error:
            note_if_denied(call, error, "whether the address is a contact's")
            call.seen["holders"] = []
    rows: list[dict[str, Any]] = call.seen["holders"]
    return rows


async def preview_test(call: Call[SendTestEmailTemplate]) -> Question:
    """The template, the sender, the recipient, and what speaks against writing to them where it is a contact's address;
    two requests beside those of the check, two more for a contact."""
    arguments = call.arguments
    template = await read_record(call, "GetEmailTemplate", id=arguments.id)
    mailbox = await read_record(call, "GetEmailAccount", id=arguments.email_account_id)
    sender = object_at(mailbox, "connection").get("email")
    holders = await _read_holders(call)
    against, talks = await describe_against(call, holders) if holders else ([], [])
    whose = f", the address of contact {contact_label(holders[0])}," if holders else ""
    files = [inline(str(one.get("fileName") or one.get("id")), 80) for one in rows_of(template.get("attachments"))]
    attached = f", with {list_some(files, 3)}" if files else ""
    text = (
        f"This sends a real email to {arguments.email}{whose} from {sender or 'mailbox'} "
        f"({arguments.email_account_id}): template {_title(template, arguments.id)}{attached}:"
        f"{quote_message(template.get('body'))}"
    )
    facts = {"threads": talks, "template": template, "sender": [mailbox.get("connection"), mailbox.get("signature")]}
    return Question("\n".join([*against, text]), facts)


async def preview_deletion(call: Call[DeleteEmailTemplate]) -> str:
    """The template by name and subject; one request."""
    template = await read_record(call, "GetEmailTemplate", id=call.arguments.id)
    return f"This deletes email template {_title(template, call.arguments.id)} for good."


def _title(row: dict[str, Any], id: Any) -> str:
    subject = f', subject "{first_words(row["subject"])}"' if row.get("subject") else ""
    return f'"{row.get("name", "?")}" ({id}{subject})'
