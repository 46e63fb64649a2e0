"""`sequences`, their lifecycle (`actions`), `senders`, `folders` and `templates`."""
