"""Randomness that the seed repeats: the same draws in every sandbox of one seed."""

from __future__ import annotations

import random
import uuid

from reply_mcp.sandbox.store import Doc, Store


def seeded_rng(store: Store, *what: object) -> random.Random:
    """A generator for one thing, named by `what`; two of one name draw the same."""
    seed = (store.get("engine", 1) or {}).get("seed", 0)
    return random.Random(f"{seed} {' '.join(map(str, what))}")


def person_key(contact: Doc) -> str:
    """What names a contact in draws, whatever id they got: two sandboxes may number new contacts differently."""
    return str(contact["email"] or contact["linkedInUrl"] or contact["id"]).lower()


def new_uuid(store: Store) -> str:
    """The next UUID of the sandbox."""
    number = (store.get("uuidCounter", 1) or {"count": 0})["count"] + 1
    store.put("uuidCounter", {"id": 1, "count": number})
    return str(uuid.UUID(int=seeded_rng(store, "uuid", number).getrandbits(128), version=4))
