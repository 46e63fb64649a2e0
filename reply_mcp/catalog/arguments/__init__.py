"""How the arguments that an agent gives become a validated model.

parse           the one entry, `parse_arguments`: the steps below in their order
aliases         arguments by other names than Reply's
shown_names     of these, the words that answers head fields with
absent          values that stand for no value
nulls           null where v3 takes none
validation      a model, or every fault at once
fault_messages  each fault in words, with what would be right
coercion        values written otherwise and meaning the same
model_fields    what a class of arguments takes at a place inside it
outside_words   outsiders' words, marked as such

Types of fields: `named_ids` (ids that may be given by name), `times` (in words too: `days_in_words`),
`html_text`, `files`, `sort_fields`.
"""
