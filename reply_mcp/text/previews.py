"""The beginning of a message on one line, as lists of threads have it: where it goes over to the mail that it answers.

Whole messages are parted by `text.quotes`, which knows the mails before; here there is nothing but one line, often cut
within the header of the quotation.
"""

from __future__ import annotations

import re

from reply_mcp.text.html import html_to_text

_DAY = r"(?:\w{3,9}\.? \d{1,2}(?:st|nd|rd|th)?,?|\d{1,2}\.? \w{3,9}\.?|\d{1,2}[./-]\d{1,2}[./-]) ?(?:19|20)\d\d\b"
_QUOTED = re.compile(
    r"(?:^|\s)(?:On [^\n]{5,90} wrote:|Am [^\n]{5,90} schrieb|Le [^\n]{5,90} a écrit|El [^\n]{5,90} escribió"
    rf"|(?:On|Am|Le|El) \w{{2,9}}\.?, {_DAY}"
    r"|(?:From|Von|De|Da|Van): |-{3,} ?\w|_{5,})"
)
"""The header of a quotation: it names who wrote, or, where it is cut, a day of the week with its date and year."""


def own_beginning(preview: str) -> str:
    """What the message itself says, as far as the preview has it; "" where it is nothing but a quotation."""
    return _QUOTED.split(html_to_text(preview), maxsplit=1)[0]
