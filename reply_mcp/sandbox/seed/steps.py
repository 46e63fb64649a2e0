"""The steps of the sandbox's own sequences. `after` is the position of a step's parent, if not the step before."""

from __future__ import annotations

from typing import Any

from reply_mcp.sandbox.simulation.reply_texts import paragraphs

Step = dict[str, Any]
DAY = 1440


def mail(delay: int, *variants: tuple[str | None, str], **more: Any) -> Step:
    """An automatic email."""
    words = [{"subject": subject, "message": paragraphs(text)} for subject, text in variants]
    return {"type": "email", "delayInMinutes": delay, "executionMode": "automatic", "variants": words, **more}


def linkedin(action: str, delay: int, message: str | None = None, **more: Any) -> Step:
    """An automatic LinkedIn action."""
    step: Step = {
        "type": "linkedIn",
        "actionType": action,
        "delayInMinutes": delay,
        "executionMode": "automatic",
        **more,
    }
    if message is not None:
        step["variants"] = [{"message": message, "isEnabled": True}]
    return step


OPENING = mail(
    0,
    (
        "{{FirstName}}, a question about {{Company}}",
        "Hi {{FirstName}},\n\nI noticed that {{Company}} is growing its team. Most people in your role tell me that "
        "keeping outreach personal gets hard at that point.\n\nNorthstar helps sales teams answer every reply within "
        "the hour. Would a fifteen-minute call next week be of interest?\n\nBest,\n{{SenderName}}",
    ),
    (
        "Replies at {{Company}}",
        "Hello {{FirstName}},\n\nhow does {{Company}} make sure that no interested reply waits for days?\n\nWe built "
        "something for that, and I would like your view as {{Title}}. Do you have a quarter of an hour?\n\n"
        "{{SenderName}}",
    ),
)
SECOND = mail(
    3 * DAY,
    (
        None,
        "Hi {{FirstName}},\n\njust floating this up. Happy to send a two-minute video instead of a call.\n\n"
        "{{SenderName}}",
    ),
)
THIRD = mail(
    4 * DAY,
    (
        "One example from {{Industry}}",
        "Hi {{FirstName}},\n\na team of your size cut its answering time from nineteen hours to two. I can share how "
        "they did it: <no slides, just their numbers>.\n\nWorth a look?\n\n{{SenderName}}",
    ),
)
LAST = mail(
    6 * DAY,
    (
        None,
        "Hi {{FirstName}},\n\nI will not follow up again. If the topic comes back, just answer here.\n\n{{SenderName}}",
    ),
)

MAIL_ONLY = (OPENING, SECOND, THIRD, LAST)
SHORT = (OPENING, SECOND)
MULTICHANNEL = (
    linkedin("viewProfile", 0, description="Have a look at the profile"),
    linkedin("connect", DAY, "Hi {{FirstName}}, I follow what {{Company}} does and would like to connect."),
    {**OPENING, "delayInMinutes": DAY},
    linkedin(
        "message", 2 * DAY, "Thanks for connecting, {{FirstName}}. May I send you a short example from your industry?"
    ),
    {"type": "call", "delayInMinutes": 2 * DAY, "message": "Ask {{FirstName}} whether the example was useful."},
    {**LAST, "delayInMinutes": 3 * DAY},
)
CONDITIONAL = (
    mail(
        0,
        (
            "Your recording of the webinar",
            "Hi {{FirstName}},\n\nthank you for joining. The recording and the answers to all questions are here: "
            "https://northstar-sales.com/webinar\n\nWhich of the topics matters most at {{Company}}?\n\n{{SenderName}}",
        ),
    ),
    {
        "type": "condition",
        "delayInMinutes": 0,
        "waitInMinutes": 2 * DAY,
        "conditions": [{"property": "emailOpened", "rules": [{"operator": "is", "value": "true"}]}],
    },
    {
        "type": "task",
        "actionType": "toDo",
        "delayInMinutes": 60,
        "description": "Look up what {{Company}} uses today, then call {{FirstName}}.",
        "ifConditionPositive": True,
        "after": 1,
    },
    {**SECOND, "after": 2, "delayInMinutes": DAY},
    {**THIRD, "after": 1, "delayInMinutes": DAY, "ifConditionPositive": False},
    linkedin("connect", 2 * DAY, "Hi {{FirstName}}, we met at the webinar. Let's stay in touch.", after=4),
)
REMINDER = (
    mail(
        0,
        (
            "Your renewal",
            "Dear {{FirstName}},\n\nyour contract renews soon. Shall we go through the new plans?\n\n{{SenderName}}",
        ),
    ),
    {**SECOND, "executionMode": "manual", "delayInMinutes": 5 * DAY},
    {
        "type": "sms",
        "delayInMinutes": DAY,
        "executionMode": "manual",
        "message": "Hi {{FirstName}}, did you get my mail?",
    },
    {
        "type": "task",
        "actionType": "meeting",
        "delayInMinutes": 2 * DAY,
        "description": "Meet {{FullName}} on the renewal.",
    },
)
LINKEDIN_ONLY = (
    linkedin("connect", 0, "Hi {{FirstName}}, your post on hiring was spot on. Happy to connect."),
    linkedin("likeRecentPosts", DAY),
    linkedin("message", 2 * DAY, "Hi {{FirstName}}, how does {{Company}} handle replies from campaigns today?"),
    linkedin("followProfile", DAY),
    {
        "type": "whatsApp",
        "delayInMinutes": 4 * DAY,
        "message": "Hi {{FirstName}}, {{SenderName}} here, we are connected on LinkedIn.",
    },
)
