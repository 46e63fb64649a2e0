"""What contacts answer, and how Gmail and Outlook quote what came before."""

from __future__ import annotations

from html import escape

from reply_mcp.sandbox.clock import instant
from reply_mcp.sandbox.store import Doc

INTERESTED = (
    "Thanks for reaching out. The timing is good: we are looking at this for next quarter. Could you send over pricing "
    "for a team of about twelve?",
    "This looks relevant. Does Thursday at 3pm work for a quick call? My colleague who runs operations would join.",
    "Happy to learn more. Can you share one example of a customer of our size, and how long the set-up took them?",
    "You caught me at the right moment, our contract ends in March. What would switching involve?",
)
REFUSING = (
    "Thanks, but we signed with another vendor in spring and will not be changing soon.",
    "I am not the right person for this. Please try someone in our procurement team.",
    "Not a priority for us this year. Feel free to check back in six months.",
    "Please take me off this list, I get a lot of these.",
)
MEETING = (
    "Sure, let's talk. Tuesday at 10 or Wednesday after 2 both work. Please send an invitation.",
    "I booked a slot through your link for next week. Looking forward to it.",
)
AWAY = (
    "I am out of the office until Monday with limited access to email. For anything urgent please contact the team "
    "inbox.",
    "Thank you for your message. I am on leave this week and will answer when I am back.",
)
LINKEDIN = (
    "Hey, thanks for connecting! Sounds interesting, what does it cost for ten seats?",
    "Thanks for the note. Could you send me a short deck?",
    "Appreciate it, but this isn't something we need right now.",
)


def paragraphs(text: str) -> str:
    """Plain text as HTML paragraphs; blank lines part them."""
    return "".join(f"<p>{escape(part).replace(chr(10), '<br>')}</p>" for part in text.split("\n\n"))


def gmail_reply(words: str, previous: Doc | None, signature: str = "") -> str:
    """An answer as Gmail writes it, with all that came before in a `gmail_quote`."""
    own = f'<div dir="ltr">{paragraphs(words)}'
    if signature:
        own += (
            '<br clear="all"><span class="gmail_signature_prefix">-- </span><br>'
            f'<div dir="ltr" class="gmail_signature">{signature}</div>'
        )
    if previous is None:
        return f"{own}</div>"
    when = instant(previous["date"]).strftime("%a, %b %d, %Y at %I:%M %p")
    address = escape(str(previous.get("fromAddress") or ""))
    return (
        f'{own}</div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">On {when} '
        f'{escape(str(previous["fromName"]))} &lt;<a href="mailto:{address}">{address}</a>&gt; wrote:<br></div>'
        '<blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);'
        f'padding-left:1ex">{previous["body"]}</blockquote></div>'
    )


def outlook_reply(words: str, previous: Doc | None, signature: str = "") -> str:
    """An answer as Outlook writes it: Office markup, then a From/Sent/To block and all that came before."""
    style = 'class="MsoNormal" style="margin:0cm;font-size:11.0pt;font-family:&quot;Calibri&quot;,sans-serif"'
    own = "".join(
        f'<p {style}><span style="color:#1F497D">{escape(part)}<o:p></o:p></span></p><p {style}><o:p>&nbsp;</o:p></p>'
        for part in words.split("\n\n")
    )
    if signature:
        own += f'<p {style}><span style="font-size:10.0pt;color:#7F7F7F">{signature}<o:p></o:p></span></p>'
    quoted = ""
    if previous is not None:
        when = instant(previous["date"]).strftime("%A, %d %B %Y %H:%M")
        quoted = (
            '<div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm">'
            f"<p {style}><b>From:</b> {escape(str(previous['fromName']))} "
            f"&lt;{escape(str(previous.get('fromAddress') or ''))}&gt;<br><b>Sent:</b> {when}<br>"
            f"<b>To:</b> {escape(', '.join(filter(None, previous.get('to') or [])))}<br>"
            f"<b>Subject:</b> {escape(str(previous.get('subject') or ''))}<o:p></o:p></p></div></div>"
            f"<p {style}><o:p>&nbsp;</o:p></p>{previous['body']}"
        )
    return (
        '<html xmlns:o="urn:schemas-microsoft-com:office:office"><head>'
        '<meta name="Generator" content="Microsoft Word 15">'
        "<style><!-- p.MsoNormal, li.MsoNormal {margin:0cm; font-size:11.0pt;} --></style></head>"
        f'<body lang="EN-GB" link="#0563C1"><div class="WordSection1">{own}{quoted}</div></body></html>'
    )
