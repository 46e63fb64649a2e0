"""Channels: connected mailboxes and LinkedIn accounts.

`operations` describes reading them, `email_accounts` and `linkedin_accounts` connecting, changing and removing them;
`email_account_hooks` and `linkedin_account_hooks` are their hooks, `bodies` is what requests hold, `views` how answers
read.
"""

from reply_mcp.catalog.areas.channels.area import area

__all__ = ["area"]

area.import_modules(__name__)
