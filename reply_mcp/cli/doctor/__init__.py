"""`reply-mcp doctor`: what is wrong with a set-up, and what mends it.

`command` runs the checks in their order: `local_checks`, `reply_checks`, `server_checks`, `host_checks`; `findings` is
what each gives.
"""
