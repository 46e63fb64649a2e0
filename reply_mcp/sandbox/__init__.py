"""An embedded Reply: the v3 API on SQLite, for trying and testing without an account.

>>> with running(seed=7) as sandbox:
...     print(sandbox.url)
"""

from reply_mcp.sandbox.app import create_app
from reply_mcp.sandbox.serving import Sandbox, running, serve

__all__ = ["Sandbox", "create_app", "running", "serve"]
