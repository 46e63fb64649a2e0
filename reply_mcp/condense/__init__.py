"""What of an answer the agent sees: short, safe to read, nothing dropped silently."""

from reply_mcp.condense.render import condense
from reply_mcp.condense.token_limits import HARD_LIMIT, Condensed

__all__ = ["HARD_LIMIT", "Condensed", "condense"]
