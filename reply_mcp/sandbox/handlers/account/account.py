"""User Account: who the key acts as, and the teammates."""

from __future__ import annotations

from reply_mcp.sandbox.http.handler import HandlerCall, Problem, operation
from reply_mcp.sandbox.store import Doc


@operation("Whoami")
def whoami(call: HandlerCall) -> Doc:
    """The acting user; no names and no address beyond `username`."""
    user = call.store.get("user", call.key.user_id)
    if user is None:
        raise Problem(404, "whoami.notFound", "The user no longer exists.")
    return {"userId": user["id"], "username": user["userName"], "teamId": call.key.team_id}


@operation("WhoamiTeamUsers")
def whoami_team_users(call: HandlerCall) -> list[Doc]:
    """Everyone in the acting user's team."""
    team = call.store.get("team", call.key.team_id) or {}
    return [
        {
            "teamId": call.key.team_id,
            "teamName": team.get("name"),
            "userId": user["id"],
            "userName": user["userName"],
            "userEmail": user["email"],
        }
        for user in call.store.all("user")
        if call.key.team_id in user["_teamIds"]
    ]
