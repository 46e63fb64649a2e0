"""Ids of threads."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

ThreadId = Annotated[int, Field(ge=1, description="Thread's id, not a contact's")]
ThreadIds = Annotated[list[Annotated[int, Field(ge=1)]], Field(min_length=1)]
