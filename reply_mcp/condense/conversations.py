"""The messages of a thread: oldest first, outsiders' words fenced, what was quoted and signed cut and counted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reply_mcp.catalog.views import Column, Conversation, Table
from reply_mcp.condense.asked import Asked
from reply_mcp.condense.tables import draft_table
from reply_mcp.condense.token_limits import Draft, clip_with_rest
from reply_mcp.condense.values import lookup, nothing, show, template, words
from reply_mcp.text.cleaning import clean, disarm, fence
from reply_mcp.text.quotes import OwnWords, own_words

_MESSAGE_TOKENS = 1500
"""A single message beyond this is cut, however much room there is."""


@dataclass
class _Above:
    """What stands above a message and need not be repeated in it."""

    year: str
    """The year of all dates, which stands in the title; "" where each has its own."""
    subject: str = ""
    senders: set[str] = field(default_factory=set)


def draft_conversation(answer: Any, view: Conversation, asked: Asked) -> Draft | None:
    """The conversation of an answer; None where there is no message in it. With `fields`, a table of its messages."""
    thread, messages = parts_of(answer)
    if messages is None:
        return None
    more_pages = isinstance(answer, Mapping) and lookup(answer, "hasMore") is True
    if asked.fields:
        table = Table("messages", ("messageId", Column("body", kind="html")))
        return draft_table({"items": messages, "hasMore": more_pages}, table, asked)
    skip = asked.skip
    earlier = lookup(answer, "_earlier")
    owns = own_words(messages, earlier if isinstance(earlier, list) else [])
    above = _Above(_shared_year(messages))
    drafts = [_message(message, own, above) for message, own in zip(messages, owns, strict=True)]
    title = _title(thread) + (f" Year {above.year}." if above.year else "")

    def heading(kept: int) -> tuple[str, dict[str, Any]]:
        line, end = title, skip + len(messages)
        if messages and (more_pages or skip):
            line += f" Messages {end - kept + 1}–{end}" + (f", more: skip={end}." if more_pages else ".")
        return line.strip(), {"thread": line}

    how = template(view.answer_with, thread, asked.arguments)
    cut = "Cut parts: detail=full." if any(own.left_out() for own in owns) else ""
    if lookup(thread, "contact.isDeleted") is True:
        how = ""
        cut = f"Their contact is deleted in Reply: no answer can be sent in this thread. {cut}".rstrip()
    tail = [" ".join(filter(None, [cut, f"To answer: {how}" if how else ""]))]
    head, data = heading(len(messages))
    draft = Draft([head], [text for text, _ in drafts], tail, data, "messages", [d for _, d in drafts], heading=heading)
    if not messages:
        draft.head.append(f"No more messages from skip={skip}." if skip else "No messages.")
    paged = not isinstance(lookup(thread, "messages"), list)

    def more(kept: int, total: int) -> str:
        gone = total - kept
        earlier = f"top={gone}, skip={skip}" if paged else "the messages tool of this thread with top and skip"
        return f"… {gone} earlier messages did not fit: {earlier}"

    draft.more, draft.newest = more, True
    return draft


def parts_of(answer: Any) -> tuple[Mapping[str, Any], list[Any] | None]:
    """The thread (what is known of it) and its messages, oldest first."""
    if isinstance(answer, list):
        return {}, _ordered(answer)
    if not isinstance(answer, Mapping):
        return {}, None
    inner = lookup(answer, "thread")
    thread: Mapping[str, Any] = inner if isinstance(inner, Mapping) else answer
    for place in (answer, thread):
        for key in ("items", "messages"):
            found = lookup(place, key)
            if isinstance(found, list):
                return thread, _ordered(found)
    if isinstance(lookup(answer, "body"), str) or isinstance(lookup(answer, "message"), str):
        return {}, [answer]
    return thread, None


def _ordered(messages: list[Any]) -> list[Any]:
    dates = [lookup(message, "date") for message in messages]
    if all(isinstance(date, str) and date for date in dates):
        return [message for _, message in sorted(zip(dates, messages, strict=True), key=lambda pair: str(pair[0]))]
    return messages


def _title(thread: Mapping[str, Any]) -> str:
    facts = []
    if not nothing(lookup(thread, "id")):
        facts.append(template("Thread {id} with {contact.fullName} <{contact.email}>, {contact.companyName}.", thread))
    category = lookup(thread, "category")
    if not nothing(category):
        facts.append(f"Category {show(category)}.")
    elif not nothing(lookup(thread, "categoryId")):
        facts.append(f"Category {show(lookup(thread, 'categoryId'))}.")
    if not nothing(lookup(thread, "channel")):
        facts.append(f"Channel {words(show(lookup(thread, 'channel')))}.")
    if lookup(thread, "sequence.name"):
        facts.append(template("Sequence {sequence.name} ({sequence.id}).", thread))
    if lookup(thread, "isRead") is False:
        facts.append("Unread.")
    return " ".join(facts).replace(" with,", ",").replace(" with.", ".")


def _shared_year(messages: list[Any]) -> str:
    years = {show(lookup(message, "date"), "time")[:5] for message in messages}
    year = years.pop() if len(years) == 1 and len(messages) > 2 else ""
    return year[:4] if re.match(r"\d{4}-", year) else ""


def _message(message: Any, own: OwnWords, above: _Above) -> tuple[str, dict[str, Any]]:
    if not isinstance(message, Mapping):
        text = disarm(clean(str(message)))
        return fence(text), {"text": text}
    ours = lookup(message, "isOutbound") is True
    sender = show(lookup(message, "fromName")) or show(lookup(message, "fromAddress"))
    who = (f"you ({sender})" if sender else "you") if ours else f"{sender or 'they'}, outside text"
    state = lookup(message, "status")
    trouble = words(str(lookup(state, "code") or "")) if isinstance(state, Mapping) else ""
    subject = show(lookup(message, "subject"))
    text = clip_with_rest(disarm(own.text), _MESSAGE_TOKENS, "detail=full") or "(no text)"
    date = show(lookup(message, "date"), "time")
    left_out = own.left_out()
    data = {
        "date": date,
        "from": who,
        "subject": subject,
        "text": text,
        "cut": left_out,
        "id": show(lookup(message, "messageId")),
    }
    label = " ".join(filter(None, [date.removeprefix(f"{above.year}-"), _called(who, sender, ours, above)]))
    line = f"[{label}{'; cut: ' * bool(left_out)}{left_out}]" + (f" Not delivered: {trouble}." if trouble else "")
    about = f"Subject: {subject}" if subject and _is_new_topic(subject, above) else ""
    if ours:
        shown = " ".join(filter(None, [line, about])) + "\n" + text
    else:
        shown = line + "\n" + fence("\n".join(filter(None, [about, text])))
    return shown, {key: value for key, value in data.items() if value}


def _called(who: str, sender: str, ours: bool, above: _Above) -> str:
    """Who wrote, in short where the same sender was named above."""
    if who in above.senders:
        return "you" if ours else sender or "they"
    if ours:
        above.senders = {other for other in above.senders if not other.startswith("you")}
    above.senders.add(who)
    return who


def _is_new_topic(subject: str, above: _Above) -> bool:
    topic = re.sub(r"^(?:(?:re|aw|fwd?|wg|sv|tr)\s*:\s*)+", "", subject, flags=re.IGNORECASE)
    before, above.subject = above.subject, topic or above.subject
    return topic != before
