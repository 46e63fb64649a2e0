"""Scopes of access tokens: what their holder may do, each including those before it."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from reply_mcp.catalog.effect import Effect

READ, WRITE, SEND, ADMIN = "reply:read", "reply:write", "reply:send", "reply:admin"
SCOPES = (READ, WRITE, SEND, ADMIN)
_NEEDED = {
    Effect.READ: READ,
    Effect.WRITE: WRITE,
    Effect.SEND: SEND,
    Effect.SPEND: ADMIN,
    Effect.SHARE: ADMIN,
    Effect.DELETE: ADMIN,
}


def granted(scopes: Iterable[str]) -> frozenset[str]:
    """The scopes of ours among these, with those that they include."""
    highest = max((SCOPES.index(scope) for scope in scopes if scope in SCOPES), default=-1)
    return frozenset(SCOPES[: highest + 1])


def needed_for(effects: Collection[Effect]) -> str:
    """The scope that a call with these effects needs."""
    return max((_NEEDED[effect] for effect in effects), key=SCOPES.index, default=READ)


def up_to(scope: str) -> str:
    """A scope and those that it includes, as a challenge names them: a client asks the issuer for exactly these."""
    return " ".join(SCOPES[: SCOPES.index(scope) + 1])
