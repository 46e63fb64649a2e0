"""What a request may cost before it is known who makes it."""

from __future__ import annotations

MOST_BYTES = 1_000_000
"""Bytes of a request's body."""
