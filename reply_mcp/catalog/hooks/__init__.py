"""Pieces of hooks that several areas share.

Reading: `read_once` (what a call reads, it reads once), `pages` (a list read page after page while others change it),
`existing` (which of the ids that were given exist, by name).

Before a write: `read_modify_write` (what a replacing update leaves out is sent again), `variables` (misspelled
variables in texts), `message_preview` (a message as its question shows it), `teammates` (refusals of a user who is not
in the team).

After an answer: `bulk_results` (each failure of a bulk call, named), `replaced_texts` (the text that stood there
before), `id_labels` (names beside ids), `matching_rows` (lists narrowed here), `repeated_rows` (each row once),
`step_rows` and `step_order` (steps as rows, in their true order).
"""
