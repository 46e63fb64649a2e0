"""Calls that Reply puts off: accepted with a 202, and done later by a background job."""

from __future__ import annotations

from typing import Any


def background_job(answer: Any) -> str | None:
    """The id of the background job that an answer points to, if it does. Views tell such an answer by themselves."""
    if not isinstance(answer, dict):
        return None
    location = answer.get("location") or answer.get("Location") or ""
    found = answer.get("jobId") or str(location).rstrip("/").rsplit("/", 1)[-1]
    return str(found) if found and not isinstance(found, dict) else None
