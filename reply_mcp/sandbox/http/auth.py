"""Who is calling: the sandbox's built-in keys, acting users and teams, and scopes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reply_mcp.sandbox.http.problems import Problem
from reply_mcp.sandbox.store import Doc, Store

FULL = "sandbox-full-access"
READ_ONLY = "sandbox-read-only"
FREE_PLAN = "sandbox-free-plan"
EXPIRED = "sandbox-expired"
MASTER = "sandbox-master"
ORGANIZATION = "sandbox-organization"
SCOPED = "sandbox-scopes:"

KEYS = {
    FULL: "every scope, acting as Maria Silva",
    READ_ONLY: "every read scope",
    FREE_PLAN: "every scope, but a plan that lets it only read",
    EXPIRED: "is refused with 401",
    MASTER: "acts as the owner, or as X-User-Id / X-User-Email",
    ORGANIZATION: "needs X-User-Id, or X-User-Email with X-Team-Id",
    f"{FULL}-<any>": "as the first, with rate windows of its own",
    f"{SCOPED}contacts:read,inbox:operate": "exactly these scopes",
}


@dataclass(frozen=True, slots=True)
class Key:
    """A credential as it acts in one request. `window` names whose rate limits it counts against."""

    name: str
    user_id: int
    team_id: int
    scopes: frozenset[str]
    window: str

    def plan_allows(self, scope: str | None) -> bool:
        """Whether the plan has the feature: a free plan only reads."""
        return self.name != FREE_PLAN or scope is None or scope.endswith(":read")

    def grants(self, scope: str | None) -> bool:
        """Whether the scope is granted; `write` and `operate` each include `read`, `*` stands for anything."""
        if scope is None:
            return True
        domain, verb = scope.split(":", 1)
        enough = {verb, "*"} | ({"write", "operate"} if verb == "read" else set())
        for granted in self.scopes:
            granted_domain, _, granted_verb = granted.partition(":")
            if granted_domain in (domain, "*") and granted_verb in enough:
                return True
        return False


def authenticate(headers: Mapping[str, str], store: Store, documented: bool) -> Key:
    """The key that the request carries, acting as the user and team that its headers name.

    Raises a 401 problem (with an empty body as documented, with a problem body on the wire) or a 403 that says which
    user or team is missing.
    """
    scheme, _, name = headers.get("authorization", "").partition(" ")
    scopes = _scopes(name.strip()) if scheme.lower() == "bearer" else None
    if scopes is None:
        raise Unauthorized(documented)
    name = name.strip()
    user = _acting_user(name, headers, store, documented)
    team = _team(user, headers, store)
    return Key(name, user["id"], team, scopes, f"{name} {user['id']}")


class Unauthorized(Problem):
    """A 401: a problem body on the wire, which may carry a `code`; an empty one as documented."""

    def __init__(self, documented: bool, code: str | None = None, detail: str = "") -> None:
        detail = detail or "The access token is missing, expired or invalid."
        super().__init__(401, code, detail, headers={"WWW-Authenticate": "Bearer"})
        self.empty = documented


def _scopes(name: str) -> frozenset[str] | None:
    if name in (FULL, FREE_PLAN, MASTER, ORGANIZATION) or name.startswith(f"{FULL}-"):
        return frozenset({"*:*"})
    if name == READ_ONLY:
        return frozenset({"*:read"})
    if name.startswith(SCOPED):
        return frozenset(part.strip() for part in name.removeprefix(SCOPED).split(",") if ":" in part)
    return None


def _acting_user(name: str, headers: Mapping[str, str], store: Store, documented: bool) -> Doc:
    users = store.all("user")
    if name not in (MASTER, ORGANIZATION):
        return next(user for user in users if user["_role"] == "self")
    user_id, email = headers.get("x-user-id"), headers.get("x-user-email")
    if not user_id and not email:
        if name == ORGANIZATION:
            raise Problem(403, "USER_REQUIRED", "Name the acting user with X-User-Id, or X-User-Email and X-Team-Id.")
        return next(user for user in users if user["_role"] == "owner")
    for user in users:
        if (user_id and str(user["id"]) == user_id) or (
            not user_id and email and user["email"].lower() == email.lower()
        ):
            if name == ORGANIZATION and not user_id and not headers.get("x-team-id"):
                raise _team_problem("TEAM_REQUIRED", user, store)
            return user
    raise Unauthorized(documented, "USER_NOT_FOUND", "The acting user was not found.")


def _team(user: Doc, headers: Mapping[str, str], store: Store) -> int:
    reachable: list[int] = user["_teamIds"]
    wanted = headers.get("x-team-id")
    if wanted:
        if wanted not in map(str, reachable):
            raise _team_problem("TEAM_NOT_ACCESSIBLE", user, store)
        return int(wanted)
    if len(reachable) > 1:
        raise _team_problem("TEAM_REQUIRED", user, store)
    return reachable[0]


def _team_problem(code: str, user: Doc, store: Store) -> Problem:
    teams = [store.get("team", number) or {} for number in user["_teamIds"]]
    listed = [{"teamId": team["id"], "teamName": team["name"]} for team in teams]
    return Problem(403, code, "Choose a team with the X-Team-Id header.", extra={"teams": listed})
