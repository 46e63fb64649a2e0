"""Counting events into the figures that reports and statistics share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reply_mcp.sandbox.store import Doc


def percentage(part: float, whole: float) -> float:
    """On the scale of 0 to 100, with two decimals; 0 of nothing."""
    return round(100 * part / whole, 2) if whole else 0.0


def people(events: Iterable[Doc], *kinds: str) -> int:
    """How many different contacts these kinds of events are about."""
    return len({one["_contactId"] for one in events if one["type"] in kinds})


def count(events: Iterable[Doc], *kinds: str) -> int:
    """How many events of these kinds there are."""
    return sum(one["type"] in kinds for one in events)


def email_figures(events: Sequence[Doc]) -> Doc:
    """The e-mail overview: different contacts, each with its rate. There is no figure for clicks."""
    mail = [one for one in events if one["channel"] == "email"]
    contacted, delivered = people(mail, "sent"), people(mail, "delivered")
    figures: Doc = {
        "contacted": contacted,
        "delivered": delivered,
        "opened": people(mail, "opened"),
        "replied": people(mail, "replied"),
        "interested": people(mail, "interested"),
        "notReached": contacted - delivered,
        "optedOut": people(mail, "optedOut"),
        "outOfOffice": people(mail, "outOfOffice"),
        "bounced": people(mail, "bounced"),
        "autoReplied": people(mail, "autoReplied"),
        "meetingsBooked": people(mail, "meetingBooked"),
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
        count(own, "sentAutoConnection", "sentManualConnection"),
        count(own, "acceptedAutoConnection"),
    )
    messages, answers = count(own, "sentAutoMessage", "sentManualMessage"), count(own, "repliedAutoMessage")
    mails, mail_answers = count(own, "sentAutoInMail", "sentManualInMail"), count(own, "repliedAutoInMail")
    notes, note_answers = count(own, "sentAutoConnectionNote"), count(own, "repliedAutoConnectionNote")
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
        "profileViews": count(own, "autoProfileView", "manualProfileView"),
        "likes": count(own, "like"),
        "follows": count(own, "followProfile"),
        "endorses": count(own, "endorseSkills"),
        "regularMessagesSent": messages,
        "regularMessagesReplied": answers,
        "regularMessagesRepliedPercentage": percentage(answers, messages),
    }


def touches(events: Iterable[Doc], manual: bool | None = None) -> list[Doc]:
    """The events in which we reached out to somebody."""
    ours = ("sent", "called", "like", "followProfile", "endorseSkills", "autoProfileView", "manualProfileView")
    return [
        one
        for one in events
        if (one["type"] in ours or (one["type"].startswith("sent") and one["type"] != "sentAutoConnectionNote"))
        and (manual is None or one["manual"] == manual)
    ]


def replies(events: Iterable[Doc]) -> list[Doc]:
    """The events in which somebody answered."""
    return [one for one in events if one["type"].startswith("replied")]
