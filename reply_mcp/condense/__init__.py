"""What of an answer the agent sees: short, safe to read, nothing dropped silently."""

from reply_mcp.condense.limits import HARD_LIMIT, Condensed, estimate
from reply_mcp.condense.render import condense

__all__ = ["HARD_LIMIT", "Condensed", "condense", "estimate"]
