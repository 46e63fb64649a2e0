"""The MCP surface, generated from the catalog: tools, resources, prompts, completions, over stdio and HTTP."""
