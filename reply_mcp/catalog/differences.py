"""Where the catalog says something else than Reply's documents on purpose, and why.

Operation id → place of the difference as `reply-mcp catalog check SPEC` prints it → the reason.
"""

from __future__ import annotations

from collections.abc import Mapping

DIFFERENCES: Mapping[str, Mapping[str, str]] = {}
