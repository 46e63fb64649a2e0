"""Reply's v3 API as an MCP server for AI agents."""

__version__ = "0.1.0"
