"""The operations of the `channels` area; importing the package registers them on its `area`."""

from reply_mcp.catalog.areas.channels import email_accounts, linkedin_accounts, operations
from reply_mcp.catalog.areas.channels.area import area

__all__ = ["area", "email_accounts", "linkedin_accounts", "operations"]
