"""The bodies of sequence steps: eight types, nine LinkedIn actions, each once for creating and once for replacing
(where a variant is named by its id)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from reply_mcp.catalog.arguments.html_text import HtmlText
from reply_mcp.catalog.bodies.step_forms import understand_new_steps, understand_step, understand_steps
from reply_mcp.catalog.operation import AlwaysSent, InOrder, Nullable, Part

Mode = Literal["automatic", "manual"]
Attachments = Annotated[list[int], Field(max_length=3)]


class StepBase(Part):
    """What every step has. `id` is read-only: it is accepted so that a step that was read can be sent back."""

    id: Nullable[int] = None
    parent_id: Nullable[int] = Field(None, description="Step it follows; needed where there are conditions")
    if_condition_positive: Nullable[bool] = Field(None, description="Under a condition: the yes branch")
    delay_in_minutes: int = Field(ge=0, description="Minutes after the step before (1440: a day)")


class EmailVariant(Part):
    """A text of a new email step; several are compared with one another (A/B)."""

    subject: Nullable[str] = Field(None, description="The first email needs one; none continues the thread")
    message: Nullable[HtmlText] = Field(None, description="HTML or text")
    attachment_ids: Nullable[Attachments] = None


class EmailVariantUpdate(EmailVariant):
    """A variant to keep. `hasAttachments` is read-only: it is accepted, and dropped, so that a variant that was read
    can be sent back."""

    id: int
    subject: Nullable[str] = Field(None, description="Null: none; continues the thread")
    attachment_ids: Nullable[Attachments] = Field(None, description="Left out: unchanged; []: none")

    @model_validator(mode="before")
    @classmethod
    def as_read(cls, variant: Any) -> Any:
        """Drops `hasAttachments`."""
        if not isinstance(variant, dict):
            return variant
        return {key: value for key, value in variant.items() if key != "hasAttachments"}


class LinkedInVariant(Part):
    """A text of a new LinkedIn message."""

    message: str
    is_enabled: Annotated[bool, AlwaysSent()] = True


class LinkedInVariantUpdate(Part):
    """A LinkedIn message that is there, by its id."""

    id: int
    message: str
    is_enabled: bool


class ConnectVariant(Part):
    """A note of a new LinkedIn invitation; empty: an invitation without a note."""

    message: Annotated[str, AlwaysSent()] = Field("", max_length=300)
    is_enabled: Annotated[bool, AlwaysSent()] = True


class ConnectVariantUpdate(Part):
    """An invitation's note that is there, by its id."""

    id: int
    message: str = Field(max_length=300)
    is_enabled: bool


class InMailVariant(Part):
    """A text of a new InMail."""

    subject: str
    message: str
    is_enabled: Annotated[bool, AlwaysSent()] = True


class InMailVariantUpdate(Part):
    """An InMail that is there, by its id."""

    id: int
    subject: str
    message: str
    is_enabled: bool


class EmailStep(StepBase):
    """A new email step."""

    type: Literal["email"]
    execution_mode: Mode
    variants: InOrder[list[EmailVariant]]


class EmailStepUpdate(StepBase):
    """Replaces an email step."""

    type: Literal["email"]
    execution_mode: Mode
    variants: InOrder[list[EmailVariantUpdate]]


class LinkedInBase(StepBase):
    """What every LinkedIn step has; `actionType` says which one it is."""

    type: Literal["linkedIn"]


class MessageStep(LinkedInBase):
    """A new LinkedIn message step."""

    action_type: Literal["message"]
    execution_mode: Mode
    variants: InOrder[list[LinkedInVariant]]


class MessageStepUpdate(LinkedInBase):
    """Replaces a LinkedIn message step."""

    action_type: Literal["message"]
    execution_mode: Mode
    variants: InOrder[list[LinkedInVariantUpdate]]


class ConnectStep(LinkedInBase):
    """A new step that invites to connect on LinkedIn."""

    action_type: Literal["connect"]
    execution_mode: Mode
    variants: InOrder[list[ConnectVariant]]


class ConnectStepUpdate(LinkedInBase):
    """Replaces an invitation step."""

    action_type: Literal["connect"]
    execution_mode: Mode
    variants: InOrder[list[ConnectVariantUpdate]]


class InMailStep(LinkedInBase):
    """A new InMail step."""

    action_type: Literal["inMail"]
    execution_mode: Mode
    variants: InOrder[list[InMailVariant]]


