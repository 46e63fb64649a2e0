"""Tasks: what a person is to do for a contact, by themselves or as a step of a sequence."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from reply_mcp.catalog.areas.tasks import bulk_hooks, hooks, listing_hooks, scheduled_hooks
from reply_mcp.catalog.areas.tasks.area import area
from reply_mcp.catalog.areas.tasks.bodies import (
    EARLIEST,
    LinkedInTaskType,
    TaskContent,
    TaskIds,
    TaskTemplate,
    TaskTemplateChange,
    TaskType,
)
from reply_mcp.catalog.areas.tasks.views import TASK, TASKS
from reply_mcp.catalog.arguments.named_ids import (
    ContactId,
    EmailAccountId,
    SequenceId,
    TaskId,
    UserId,
)
from reply_mcp.catalog.arguments.times import Coming, ComingEnd, Moment, Until, check_period
from reply_mcp.catalog.hooks.bulk_results import drop_duplicate_ids
from reply_mcp.catalog.hooks.id_labels import add_names_of
from reply_mcp.catalog.hooks.replaced_texts import note_replaced_texts, remember_texts
from reply_mcp.catalog.operation import Arguments, Effect, Nullable, Paged, Path, Query
from reply_mcp.catalog.undo import cannot, created, given_to, regrouped, replaced, shown_by
from reply_mcp.catalog.views import Done, PerItem
from reply_mcp.text.html import text_to_html
from reply_mcp.text.names import fold_name


@area.get(
    "/v3/tasks",
    scope="tasks:read",
    tool="reply_list_tasks",
    view=TASKS,
    also=["to-dos", "calls to make", "all", "GET /v1/tasks"],
    after=[listing_hooks.mark_overdue, listing_hooks.note_tasks_for_nobody, add_names_of("user")],
)
class GetTasks(Paged):
    """Every task you may see, without any filter."""


@area.post(
    "/v3/tasks/filter",
    scope="tasks:read",
    tool="reply_list_my_tasks",
    core=True,
    effect=Effect.READ,
    view=TASKS,
    also=["to-dos", "calls", "due today", "late", "reminders", "work", "what is on my plate", "call list for today"],
    aliases=["reply_filter_tasks"],
    run=listing_hooks.find_tasks,
    after=[
        listing_hooks.mark_overdue,
        listing_hooks.note_tasks_for_nobody,
        listing_hooks.note_whose_tasks,
        add_names_of("user"),
    ],
)
class FilterTasks(Paged):
    """Your open tasks; with filters those that match, teammates' and finished ones too: status new is open,
    assignedUserId narrows."""

    status: Nullable[Literal["new", "finished", "cancelled", "archived", "sequenceDetached"]] = None
    overdue: Nullable[bool] = None
    task_type: Nullable[TaskType] = None
    assigned_user_id: Nullable[UserId] = None
    contact_id: Nullable[ContactId] = None
    from_: Nullable[Moment] = Field(None, alias="from", description="Start time, not due")
    to: Nullable[Until] = None
    sequence_ids: Nullable[list[SequenceId]] = None
    sequence_step_ids: Nullable[list[int]] = None
    time_zone_ids: Nullable[list[str]] = Field(None, description="Contacts', such as Europe/Berlin")

    @model_validator(mode="after")
    def _is_a_period(self) -> FilterTasks:
        if self.from_ != self.to:
            check_period(self.from_, self.to)
        return self


@area.post(
    "/v3/tasks",
    scope="tasks:write",
    tool="reply_create_task",
    undo=created("DeleteTask", "GetTaskById", noun="task", remains="Reply keeps it among the cancelled ones."),
    view=Done("Created {taskType:enum} task {id} {_for}, starts {startAt}, due {dueTo}."),
    after=[hooks.add_whom_for],
    also=[
        "add to-do",
        "remind me",
        "schedule call",
        "follow-up",
        "schedule a call",
        "plan a call",
        "create a reminder",
    ],
    verify_with='reply_list_my_tasks {{"status": "new"}}',
    one_at_a_time=["contact_id"],
)
class CreateTask(Arguments):
    """Add a task of your own. Sends nothing: a person, or reply_execute_task, does it."""

    task_type: TaskType
    start_at: Coming
    due_to: ComingEnd
    template: TaskTemplate
    contact_id: Nullable[ContactId] = Field(None, description="Needed except for toDo")
    linked_in_task_type: Nullable[LinkedInTaskType] = Field(None, description="For taskType linkedIn")

    @model_validator(mode="after")
    def _fits_together(self) -> CreateTask:
        check_period(self.start_at, self.due_to, ("startAt", "dueTo"))
        if self.start_at < EARLIEST:
            raise ValueError("startAt must be in 2015 or later")
        if self.task_type != "toDo" and self.contact_id is None:
            raise ValueError(f"contactId is needed for a {self.task_type} task; only toDo goes without")
        if self.linked_in_task_type is not None and self.task_type != "linkedIn":
            raise ValueError(f"linkedInTaskType is only for taskType linkedIn, not {self.task_type}")
        if self.task_type == "manualEmail":
            self.template.body = text_to_html(self.template.body)
        return self


@area.get(
    "/v3/tasks/{id}",
    scope="tasks:read",
    tool="reply_get_task",
    view=TASK,
    also=["to-do", "call script", "details", "what to write"],
    after=[hooks.drop_shown_template, add_names_of("user")],
)
class GetTaskById(Arguments):
    """One task: person, time, sequence step, text."""

    id: Path[TaskId]
    include_content: Query[bool | None] = Field(None, description="Text with variables filled in")


@area.put(
    "/v3/tasks/{id}",
    scope="tasks:write",
    tool="reply_update_task",
    undo=replaced("GetTaskById", noun="task"),
    view=Done("Changed task {id}: {taskType:enum} {_for}, starts {startAt}, due {dueTo}."),
    also=["postpone", "reschedule", "snooze", "edit to-do", "snooze until", "move to another day"],
    effect_for=scheduled_hooks.effect_of_change,
    preview=scheduled_hooks.preview_update,
    before=[
        remember_texts("GetTaskById", "template.subject", "template.body"),
        hooks.fill_in_task,
        scheduled_hooks.check_person,
    ],
    after=[note_replaced_texts, hooks.add_whom_for],
    verify_with='reply_get_task {{"id": {id}}}',
)
class UpdateTask(Arguments):
    """Change an open task; what is left out stays. For a sequence's task, type and contact are fixed. 2 requests."""

    id: Path[TaskId]
    task_type: TaskType | None = None
    start_at: Coming | None = None
    due_to: ComingEnd | None = None
    contact_id: Nullable[ContactId] = None
    linked_in_task_type: Nullable[LinkedInTaskType] = None
    template: TaskTemplateChange | None = None

    @model_validator(mode="after")
    def _is_a_period(self) -> UpdateTask:
        check_period(self.start_at, self.due_to, ("startAt", "dueTo"))
        if self.start_at is not None and self.start_at < EARLIEST:
            raise ValueError("startAt must be in 2015 or later")
        return self


