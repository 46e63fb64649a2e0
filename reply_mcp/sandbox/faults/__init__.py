"""Fault injection: which faults there are (`injection`), the `responses` that they give, and `delayed_jobs`."""
