"""The server's own icon, for hosts that show one beside its name: an arrow that answers, as SVG in a link."""

from __future__ import annotations

from urllib.parse import quote

import mcp_types as types

_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">'
    '<rect width="24" height="24" rx="5" fill="#2457d6"/>'
    '<path d="M10 6 4.5 11.5 10 17M5 11.5h8.5a5 5 0 0 1 5 5V18" fill="none" stroke="#fff" stroke-width="2" '
    'stroke-linecap="round" stroke-linejoin="round"/></svg>'
)


def server_icon() -> types.Icon:
    """The icon, which needs no request: its link holds the picture."""
    return types.Icon(src=f"data:image/svg+xml,{quote(_SVG)}", mime_type="image/svg+xml", sizes=["any"])
