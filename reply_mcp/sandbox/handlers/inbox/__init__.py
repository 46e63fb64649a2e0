"""`threads` reads the inbox, `thread_changes` answers and files; `categories`; `direct_outreach` to one person."""
