"""What the sandbox's AI writes: plain, repeatable, and made of what it was told."""

from __future__ import annotations

from reply_mcp.sandbox.store import Doc

_OPENINGS = (
    "I saw that {{{{Company}}}} is growing, and thought of {company}.",
    "A short follow-up: {value}.",
    "One more thought, then I will leave you in peace: {pain} is what most teams ask us about first.",
)
_LINKEDIN = (
    "Hi {{{{FirstName}}}}, I work with {{{{Title}}}}s on {pain}. Open to connecting?",
    "Thanks, {{{{FirstName}}}}. {value}. Worth a quick look?",
)
_SUBJECTS = ("{{{{FirstName}}}}, a question about {{{{Company}}}}", "Re: {{{{Company}}}} and {company}", "Last note")


def _offer_points(offer: Doc) -> dict[str, str]:
    def first(name: str, other: str) -> str:
        return str(next(iter(offer.get(name) or ()), other)).rstrip(".")

    return {
        "company": str(offer.get("companyName") or "us"),
        "value": first("valuePropositions", "we take the manual work out of outreach"),
        "pain": first("painPoints", "reaching the right people"),
        "ask": first("callToActions", "Would fifteen minutes next week suit you?"),
    }


def email_text(offer: Doc, number: int) -> tuple[str, str]:
    """Subject and HTML of the email that comes `number`-th (from 0)."""
    told = _offer_points(offer)
    opening = _OPENINGS[number % len(_OPENINGS)].format(**told)
    body = f"<p>Hi {{{{FirstName}}}},</p><p>{opening}</p><p>{told['ask']}</p><p>{{{{SenderName}}}}</p>"
    return _SUBJECTS[number % len(_SUBJECTS)].format(**told), body


def linkedin_text(offer: Doc, number: int) -> str:
    """The LinkedIn text that comes `number`-th (from 0)."""
    return _LINKEDIN[min(number, len(_LINKEDIN) - 1)].format(**_offer_points(offer))


def answer_text(writing: Doc) -> str:
    """The HTML that a reply handler or a re-engagement card has the AI write."""
    words = writing.get("sampleAnswer") or f"A short word on this: {writing['instructions']}"
    links = "".join(f"<p>{link}</p>" for link in writing["links"])
    return f"<p>Hi {{{{FirstName}}}},</p><p>{words}</p>{links}<p>{{{{SenderName}}}}</p>"


def rewrite(text: str, recommendations: str | None) -> str:
    """Another version of a message, which follows the recommendations by quoting them."""
    hint = f"<p>({recommendations.strip()})</p>" if recommendations and recommendations.strip() else ""
    return f"<p>Let me put it differently.</p>{hint}{text}"


def draft_offer(prompt: str, documents: list[str]) -> Doc:
    """An offer made of a brief."""
    subject = prompt.strip().splitlines()[0][:120]
    return {
        "name": f"Offer: {subject[:60]}",
        "companyName": subject.split(" ")[0][:200],
        "companyDescription": subject,
        "icp": "Heads of sales and revenue operations at companies of 50 to 500 people",
        "reasonForOutreach": "They hire salespeople, and their outreach is done by hand",
        "caseStudies": [f"Read from {name}" for name in documents],
        "painPoints": ["Too much time spent on finding people"],
        "proofPoints": ["Used by teams in twelve countries"],
        "valuePropositions": ["We find, write and follow up, you answer"],
        "callToActions": ["Would fifteen minutes next week suit you?"],
    }
