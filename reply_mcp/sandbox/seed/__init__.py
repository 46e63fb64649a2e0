"""What a new sandbox holds: a workspace with people, sequences in different health, an inbox, tasks and an AI SDR.

`people`, `channels`, `sequences` with their `steps`, `conversations` and `tasks`, `ai_sdr`, and in `workspace` the
rest; `texts` are the words of templates and prompts. One seed gives the same documents at the same instant, whatever
the process.
"""

from __future__ import annotations

import random

from reply_mcp.sandbox.clock import Clock
from reply_mcp.sandbox.seed.ai_sdr import seed_ai_sdr
from reply_mcp.sandbox.seed.people import seed_people
from reply_mcp.sandbox.seed.sequences import seed_sequences
from reply_mcp.sandbox.seed.workspace import seed_workspace
from reply_mcp.sandbox.simulation.daily import start_days
from reply_mcp.sandbox.store import Store


def seed_store(store: Store, clock: Clock, seed: int) -> None:
    """Fill an empty store in one transaction; dates are relative to the clock's now."""
    with store.transaction():
        for fill in (seed_people, seed_sequences, seed_ai_sdr, seed_workspace):
            fill(store, clock, random.Random(seed))
        # What left before the sandbox began is in threads and reports.
        for entry in store.all("outbox"):
            store.delete("outbox", entry["id"])
        start_days(store, clock.now())
