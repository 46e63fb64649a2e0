"""Ids and enums of tasks, and their texts in request bodies."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import Field

from reply_mcp.catalog.arguments.named_ids import TaskId
from reply_mcp.catalog.batching import MOST
from reply_mcp.catalog.operation import Nullable, Part

TaskIds = Annotated[list[TaskId], Field(min_length=1, max_length=MOST)]
TaskType = Literal["toDo", "call", "meeting", "linkedIn", "manualEmail", "sms", "whatsApp"]
LinkedInTaskType = Literal["message", "connect", "inMail", "viewProfile"]
EARLIEST = datetime(2015, 1, 1, tzinfo=UTC)


class TaskTemplate(Part):
    """The text of a task: an email, a message, or what is to be done."""

    body: str = Field(min_length=1)
    subject: Nullable[str] = None


class TaskTemplateChange(Part):
    """The text of a task, as far as it changes."""

    body: str | None = Field(None, min_length=1)
    subject: Nullable[str] = None


class TaskContent(Part):
    """The text to send in place of the task's own."""

    body: str | None = None
    subject: Nullable[str] = None
