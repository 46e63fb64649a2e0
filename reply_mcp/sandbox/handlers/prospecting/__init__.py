"""Finding people (`live_data`) and checking their addresses (`validations`)."""
