"""`blacklist`: rules for domains and addresses, and exceptions."""
