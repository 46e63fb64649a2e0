"""`overviews` and `rows` of reports, over the events in a `window`; `figures` counts them, `tasks` reports tasks."""
