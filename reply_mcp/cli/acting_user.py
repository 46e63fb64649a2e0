"""As whom a key acts, by one call of `reply_whoami`."""

from __future__ import annotations

from typing import Any

from reply_mcp.settings import Settings


async def read_acting_user(settings: Settings) -> dict[str, Any]:
    """Reply's answer: `userName`, `userEmail`, `userId`, `teamId` and so on. Counted in the request budget.

    Raises:
        ReplyError: where Reply refuses the key, needs a user or a team, or cannot be reached.
    """
    from reply_mcp.catalog.areas.account.operations import Whoami
    from reply_mcp.server.sessions import Sessions, credential_of

    credential = credential_of(settings)
    if credential is None:
        raise ValueError("settings without a key")
    sessions = Sessions(settings, local=True)
    try:
        session = await sessions.of(credential)
        answer: dict[str, Any] = (await session.perform(Whoami())).answer
        return answer
    finally:
        await sessions.aclose()


def describe_user(answer: dict[str, Any]) -> str:
    """The user in a few words: `Maria Silva <maria@acme.com>, team Sales (7)`."""
    user = f"{answer.get('userName') or 'user'} <{answer.get('userEmail') or answer.get('userId')}>"
    team = answer.get("teamId")
    return f"{user}, team {answer.get('teamName') or ''} ({team})".replace("  ", " ") if team else user
