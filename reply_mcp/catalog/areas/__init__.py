"""The areas of the catalog, a package each: their operations, views, bodies and hooks."""
