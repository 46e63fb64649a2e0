"""Words, for every floor above: lists and plurals, outsiders' text made safe, tokens."""
