"""`enroll` puts contacts into sequences and takes them out; `memberships` shows who is in one."""
