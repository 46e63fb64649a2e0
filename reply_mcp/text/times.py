"""Times as texts tell them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any


def instant(text: Any) -> datetime | None:
    """The time that an answer of Reply's tells, UTC where it has no offset; None where it tells none."""
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
