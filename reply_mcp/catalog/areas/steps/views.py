"""How steps and their variants read."""

from __future__ import annotations

from reply_mcp.catalog.hooks.step_rows import STEP_COLUMNS
from reply_mcp.catalog.views import Blocks, Column, Table

STEPS = Blocks(
    Table("steps", STEP_COLUMNS, empty="The sequence has no steps: reply_bulk_create_sequence_steps adds them."),
    "Step {_number}: {_summary} ({id})",
    one="reply_get_sequence_step shows one in full.",
)
STEP = Blocks(Table("step", STEP_COLUMNS), "Step {id}: {_summary}")
VARIANTS = Blocks(
    Table(
        "variants",
        ("id", Column("on", "isEnabled", "flag"), "subject", Column("text", "message", "html")),
        empty="This step has no variants.",
    ),
    "{_label}",
)
CONDITION_PROPERTIES = Table(
    "properties", ("property", Column("operators", kind="list"), Column("values", kind="list"))
)
