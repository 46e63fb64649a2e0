"""The operations of the `inbox` area; importing the package registers them on its `area`.

- `operations`: threads (hooks in `thread_hooks` for reading, `thread_change_hooks`, `answer_hooks` for answering)
- `categories`: the categories that threads are filed under (`category_hooks`)
- `direct_outreach`: one message to one person, outside any sequence (`direct_outreach_hooks`)
- `bodies` and `views`: ids of threads, and what agents see
"""

from reply_mcp.catalog.areas.inbox.area import area

__all__ = ["area"]

area.import_modules(__name__)
