"""`contacts`, their `filter`, `imports`, `lists`, `custom_fields` and `states` (opted out, bounced, …)."""
