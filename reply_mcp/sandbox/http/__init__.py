"""What every request passes through: routing, keys, rate limits, body schemas, problems and responses."""
