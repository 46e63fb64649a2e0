"""Serving many over Streamable HTTP.

serving       the process: listening, draining, the address that is printed
workers       several processes on one socket
app           the ASGI application: which path is answered by what
endpoint      `/mcp`: the SDK's transport, with or without a stream
callers       who calls: with a Reply key of their own, or signed in
auth          signing in
readiness     whether requests may be sent here, and the last answers of a server that is being stopped
facts         what is known of one request, for `access_log` and `metrics`
bounds        what a request may cost: size, depth, time, and how many of a caller at once
connections   how many connections there are, and how long each may take to say what it wants
narrowing     what a request's `X-MCP-…` headers leave of the server
combinations  which settings of it go together
probe         asking the server in a container whether it is well
"""
