"""Records as they are kept, checked and shown, and what is still to happen to them.

A module for each kind: `contact`, `contact_list`, `custom_fields`, `company`, `sequence`, `step`, `membership` (a
contact in a sequence), `schedule`, `task`, `thread`, `webhook`, `jobs`, `settings`, `ai_sdr_sequence`, `approval`,
`knowledge_base` (`ai_texts` is what the AI writes).

What several of them need: `ownership` (whose records a call may see), `blocking` (whom the blacklist blocks),
`credits`, `outbox` (all that leaves the account), `daily_counts` (emails of a day), `due_steps` (what is still to
happen), `seeded_random`.
"""
