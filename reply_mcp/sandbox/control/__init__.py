"""The sandbox's own endpoints, under `/sandbox`: `routes`."""
