"""The messages of a thread: oldest first, outsiders' words fenced, what was quoted and signed cut and counted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reply_mcp.catalog.views import Conversation
from reply_mcp.condense.quotes import own_words
from reply_mcp.condense.token_limits import Draft, clip_saying
from reply_mcp.condense.values import lookup, nothing, show, template, words
from reply_mcp.text.cleaning import clean, disarm, fence

_MESSAGE_TOKENS = 1500
"""A single message beyond this is cut, however much room there is."""


@dataclass
class _Seen:
    quotes: int = 0
    signatures: int = 0
    hidden: int = 0
    subject: str = ""
    closings: dict[str, list[str]] = field(default_factory=dict)
    """The lines of the latest message of each sender."""

    def said(self) -> str:
        counts = (
            (self.signatures, "signature"),
            (self.quotes, "quoted message"),
            (self.hidden, "hidden text"),
        )
        parts = [f"{count} {noun}{'s' if count > 1 else ''}" for count, noun in counts if count]
        return f"Cut: {', '.join(parts)} (detail=full)." if parts else ""


def draft_conversation(answer: Any, view: Conversation, arguments: Mapping[str, Any]) -> Draft | None:
    """The conversation of an answer; None where there is no message in it."""
    thread, messages = _parts(answer)
    if messages is None:
        return None
    skip = lookup(arguments, "skip")
    skip = skip if isinstance(skip, int) and skip > 0 else 0
    more_pages = isinstance(answer, Mapping) and lookup(answer, "hasMore") is True
    cuts = _Seen()
    drafts = [_message(message, cuts) for message in messages]
    title = _title(thread)

    def heading(kept: int) -> tuple[str, dict[str, Any]]:
        line, end = title, skip + len(messages)
        if more_pages or skip:
            line += f" Messages {end - kept + 1}–{end}" + (f", more: skip={end}." if more_pages else ".")
        return line.strip(), {"thread": line}

    how = template(view.answer_with, thread, arguments)
    tail = [" ".join(filter(None, [cuts.said(), f"To answer: {how}" if how else ""]))]
    head, data = heading(len(messages))
    draft = Draft([head], [text for text, _ in drafts], tail, data, "messages", [d for _, d in drafts], heading=heading)
    if not messages:
        draft.head.append("No messages.")
    paged = not isinstance(lookup(thread, "messages"), list)

    def more(kept: int, total: int) -> str:
        gone = total - kept
        earlier = f"top={gone}, skip={skip}" if paged else "the messages tool of this thread with top and skip"
        return f"… {gone} earlier messages did not fit: {earlier}"

    draft.more, draft.newest = more, True
    return draft


def _parts(answer: Any) -> tuple[Mapping[str, Any], list[Any] | None]:
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


def _without_known_closing(text: str, sender: str, cuts: _Seen) -> str:
    """Cuts the lines from the sender's name on that closed their message before too: a signature without a mark.

    It stays where it was seen first, so that nothing in it is lost.
    """
    lines = text.splitlines()
    before, cuts.closings[sender] = cuts.closings.get(sender, []), lines
    same = 0
    while same < min(len(lines), len(before)) and lines[-1 - same].strip() == before[-1 - same].strip():
        same += 1
    name = sender.casefold().split(" <")[0].strip()
    start = next((at for at in range(len(lines) - same, len(lines)) if lines[at].strip().casefold() == name), None)
    if not name or not start:
        return text
    cuts.signatures += 1
    return "\n".join(lines[:start]).rstrip()


def _message(message: Any, cuts: _Seen) -> tuple[str, dict[str, Any]]:
    if not isinstance(message, Mapping):
        text = disarm(clean(str(message)))
        return fence(text), {"text": text}
    body = next((b for k in ("body", "message", "text", "html") if isinstance(b := lookup(message, k), str)), "")
    own = own_words(body)
    cuts.quotes += own.quotes
    cuts.signatures += own.signatures
    cuts.hidden += own.hidden
    ours = lookup(message, "isOutbound") is True
    sender = show(lookup(message, "fromName")) or show(lookup(message, "fromAddress"))
    who = "you" if ours else f"{sender or 'they'}, outside text"
    if ours and sender:
        who = f"you ({sender})"
    state = lookup(message, "status")
    trouble = words(str(lookup(state, "code") or "")) if isinstance(state, Mapping) else ""
    subject = show(lookup(message, "subject"))
    topic = re.sub(r"^(?:(?:re|aw|fwd?|wg|sv|tr)\s*:\s*)+", "", subject, flags=re.IGNORECASE)
    repeated, cuts.subject = topic == cuts.subject, topic or cuts.subject
    words_of_it = _without_known_closing(own.text.strip(), sender, cuts)
    text = clip_saying(disarm(words_of_it), _MESSAGE_TOKENS, "detail=full") or "(no text)"
    identity = show(lookup(message, "messageId"))
    label = " ".join(filter(None, [show(lookup(message, "date"), "time"), who]))
    line = f"[{label}]" + (f" Not delivered: {trouble}." if trouble else "")
    about = f"Subject: {subject}" if subject and not repeated else ""
    if ours:
        shown = " ".join(filter(None, [line, about])) + "\n" + text
    else:
        shown = line + "\n" + fence("\n".join(filter(None, [about, text])))
    data = {
        "date": show(lookup(message, "date"), "time"),
        "from": who,
        "subject": subject,
        "text": text,
        "id": identity,
    }
    return shown, {key: value for key, value in data.items() if value}
