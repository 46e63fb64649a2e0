"""The peer: what a generator makes of the same catalog, exported as OpenAPI. Runs in an environment of its own."""

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
    base_url=os.environ["REPLY_BASE_URL"], headers={"Authorization": f"Bearer {os.environ['REPLY_API_KEY']}"}
)
FastMCP.from_openapi(openapi_spec=document, client=client, name="generated").run(show_banner=False)
