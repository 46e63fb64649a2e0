"""What one caller, or one request, may use of a server: a part of it, never more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from reply_mcp.catalog.index import Entry
from reply_mcp.catalog.operation import Effect
from reply_mcp.settings import Settings


@dataclass(frozen=True, slots=True)
class Restriction:
    """A part of a server's tools, and a policy in place of the server's own.

    Attributes:
        read_only: nothing but reads.
        toolsets: areas, `default`, `all` or `none`; with `tools`, what either names is left. None leaves all.
        tools: tools by their own names; None leaves all.
        exclude_tools: tools that are left out, finders among them.
        policy: `(effect, decision)` for every effect; empty where the server's own holds.
    """

    read_only: bool = False
    toolsets: frozenset[str] | None = None
    tools: frozenset[str] | None = None
    exclude_tools: frozenset[str] = frozenset()
    policy: tuple[tuple[str, str], ...] = ()

    def with_policy(self, policy: Mapping[str, str] | None) -> Restriction:
        """The same with this policy; None leaves it."""
        return self if policy is None else replace(self, policy=tuple(sorted(policy.items())))

    def apply_to(self, settings: Settings) -> Settings:
        """The settings with the policy."""
        return replace(settings, policy=dict(self.policy)) if self.policy else settings

    def leaves(self, entry: Entry) -> bool:
        """Whether the tool is left."""
        if entry.tool in self.exclude_tools or (self.read_only and entry.effect is not Effect.READ):
            return False
        if self.toolsets is None and self.tools is None:
            return True
        toolsets = self.toolsets or frozenset()
        return (
            entry.tool in (self.tools or ())
            or "all" in toolsets
            or entry.area in toolsets
            or ("default" in toolsets and entry.core)
        )

    def leaves_finder(self, name: str) -> bool:
        """Whether one of the finders is left; what it finds is restricted like all else."""
        return name not in self.exclude_tools and not (self.read_only and name == "reply_run_write")


WHOLE = Restriction()
