"""`companies`, finding them (`filter`) and their `lists`."""
