"""The AI SDR: the AI that finds people, writes to them and answers them. Its operations are in the modules imported
here, which register on the one `area`."""

from reply_mcp.catalog import ai_sdr_approvals as ai_sdr_approvals
from reply_mcp.catalog import ai_sdr_knowledge as ai_sdr_knowledge
from reply_mcp.catalog import ai_sdr_offers as ai_sdr_offers
from reply_mcp.catalog import ai_sdr_reengagement as ai_sdr_reengagement
from reply_mcp.catalog import ai_sdr_replies as ai_sdr_replies
from reply_mcp.catalog import ai_sdr_sequences as ai_sdr_sequences
from reply_mcp.catalog.ai_sdr_area import area

__all__ = ["area"]
