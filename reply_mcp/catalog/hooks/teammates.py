"""Refusals of a user who is not in the team: Reply calls that a missing contact, or an invalid input."""

from __future__ import annotations

from reply_mcp.catalog.operation import Call
from reply_mcp.catalog.rows import rows_of
from reply_mcp.errors import ApiError
from reply_mcp.text.lists import list_some

_MOST_NAMED = 5


async def explain_unknown_teammate(call: Call, refusal: ApiError) -> str | None:
    """The explanation where the `user_id` of the arguments is not in the team, else None; one request.

    Raises:
        ReplyError: where the team cannot be read.
    """
    user = call.arguments.user_id
    members = rows_of(await call.ask("WhoamiTeamUsers"))
    if not members or any(str(member.get("userId")) == str(user) for member in members):
        return None
    known = list_some((f"{member.get('userName')} ({member.get('userId')})" for member in members), _MOST_NAMED)
    return (
        f"{refusal.status} {refusal.code or ''}".rstrip() + f": user {user} is not in this team; nothing was changed. "
        f"Its members are {known}: reply_search_team_members."
    )
