"""The peer: what a generator makes of the same catalog, exported as OpenAPI. Runs in an environment of its own.

`generated_server.py DOCUMENT [PORT]`: over HTTP where a port is named, else over stdio.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from fastmcp import FastMCP

try:
    import httpx2 as http_client
except ImportError:
    import httpx as http_client

document = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
client = http_client.AsyncClient(
    base_url=os.environ["REPLY_BASE_URL"],
    headers={"Authorization": f"Bearer {os.environ['REPLY_API_KEY']}"},
    timeout=60,
)
server = FastMCP.from_openapi(openapi_spec=document, client=client, name="generated")
if len(sys.argv) > 2:
    server.run("http", show_banner=False, port=int(sys.argv[2]), stateless_http=True, log_level="warning")
else:
    server.run(show_banner=False)
