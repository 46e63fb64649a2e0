"""The AI SDR: `sequences` with their `autopilot` and `approvals`, `knowledge_bases` with reply handlers (`answering`)
and `reengagement`, `offers`, `playbooks` and the `strategist`; `schemas` holds the bodies that they share."""
