"""`webhooks`: subscriptions, their logs, and testing them."""
