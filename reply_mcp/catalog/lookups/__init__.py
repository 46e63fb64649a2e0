"""What several areas read of the account before they act."""
