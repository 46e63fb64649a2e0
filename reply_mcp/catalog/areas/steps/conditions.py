"""What a condition step can test."""

from __future__ import annotations

from reply_mcp.catalog.areas.steps import hooks
from reply_mcp.catalog.areas.steps.area import area
from reply_mcp.catalog.areas.steps.views import CONDITION_PROPERTIES
from reply_mcp.catalog.operation import Arguments


@area.get(
    "/v3/sequences/steps/contact-filter-properties",
    scope="sequences:read",
    tool="reply_list_condition_properties",
    after=[hooks.list_condition_properties],
    view=CONDITION_PROPERTIES,
    also=["branching", "if", "operators", "rules"],
)
class GetConditionProperties(Arguments):
    """What a condition step can test: contact properties, their operators and values."""
