"""Time and people: steps that fall due, how people react, what the account does by itself, and webhooks."""
