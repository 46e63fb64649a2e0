"""The texts of the seed's email templates and comment prompts."""

from __future__ import annotations

# Name, folder, subject, body.
TEMPLATES = (
    (
        "First touch, operations",
        "Outbound",
        "{{Company}} and the Monday report",
        "<p>Hi {{FirstName|there}},</p><p>most {{Industry}} teams we meet put their Monday report together by hand. "
        "At three companies like {{Company}} it writes itself.</p><p>Worth fifteen minutes?</p><p>{{Signature}}</p>",
    ),
    (
        "Second touch, question",
        "Outbound",
        None,
        "<p>{{FirstName}}, who looks after reporting at {{Company}} these days?</p><p>{{SenderName}}</p>",
    ),
    (
        "Break-up",
        "Follow-ups",
        "Closing the loop",
        "<p>Hi {{FirstName}},</p><p>I take it the timing is wrong, so this is my last note. "
        "The offer stands whenever you need it.</p><p>{{SenderName}}</p>",
    ),
    (
        "After the demo",
        "My templates",
        "What we said, {{FirstName}}",
        "<p>Hi {{FirstName}},</p><p>thank you for your time. As promised: the recording, the price for your seats, and "
        "the security questionnaire.</p><p>{{Signature}}</p>",
    ),
    (
        "Renewal in thirty days",
        "Team templates",
        "Your renewal on {{Renewal date}}",
        "<p>Hi {{FirstName}},</p><p>your plan renews on {{Renewal date}}. Shall we look at usage together before?</p>",
    ),
    (
        "Reference request",
        "Company-wide",
        "Would you tell your story?",
        "<p>Hi {{FirstName}},</p><p>would {{Company}} be a reference for us? It takes one call of twenty minutes.</p>",
    ),
    (
        "Meeting reminder",
        "Reply library",
        "See you tomorrow",
        "<p>Hi {{FirstName}},</p><p>a short reminder of our call tomorrow. Nothing to prepare.</p>",
    ),
    ("Loose note", "", None, "<p>{{FirstName}}, saw the news about {{Company}}. Congratulations!</p>"),
)

# Name, text, whether it is the caller's own.
COMMENT_PROMPTS = (
    ("Ask a question", "React to one concrete point of the post and end with a short, honest question.", False),
    ("Add experience", "Add one experience of your own that supports or qualifies the post. Two sentences.", False),
    ("Dry and short", "One sentence, no exclamation marks, no praise. Mention a detail from the post.", True),
    ("Talk shop", "Write as a sales person to a peer. Name one thing you would try next. Never pitch.", True),
)