@area.delete(
    "/v3/tasks/{id}",
    scope="tasks:write",
    tool="reply_delete_task",
    undo=cannot("Reply's API opens no task again."),
    view=Done("Deleted task {id}: cancelled if it was open, archived if it was done."),
    preview=hooks.preview_deletion,
    also=["cancel", "remove to-do", "archive"],
    verify_with='reply_get_task {{"id": {id}}}',
)
class DeleteTask(Arguments):
    """Cancel an open task or archive a finished one."""

    id: Path[TaskId]


@area.put(
    "/v3/tasks/{id}/assigned-user",
    scope="tasks:write",
    tool="reply_assign_task",
    undo=replaced("GetTaskById", noun="task", shown_as={"userId": "assignedUserId"}),
    effect_for=scheduled_hooks.effect_of_change,
    preview=scheduled_hooks.preview_assignment,
    view=Done("Task {id} is now assigned to user {userId}."),
    also=["hand over", "reassign", "delegate", "teammate", "transfer task"],
    verify_with='reply_get_task {{"id": {id}}}',
)
class AssignTask(Arguments):
    """Give a task to a teammate. 2 requests."""

    id: Path[TaskId]
    user_id: UserId


def _respell_resolution(value: Any) -> Any:
    known = {"positive": 0, "calllater": 1, "tocall": 1, "negative": 2}
    return known.get(fold_name(value), value) if isinstance(value, str) else value


