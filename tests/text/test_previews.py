"""The beginning of a message on one line, without the message that it quotes."""

from __future__ import annotations

import pytest

from reply_mcp.text.previews import own_beginning


@pytest.mark.parametrize(
    ("preview", "own"),
    [
        ("Not now. Best, Kate On Fri, Jan 23, 2026 at 02:04 PM Mari", "Not now. Best, Kate"),
        ("Not now. On Fri, 23 Jan 2026 at 14:04", "Not now."),
        ("Passt. Am Fr., 23. Jan. 2026 um 14:04 Uhr", "Passt."),
        ("D'accord. Le ven. 23 janv. 2026 à 14:04, Maria a écrit : Bonjour", "D'accord."),
        ("Sure, let's talk. Best, Chen From: Priya Nair <", "Sure, let's talk. Best, Chen"),
        ("Yes, please. -----Original Message-----", "Yes, please."),
        (
            "On Friday, 3 of us could join. On Fri, Jan 23 I am out",
            "On Friday, 3 of us could join. On Fri, Jan 23 I am out",
        ),
        ("On 3 March 2026 our contract ends", "On 3 March 2026 our contract ends"),
        ("On Fri, Jan 23, 2026 at 02:04 PM Maria Silva wrote: Hi", ""),
    ],
)
def test_a_preview_ends_where_the_quotation_begins(preview: str, own: str) -> None:
    assert own_beginning(preview) == own
