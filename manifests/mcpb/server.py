"""Where the bundle starts: serves over stdio with the settings that the host passes in the environment."""

import sys

from reply_mcp.cli import main

sys.exit(main(["serve"]))
