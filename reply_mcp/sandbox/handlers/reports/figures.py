"""Counting events into the figures that reports and statistics share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reply_mcp.sandbox.store import Doc


def percentage(part: float, whole: float) -> float:
    """On the scale of 0 to 100, with two decimals; 0 of nothing."""
    return round(100 * part / whole, 2) if whole else 0.0


def contact_count(events: Iterable[Doc], *kinds: str) -> int:
    """How many different contacts these kinds of events are about."""
    return len({one["_contactId"] for one in events if one["type"] in kinds})


def event_count(events: Iterable[Doc], *kinds: str) -> int:
    """How many events of these kinds there are."""
    return sum(one["type"] in kinds for one in events)


def email_figures(events: Sequence[Doc]) -> Doc:
    """The email overview: different contacts, each with its rate. There is no figure for clicks."""
    mail = [one for one in events if one["channel"] == "email"]
    contacted, delivered = contact_count(mail, "sent"), contact_count(mail, "delivered")
    figures: Doc = {
        "contacted": contacted,
        "delivered": delivered,
        "opened": contact_count(mail, "opened"),
        "replied": contact_count(mail, "replied"),
        "interested": contact_count(mail, "interested"),
        "notReached": contacted - delivered,
        "optedOut": contact_count(mail, "optedOut"),
        "outOfOffice": contact_count(mail, "outOfOffice"),
        "bounced": contact_count(mail, "bounced"),
        "autoReplied": contact_count(mail, "autoReplied"),
        "meetingsBooked": contact_count(mail, "meetingBooked"),
    }
    of_contacted = ("delivered", "notReached", "bounced")
    rates = {
        f"{name}Percentage": percentage(value, contacted if name in of_contacted else delivered)
        for name, value in figures.items()
        if name != "contacted"
    }
    return figures | rates


def linkedin_figures(events: Sequence[Doc]) -> Doc:
    """The LinkedIn overview: actions, and replies with their rate."""
    own = [one for one in events if one["channel"] == "linkedIn"]
    connections, accepted = (
        event_count(own, "sentAutoConnection", "sentManualConnection"),
        event_count(own, "acceptedAutoConnection"),
    )
    messages, answers = event_count(own, "sentAutoMessage", "sentManualMessage"), event_count(own, "repliedAutoMessage")
    mails, mail_answers = event_count(own, "sentAutoInMail", "sentManualInMail"), event_count(own, "repliedAutoInMail")
    notes, note_answers = event_count(own, "sentAutoConnectionNote"), event_count(own, "repliedAutoConnectionNote")
    sent, replied = messages + mails + notes, answers + mail_answers + note_answers
    return {
        "connectionsSent": connections,
        "connectionsAccepted": accepted,
        "connectionsAcceptedPercentage": percentage(accepted, connections),
        "messagesSent": sent,
        "replied": replied,
        "repliedPercentage": percentage(replied, sent),
        "inMailsSent": mails,
        "inMailsReplied": mail_answers,
        "inMailsRepliedPercentage": percentage(mail_answers, mails),
        "connectionNotesSent": notes,
        "connectionNotesReplied": note_answers,
        "connectionNotesRepliedPercentage": percentage(note_answers, notes),
        "profileViews": event_count(own, "autoProfileView", "manualProfileView"),
        "likes": event_count(own, "like"),
        "follows": event_count(own, "followProfile"),
        "endorses": event_count(own, "endorseSkills"),
        "regularMessagesSent": messages,
        "regularMessagesReplied": answers,
        "regularMessagesRepliedPercentage": percentage(answers, messages),
    }


def touch_figures(events: Iterable[Doc], manual: bool | None = None) -> list[Doc]:
    """The events in which we reached out to somebody."""
    ours = ("sent", "called", "like", "followProfile", "endorseSkills", "autoProfileView", "manualProfileView")
    return [
        one
        for one in events
        if (one["type"] in ours or (one["type"].startswith("sent") and one["type"] != "sentAutoConnectionNote"))
        and (manual is None or one["manual"] == manual)
    ]


def reply_figures(events: Iterable[Doc]) -> list[Doc]:
    """The events in which somebody answered."""
    return [one for one in events if one["type"].startswith("replied")]
