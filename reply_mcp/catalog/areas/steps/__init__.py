"""Steps of sequences and the variants that a step rotates between.

`operations` describes the calls on steps, `variants` those on variants, `conditions` what a condition step can test.
`hooks` and `variant_hooks` are their hooks, `refusals` says what Reply's refusals mean, `views` how answers read. The
bodies of steps are in `catalog.bodies.steps`, since creating a sequence takes them too.
"""

from reply_mcp.catalog.areas.steps.area import area

__all__ = ["area"]

area.import_modules(__name__)
