"""From what Reply answered to the text that the model reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.index import Entry
from reply_mcp.catalog.operation import Arguments, Effect, Operation
from reply_mcp.catalog.views import PerItem
from reply_mcp.client.session import CallResult
from reply_mcp.server.output_options import OutputOptions
from reply_mcp.text.names import named_ids

if TYPE_CHECKING:
    from reply_mcp.condense import Condensed


@dataclass(frozen=True, slots=True)
class AnswerFormat:
    """How the answers of one call become text.

    Attributes:
        parsed: the arguments of the call.
        as_given: those that the answer repeats as they were given: checked, but with names, not ids.
        max_tokens: what the text may take.
    """

    entry: Entry
    operation: Operation
    options: OutputOptions
    parsed: Arguments
    as_given: Mapping[str, Any]
    max_tokens: int

    def render(self, result: CallResult) -> Condensed:
        """The answer with its notes, as text and as data."""
        from reply_mcp.condense import condense  # not needed to list tools

        return condense(
            result.answer,
            self.operation.view,
            sent=result.sent,
            arguments=self._arguments(result.full_names),
            noun=self.entry.area,
            detail=self.options.detail,
            fields=self.options.fields,
            limit=self.max_tokens,
            notes=(*result.notes, *result.low),
            paged=self.operation.paged,
            rereadable=self.entry.effect is Effect.READ and not self.entry.fixed_form,
        )

    def did_nothing(self, result: CallResult) -> bool:
        """Whether a call that came to its end has changed nothing: it made no write, or none of its items was done."""
        from reply_mcp.condense.write_results import did_nothing  # not needed to list tools

        view = self.operation.view
        if not result.wrote:
            return True
        return isinstance(view, PerItem) and did_nothing(result.answer, view, self._arguments(result.full_names))

    def _arguments(self, full_names: Mapping[str, str]) -> dict[str, Any]:
        sent = self.parsed.wire()
        given = {
            name: full_names.get(value, value) if isinstance(value, str) else value
            for name, value in self.as_given.items()
        }
        return {**sent, **named_ids(given, sent)}
