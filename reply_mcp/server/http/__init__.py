"""Serving many over Streamable HTTP.

serving      the process: listening, draining, the address that is printed
workers      several processes on one socket
app          the ASGI application: which path is answered by what
endpoint     `/mcp`: the SDK's transport, with or without a stream
callers      who calls: with a Reply key of their own, or signed in
auth         signing in
readiness    whether requests may be sent here, and the last answers of a server that is being stopped
facts        what is known of one request, for those who log and count it
"""
