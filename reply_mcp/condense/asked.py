"""What a call asked for, as far as it decides how its answer is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reply_mcp.condense.values import lookup


@dataclass(frozen=True, slots=True)
class Asked:
    """Of a call.

    Attributes:
        arguments: by their wire names.
        fields: the columns by API name; None for those of the view.
        paged: whether the answer is a page of a longer list.
    """

    arguments: Mapping[str, Any]
    fields: Sequence[str] | None = None
    paged: bool = False

    @property
    def skip(self) -> int:
        """How many rows stand before those of the answer."""
        skip = lookup(self.arguments, "skip")
        return skip if isinstance(skip, int) and skip > 0 else 0
