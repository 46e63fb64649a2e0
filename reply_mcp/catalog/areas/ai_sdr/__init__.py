"""The AI SDR, which finds people and writes to them.

Described here: `sequences` (creating them, their settings), `autopilot`, `sequence_setup` (a sequence's approval,
channels, playbook, knowledge base), `approvals` (drafts that wait), `knowledge_bases`, `handlers` (of replies),
`reengagement_cards`, `reengagement_flows`, `offers`, `playbooks` and `ideas` (strategist, intent signals).

The modules named `…_hooks` are their hooks (`setup_hooks` those of `sequence_setup`, `change_hooks` and
`deletion_hooks` those of several); `settings_lookup` and `settings_text` read settings and put them in words; `bodies`
is what requests hold, `views` how answers read, `named_ids` what may be given by name.
"""

from reply_mcp.catalog.areas.ai_sdr.area import area

__all__ = ["area"]

area.import_modules(__name__)