class InMailStepUpdate(LinkedInBase):
    """Replaces an InMail step."""

    action_type: Literal["inMail"]
    execution_mode: Mode
    variants: InOrder[list[InMailVariantUpdate]]


class ViewProfileStep(LinkedInBase):
    """A visit to the LinkedIn profile."""

    action_type: Literal["viewProfile"]
    execution_mode: Mode
    description: str | None = None


class EndorseSkillsStep(LinkedInBase):
    """Endorsements of up to three skills."""

    action_type: Literal["endorseSkills"]
    number_of_skills: int = Field(ge=1, le=3)


class VoiceMessageStep(LinkedInBase):
    """A recorded LinkedIn voice message."""

    action_type: Literal["voiceMessage"]
    audio_file: str = Field(description="Link to the audio")


class LikeRecentPostsStep(LinkedInBase):
    """Likes for recent posts."""

    action_type: Literal["likeRecentPosts"]


class FollowProfileStep(LinkedInBase):
    """A follow of the LinkedIn profile."""

    action_type: Literal["followProfile"]


class CommentStep(LinkedInBase):
    """A comment on a recent post, written by AI."""

    action_type: Literal["commentOnRecentPost"]
    ai_prompt_text: str = Field(description="Instructions for the AI that writes the comment")
    skip_if_no_posts_in_days: Nullable[int] = None
    skip_topics: list[str] | None = None


class CallStep(StepBase):
    """A phone call."""

    type: Literal["call"]
    message: str | None = Field(None, description="Script")


class SmsStep(StepBase):
    """An SMS."""

    type: Literal["sms"]
    execution_mode: Mode
    message: str


class WhatsAppStep(StepBase):
    """A WhatsApp message; v3 takes no execution mode here."""

    type: Literal["whatsApp"]
    message: str


class ZapierStep(StepBase):
    """A Zap that is triggered."""

    type: Literal["zapier"]
    action: Literal["immediately", "wait"]
    name: str


class TaskStep(StepBase):
    """A task for a teammate."""

    type: Literal["task"]
    action_type: Literal["toDo", "meeting"]
    description: str


class ConditionRule(Part):
    """A test of a condition's property; operators are those of `GetConditionProperties`."""

    operator: str
    value: Nullable[str] = Field(None, description="None for isSet and isNotSet")


class Condition(Part):
    """A property and its tests."""

    property: str
    rules: list[ConditionRule]


class ConditionStep(StepBase):
    """`GetConditionProperties` lists the properties and operators."""

    type: Literal["condition"]
    wait_in_minutes: int = Field(ge=0)
    conditions: list[Condition]


LinkedInStep = Annotated[
    MessageStep
    | ConnectStep
    | InMailStep
    | ViewProfileStep
    | EndorseSkillsStep
    | VoiceMessageStep
    | LikeRecentPostsStep
    | FollowProfileStep
    | CommentStep,
    Field(discriminator="action_type"),
]
LinkedInStepUpdate = Annotated[
    MessageStepUpdate
    | ConnectStepUpdate
    | InMailStepUpdate
    | ViewProfileStep
    | EndorseSkillsStep
    | VoiceMessageStep
    | LikeRecentPostsStep
    | FollowProfileStep
    | CommentStep,
    Field(discriminator="action_type"),
]
Step = Annotated[
    EmailStep | LinkedInStep | CallStep | SmsStep | WhatsAppStep | ZapierStep | TaskStep | ConditionStep,
    Field(discriminator="type"),
    BeforeValidator(understand_step),
]
"""A step to add."""
Steps = Annotated[InOrder[list[Step]], BeforeValidator(understand_steps)]
NewSteps = Annotated[InOrder[list[Step]], BeforeValidator(understand_new_steps)]
"""The steps of a new sequence."""
StepUpdate = Annotated[
    EmailStepUpdate | LinkedInStepUpdate | CallStep | SmsStep | WhatsAppStep | ZapierStep | TaskStep | ConditionStep,
    Field(discriminator="type"),
]
"""A step that replaces the one that is there; variants that are left out are deleted."""
HOW = (
    '{"type":"email","delayInMinutes":1440,"subject":…,"message":…}; linkedIn with actionType (message, connect, …); '
    "call, sms, whatsApp: message; task: description; zapier; condition"
)
"""How a step is written, for whoever does so."""
