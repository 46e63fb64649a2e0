"""Request bodies that operations of several areas take."""
