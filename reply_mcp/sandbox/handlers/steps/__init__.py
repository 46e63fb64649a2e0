"""`steps` of sequences and their `variants`."""
