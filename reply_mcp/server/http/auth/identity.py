"""Who a token stands for."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reply_mcp.server.http.auth.scopes import granted
from reply_mcp.settings.values import email as read_email
from reply_mcp.settings.values import fold_email
from reply_mcp.text.cleaning import one_line
from reply_mcp.text.digits import whole_number

LEEWAY = 60
"""Seconds by which the clocks of issuer and server may differ."""
_LATEST = 2.0**53
"""Seconds since 1970 that a float holds exactly; issuers write any number."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A caller who has signed in.

    Attributes:
        email: verified; the Reply user as whom they act. "" where the token has none.
        name: the subject of the token, or the name of a static one.
        scopes: those of ours.
        policy: in place of the server's own; None where that holds.
        expires: seconds since 1970; None for a token without end.
    """

    email: str
    name: str
    scopes: frozenset[str]
    policy: Mapping[str, str] | None = None
    expires: float | None = None

    @property
    def who(self) -> str:
        """The person or the program, for logs."""
        return self.email if not self.name or self.name == self.email else f"{self.email} ({self.name})"


def of_claims(claims: Mapping[str, Any], email_claim: str) -> Identity:
    """The identity that an issuer's claims stand for."""
    listed, subject = claims.get("scope") or claims.get("scp"), claims.get("sub")
    scopes = listed.split(" ") if isinstance(listed, str) else listed if isinstance(listed, list) else []
    return Identity(
        _email(claims, email_claim),
        one_line(subject, 200) if isinstance(subject, str) else "",
        granted(str(scope) for scope in scopes),
        expires=time_in(claims, "exp"),
    )


def time_in(claims: Mapping[str, Any], name: str) -> float | None:
    """The seconds since 1970 in a claim, also in one that is a text; None where there are none."""
    value = claims.get(name)
    if isinstance(value, str):
        value = whole_number(value)
    if not isinstance(value, int | float) or (isinstance(value, float) and math.isnan(value)):
        return None
    return float(max(min(value, _LATEST), -_LATEST))


def _email(claims: Mapping[str, Any], claim: str) -> str:
    """The address in a claim; "" where there is none, none that a header takes, or `email` is not verified. Another
    claim is the operator's choice, who answers for it that nobody sets it for themselves."""
    value = claims.get(claim)
    if not isinstance(value, str) or (claim == "email" and claims.get("email_verified") is not True):
        return ""
    try:
        address = fold_email(read_email(value))
    except ValueError:
        return ""
    return address if address.isascii() and address.isprintable() else ""
