"""How Reply is talked to: one session for each credential, its requests, budget, retries and jobs."""
