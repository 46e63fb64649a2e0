"""`reply-mcp install`: our entry in the configuration of hosts.

command      the command itself
hosts        each host: where its configuration is, and in which form
forms        how each form writes down a server
entry        the server that is written down
files        a configuration file, changed in one place
formats      what the formats have in common: `jsonc`, `toml`, `yaml`
claude_code  Claude Code's own command, in place of its file
"""
