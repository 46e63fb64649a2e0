"""The handlers of a server, for the part of it that each request may use."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from reply_mcp.server.consent.consent import Consent
from reply_mcp.server.context import Context, FindCaller
from reply_mcp.server.inventory import Inventory
from reply_mcp.server.resource_handlers import ReadHandlers
from reply_mcp.server.restriction import WHOLE, Restriction
from reply_mcp.server.tool_handlers import OnCall, ToolHandlers
from reply_mcp.settings import Settings

MOST_KEPT = 32
"""Restrictions whose handlers are kept; others make theirs anew, in a few milliseconds."""

ConsentOf = Callable[[Settings], Consent]
RestrictionOf = Callable[[Context], Restriction]


@dataclass(frozen=True, slots=True)
class _Handlers:
    tools: ToolHandlers
    reads: ReadHandlers


class RequestHandlers:
    """Answers each request with the handlers of its restriction.

    Args:
        consent_of: the consent of settings whose policy is a restriction's.
        restriction_of: the restriction of a request.
        on_call: is given each call of a tool when it has ended.
    """

    def __init__(
        self,
        settings: Settings,
        consent_of: ConsentOf,
        find_caller: FindCaller,
        restriction_of: RestrictionOf | None = None,
        on_call: OnCall | None = None,
    ) -> None:
        self._settings = settings
        self._consent_of = consent_of
        self._find_caller = find_caller
        self._restriction_of = restriction_of
        self._on_call = on_call
        self._inventory = Inventory(settings)
        self._whole = self._made_for(WHOLE)
        self._kept: OrderedDict[Restriction, _Handlers] = OrderedDict()

    def tools(self, method: str) -> Callable[[Context, Any], Awaitable[Any]]:
        """The handler of this name among `ToolHandlers`, for whatever request comes."""

        async def handle(context: Context, params: Any) -> Any:
            return await getattr(self._for(context).tools, method)(context, params)

        return handle

    def reads(self, method: str) -> Callable[[Context, Any], Awaitable[Any]]:
        """The handler of this name among `ReadHandlers`, for whatever request comes."""

        async def handle(context: Context, params: Any) -> Any:
            return await getattr(self._for(context).reads, method)(context, params)

        return handle

    def _for(self, context: Context) -> _Handlers:
        restriction = WHOLE if self._restriction_of is None else self._restriction_of(context)
        if restriction == WHOLE:
            return self._whole
        found = self._kept.get(restriction)
        if found is None:
            found = self._kept[restriction] = self._made_for(restriction)
            if len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(restriction)
        return found

    def _made_for(self, restriction: Restriction) -> _Handlers:
        settings = restriction.apply_to(self._settings)
        consent = self._consent_of(settings)
        inventory = self._inventory.restricted(restriction)
        tools = ToolHandlers(settings, inventory, consent, self._find_caller, self._on_call)
        return _Handlers(
            tools, ReadHandlers(inventory, consent.policy, self._find_caller, tools.call, apps=settings.apps)
        )