@area.post(
    "/v3/tasks/{id}/complete",
    scope="tasks:operate",
    tool="reply_complete_task",
    undo=cannot(
        "Reply's API opens no task again; in a sequence their contact has moved on.",
        read=shown_by("GetTaskById"),
        unless=lambda call, held: hooks.is_finished(held),
    ),
    core=True,
    effect=Effect.SEND,
    idempotent=True,
    effect_for=hooks.effect_of_completing,
    before=[hooks.check_may_move_on],
    preview=hooks.preview_completing,
    view=Done("Completed {_which}."),
    after=[hooks.describe_completed],
    explain=[hooks.explain_already_done],
    also=["done", "finish", "check off", "log call result", "close", "log a call", "log that I called"],
    verify_with='reply_get_task {{"id": {id}}}',
)
class CompleteTask(Arguments):
    """Mark a task done without doing it. In a sequence its contact moves on to the next step, which may send."""

    id: Path[TaskId]
    call_resolution: Annotated[Nullable[Literal[0, 1, 2]], BeforeValidator(_respell_resolution)] = Field(
        None, description="Calls: 0 positive, 1 call later, 2 negative; decides the branch"
    )
    finish_prospect_in_sequence: bool | None = Field(None, description="Take the contact out instead")


@area.post(
    "/v3/tasks/{id}/execute",
    scope="tasks:operate",
    tool="reply_execute_task",
    undo=cannot("What was sent stays sent."),
    effect=Effect.SEND,
    preview=hooks.preview_executing,
    before=[hooks.check_executable],
    view=Done("Sent and completed {_which}."),
    after=[hooks.describe_completed],
    explain=[hooks.explain_already_done],
    also=["send manual email", "send SMS", "text message", "carry out", "do"],
    verify_with='reply_get_task {{"id": {id}}}',
)
class ExecuteTask(Arguments):
    """Send the email or SMS of a task to its contact now, and complete it. Others: reply_complete_task. 2 requests."""

    id: Path[TaskId]
    content: Nullable[TaskContent] = Field(None, description="Default: its own text")
    email_account_id: Nullable[EmailAccountId] = Field(None, description="Not for tasks of sequences")


@area.post(
    "/v3/tasks/bulk-delete",
    scope="tasks:write",
    tool="reply_delete_tasks",
    undo=cannot("Reply's API opens no task again."),
    effect=Effect.DELETE,
    before=[drop_duplicate_ids],
    split=("ids", 100),
    view=PerItem("task", "deleted", "ids"),
    preview=bulk_hooks.preview_bulk_deletion,
    also=["cancel to-dos", "remove several", "clean up", "archive"],
    verify_with='reply_list_my_tasks {{"status": "new"}}',
)
class BulkDeleteTasks(Arguments):
    """Cancel open tasks, archive finished ones."""

    ids: TaskIds


@area.post(
    "/v3/tasks/batch/assign",
    scope="tasks:write",
    tool="reply_assign_tasks",
    undo=regrouped(
        scheduled_hooks.read_tasks,
        "ids",
        lambda row: row.get("assignedUserId"),
        given_to("BatchAssignTasks", "ids", "userId", "task"),
        what="owner of task",
        new=lambda call: call.arguments.user_id,
    ),
    effect_for=scheduled_hooks.effect_of_assignments,
    preview=scheduled_hooks.preview_assignments,
    idempotent=True,
    before=[drop_duplicate_ids],
    split=("ids", 100),
    view=PerItem("task", "reassigned", "ids", where="to user {userId}"),
    also=["hand over", "bulk", "delegate", "vacation", "transfer tasks"],
    verify_with='reply_list_my_tasks {{"assignedUserId": {userId}}}',
)
class BatchAssignTasks(Arguments):
    """Give tasks to one teammate. 2 requests."""

    ids: TaskIds
    user_id: UserId


@area.post(
    "/v3/tasks/batch/complete",
    scope="tasks:operate",
    tool="reply_complete_tasks",
    undo=cannot("Reply's API opens no task again; in a sequence their contacts have moved on."),
    effect=Effect.SEND,
    idempotent=True,
    effect_for=bulk_hooks.effect_of_bulk_completing,
    preview=bulk_hooks.preview_bulk_completing,
    before=[drop_duplicate_ids, bulk_hooks.check_may_all_move_on],
    split=("ids", 100),
    view=PerItem("task", "completed", "ids"),
    also=["finish several", "bulk done", "check off"],
    verify_with='reply_list_my_tasks {{"status": "new"}}',
)
class BatchCompleteTasks(Arguments):
    """Mark tasks done without doing them. Contacts in sequences move on to their next step, which may send."""

    ids: TaskIds
