"""The index of operations, written by `reply-mcp catalog build`."""
