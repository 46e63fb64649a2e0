"""The operations of the `contacts` area; importing the package registers them on its `area`.

- `operations`: contacts themselves, with the import of many (hooks in `hooks`, `search_hooks`, and for the import in
  `import_items`, `import_faults`, `import_hooks`, `import_results`, `import_read_back`; files in `sheets`;
  values of custom fields in `custom_field_values`)
- `history`: their sequences, activities and conversations
- `statuses`: replied, bounced, opted out, status in every sequence
- `actions`: owner, notes, moving one contact to a sequence (hooks in `owner_hooks`, `enroll_one`)
- `lists` and `custom_fields`: the lists that contacts are on, the fields that they carry
- `bodies` and `views`: parts of request bodies, and what agents see
"""

from reply_mcp.catalog.areas.contacts.area import area

__all__ = ["area"]

area.import_modules(__name__)
