"""Sending accounts: `accounts` reads them, `email_accounts` and `linkedin_accounts` change them."""
