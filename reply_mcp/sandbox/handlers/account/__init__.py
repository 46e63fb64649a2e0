"""`account` (who am I, the team), `settings`, `attachments` and `background_jobs`."""
