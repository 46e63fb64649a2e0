"""What several areas read of the account before they act.

People: `contacts` (finding them for certain), `people` (whom an enrollment is about), `enrollability` (what is against
enrolling them), `members` (who of them is in a sequence), `contactable` (who must not be written to), `blacklist`,
`bounces`, `by_person` (their threads and tasks), `scheduled_tasks` (what goes out to them by itself).

Sequences: `sequences` (what one is now), `running` (the effect of a change where it runs), `audience` (who gets its
messages), `reach` (whom running sequences would write to again), `reengagement` (whom the AI does, after their end),
`forecast` (what it sends once it runs),
`first_message` (in which words), `senders` (from where), `due_times` (when, by the `sending_hours` of its schedule),
`sequence_templates`.

Names: `titles` (what things are called), `time_zones` (Reply's names of zones and the usual ones).
"""
