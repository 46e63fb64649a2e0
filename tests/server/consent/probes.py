"""Operations that do nothing, to ask about."""

from __future__ import annotations

from typing import Any

from reply_mcp.catalog.area import Area
from reply_mcp.catalog.operation import Arguments, Effect, Path, Preview, Question

area = Area("probe", title="Probe", about="For tests.", modules=(__name__.rpartition(".")[2],))
people = [1, 2, 3]


def asking(words: str) -> Preview:
    """A preview of these words, with the probe's id for `{id}`."""

    async def preview(call: Any) -> str:
        return words.replace("{id}", str(call.arguments.id))

    return preview


@area.post(
    "/v3/probes/{id}/fire",
    tool="reply_fire",
    effect=Effect.SEND,
    idempotent=True,
    preview=asking("This fires probe {id}."),
)
class Fire(Arguments):
    """Fires."""

    id: Path[int]


@area.delete("/v3/probes/{id}", tool="reply_delete_probe")
class DeleteProbe(Arguments):
    """Deletes."""

    id: Path[int]


async def _describe(call: Any) -> Question:
    return Question(f"This reaches {len(people)} people.", {"people": list(people), "count": len(people)})


@area.post("/v3/probes/{id}/all", tool="reply_fire_all", effect=Effect.SEND, idempotent=True, preview=_describe)
class FireAll(Arguments):
    """Fires at all `people`."""

    id: Path[int]


async def _effect_for(call: Any) -> Effect:
    return Effect.WRITE if call.arguments.id == 1 else Effect.SEND


@area.post("/v3/probes/{id}/maybe", tool="reply_maybe", effect=Effect.SEND, idempotent=True, effect_for=_effect_for)
class Maybe(Arguments):
    """Fires, but for the first."""

    id: Path[int]


class Performing:
    """A call of one of them, as the gate sees it."""

    def __init__(self, arguments: Any) -> None:
        self.arguments = arguments
        self.operation = arguments.operation
        self.notes: list[str] = []
        self.written: list[str] = []
        self.asks_first = False
        self.reads_unasked = True
        self.means: dict[str, Any] = {}
        self.given = arguments.wire()

    def read_anew(self) -> None:
        """It reads nothing."""

    async def check_key(self) -> None:
        """It is made with a key that is known."""
