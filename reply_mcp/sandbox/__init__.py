"""An embedded Reply: the v3 API on SQLite, for trying and testing without an account.

>>> with running(seed=7) as sandbox:
...     print(sandbox.url)

app          the ASGI application
kernel       what happens to every request before and after its handler
http         routing, keys, limits, problems
handlers     the answers to v3's operations
records      things as they are kept and shown
simulation   what happens as time passes
seed         the sample data
faults       trouble on demand
control      endpoints for tests, under `/sandbox`
store        JSON documents in SQLite
clock        virtual time
request_log  what clients sent
serving      on a real socket, for people and for tests
"""

from reply_mcp.sandbox.app import create_app
from reply_mcp.sandbox.serving import Sandbox, running, serve

__all__ = ["Sandbox", "create_app", "running", "serve"]
