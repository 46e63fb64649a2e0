"""The operations of the `ai_sdr` area; importing the package registers them on its `area`."""

from reply_mcp.catalog.areas.ai_sdr import approvals, handlers, knowledge_bases, offers, reengagement, sequences
from reply_mcp.catalog.areas.ai_sdr.area import area

__all__ = ["approvals", "area", "handlers", "knowledge_bases", "offers", "reengagement", "sequences"]
