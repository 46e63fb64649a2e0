"""The policy of a run, and where it keeps what people have agreed to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reply_mcp.client.stores import StoreDown
from reply_mcp.client.stores.shared_state import SharedState
from reply_mcp.errors import NotDone
from reply_mcp.server.consent.agreements import Agreements
from reply_mcp.server.consent.caps import Caps
from reply_mcp.server.consent.codes import Codes
from reply_mcp.server.consent.policy import Policy
from reply_mcp.server.consent.requests import Requests
from reply_mcp.server.consent.rounds import Rounds
from reply_mcp.server.repeats import Repeats

if TYPE_CHECKING:
    from reply_mcp.server.consent.page import LocalPages

STATE_AWAY = (
    "Not done: what a person agrees to, and what was done already, is kept where the requests are counted "
    "(REPLY_BUDGET_URL), and that cannot be reached now. Try again in a minute; if it lasts, tell the person."
)


@dataclass
class Consent:
    """What all calls of a run share.

    Attributes:
        patience: seconds that a call waits for an answer of `reply-mcp approve`.
        pages: where a person on this machine can answer; None where there can be no page.
    """

    policy: Policy
    caps: Caps
    codes: Codes
    state: SharedState
    patience: float = 0.0
    pages: LocalPages | None = None
    agreements: Agreements = field(init=False)
    requests: Requests = field(init=False)
    rounds: Rounds = field(init=False)
    repeats: Repeats = field(init=False)

    def __post_init__(self) -> None:
        self.agreements = Agreements(self.state)
        self.requests = Requests(self.state)
        self.rounds = Rounds(self.state)
        self.repeats = Repeats(self.state)


@contextmanager
def state_needed() -> Iterator[None]:
    """Within this, a state that cannot be reached stops the call.

    Raises:
        NotDone: in place of `StoreDown`, for the agent.
    """
    try:
        yield
    except StoreDown:
        raise NotDone(STATE_AWAY) from None
