"""Operations that do nothing, to ask about."""

from __future__ import annotations

from typing import Any

from reply_mcp.catalog.area import Area
from reply_mcp.catalog.operation import Arguments, Effect, Path, Preview, Question
from reply_mcp.client.call_context import CallContext

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


class Performing(CallContext):
    """A call of one of them, with a key that is known."""

    def __init__(self, arguments: Any) -> None:
        super().__init__(arguments, sender=None, given=arguments.wire())  # type: ignore[arg-type]

    async def check_key(self) -> None:
        """It is known."""
