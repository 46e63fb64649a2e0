"""Bodies that Reply stores as HTML and sends as they are."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from reply_mcp.text.html import text_to_html

HtmlText = Annotated[str, AfterValidator(text_to_html)]
"""HTML, or plain text, whose paragraphs and line breaks become HTML: Reply would run them together."""
