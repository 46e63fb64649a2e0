"""Several ids of threads."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from reply_mcp.catalog.arguments.named_ids import ThreadId

ThreadIds = Annotated[list[ThreadId], Field(min_length=1)]
