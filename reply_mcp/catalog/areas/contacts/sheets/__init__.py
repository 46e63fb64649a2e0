"""Tables of people as programs export them, made rows that can be imported.

`read_people` (`people`) takes the steps in order: decode (`encodings`) → lines (`delimited`, `workbook`) → header
(`header`) → columns (`columns`, `opt_outs`) → cells (`cells`). `table` is what they hand on; `plausibility` and
`alphabets` tell which encoding a person meant. What any step changes goes to one place (`changes`), whose lines are
part of the answer.
"""

from reply_mcp.catalog.areas.contacts.sheets.changes import Changes
from reply_mcp.catalog.areas.contacts.sheets.people import People, read_people

__all__ = ["Changes", "People", "read_people"]
