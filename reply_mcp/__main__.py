"""`python -m reply_mcp` is `reply-mcp`."""

import sys

from reply_mcp.cli import main

sys.exit(main())
