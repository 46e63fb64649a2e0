"""A key, where it is one, and whom it acts for."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from reply_mcp.errors import WrongArguments
from reply_mcp.settings.values import REPLY

_SALT = b"reply-mcp credential"
"""The same in every process of a machine, so that they find the same shared budget."""


@dataclass(frozen=True, slots=True)
class Credential:
    """An API key of the Reply at `base_url`, with the user and team that it acts as. `repr` leaves the key out.

    The same key at another address is another credential: nothing that is kept for one counts for the other.

    Raises:
        WrongArguments: for what cannot be sent in a header; the message does not show it.
    """

    key: str = field(repr=False)
    user_id: int | None = None
    user_email: str | None = None
    team_id: int | None = None
    base_url: str = REPLY
    _fingerprint: str = field(default="", init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not _fits_a_header(self.key):
            raise WrongArguments(["the API key: empty, or with characters that no key has; copy it again from Reply"])
        if self.user_email is not None and not _fits_a_header(self.user_email):
            raise WrongArguments(["the acting user's email: one address without spaces or line breaks"])

    def headers(self) -> dict[str, str]:
        """The bearer header and those that say whom to act for."""
        headers = {"Authorization": f"Bearer {self.key}"}
        if self.user_id is not None:
            headers["X-User-Id"] = str(self.user_id)
        if self.user_email is not None:
            headers["X-User-Email"] = self.user_email
        if self.team_id is not None:
            headers["X-Team-Id"] = str(self.team_id)
        return headers

    def fingerprint(self) -> str:
        """Twenty-four hex digits that stand for this credential in caches, budgets and logs; the key cannot be had
        from them."""
        # Every layer of a request asks for it.
        if not self._fingerprint:
            object.__setattr__(self, "_fingerprint", self._made_fingerprint())
        return self._fingerprint

    def _made_fingerprint(self) -> str:
        acting = (str(self.user_id or ""), (self.user_email or "").casefold(), str(self.team_id or ""))
        parts = (self.base_url.rstrip("/"), self.key, *acting)
        return hashlib.blake2b("\x00".join(parts).encode(), key=_SALT, digest_size=12).hexdigest()


def _fits_a_header(text: str) -> bool:
    return bool(text) and text.isascii() and text.isprintable() and " " not in text
