"""The operations of the `contacts` area; importing the package registers them on its `area`.

- `operations`: contacts themselves, with the import of many (hooks in `hooks`, `search_hooks`, and for the import in
  `import_items`, `import_faults`, `import_hooks`, `import_results`, `import_read_back`; files in `sheets`;
  values of custom fields in `custom_field_values`)
- `history`: their sequences, activities and conversations
- `statuses`: replied, bounced, opted out, status in every sequence
- `actions`: owner, notes, moving one contact to a sequence (hooks in `enroll_one` for the last)
- `lists` and `custom_fields`: the lists that contacts are on, the fields that they carry
- `rules`: the rules of filters, compared here
- `erasure`: what Reply keeps of a deleted contact
- `bodies` and `views`: parts of request bodies, and what agents see

The other modules named `…_hooks` are the hooks of the module of that name.
"""

from reply_mcp.catalog.areas.contacts.area import area

__all__ = ["area"]

area.import_modules(__name__)
