"""Sandboxes of one seed and one start, whose time stands still unless a test advances it."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from reply_mcp.sandbox.app import create_app
from reply_mcp.sandbox.kernel import Kernel

DAY = 86_400
START = datetime(2026, 3, 4, 15, tzinfo=UTC)


def kernel_of(seed: int) -> Kernel:
    """A sandbox that was seeded for `START`."""
    kernel: Kernel = create_app(seed=seed, speed=0, start=START).state.kernel
    return kernel


def documents(kernel: Kernel) -> dict[str, Any]:
    """Every document of the sandbox by kind and id, read back from its database."""
    rows = kernel.store._sql.execute("SELECT kind, id, doc FROM records")
    return {f"{kind} {number}": json.loads(doc) for kind, number, doc in rows}


def digest(kernel: Kernel) -> str:
    """A fingerprint of every document."""
    return hashlib.sha256(json.dumps(documents(kernel), sort_keys=True).encode()).hexdigest()
