"""What a host shows a person beside an answer: MCP Apps (extension `io.modelcontextprotocol/ui`, 2026-01-26).

One `page` serves all tools, and `view_data` is what it shows: the question before a call, the overview, sequences side
by side, the inbox. What it shows travels in `_meta` of the answer, which hosts keep from the model, and only to clients
that announce the extension. The text of the answer is the same with and without it.
"""
