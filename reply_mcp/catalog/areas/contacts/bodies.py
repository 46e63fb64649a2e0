"""The parts of request bodies: profiles, custom field values, items and options of an import, filter rules."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from pydantic import (
    BeforeValidator,
    Field,
    ModelWrapValidatorHandler,
    PrivateAttr,
    ValidationError,
    ValidationInfo,
    model_validator,
)

from reply_mcp.catalog.areas.contacts.sheets.columns import by_field
from reply_mcp.catalog.arguments.fault_messages import describe_faults
from reply_mcp.catalog.arguments.named_ids import CompanyId, ContactId, CustomFieldId, ListId, SequenceId, UserId
from reply_mcp.catalog.arguments.times import ZONE
from reply_mcp.catalog.arguments.validation import KEEPS_FAULTS
from reply_mcp.catalog.batching import MOST
from reply_mcp.catalog.operation import Nullable, Part
from reply_mcp.text.company_sizes import company_size_in

_CompanySizeWord = Literal[
    "Empty",
    "SelfEmployed",
    "Ten",
    "Fifty",
    "TwoHundred",
    "FiveHundred",
    "OneThousand",
    "FiveThousand",
    "TenThousand",
    "OverTenThousand",
]
CompanySize = Annotated[_CompanySizeWord, BeforeValidator(company_size_in(get_args(_CompanySizeWord)))]
CallStatus = Literal["none", "toCall", "called"]
MeetingStatus = Literal["none", "meetingBooked"]
Many = Annotated[list[ContactId], Field(min_length=1, max_length=MOST)]
"""Contacts of a call that is sent in parts where they are more than v3 takes at a time."""
Several = Annotated[list[ContactId], Field(min_length=1)]


class NewValue(Part):
    """A custom field of a contact that is being created."""

    key: str = Field(description="Title or id")
    value: Nullable[str] = None

    def which(self) -> int | str:
        """What it is called by: its title or id."""
        return self.key


class FieldPatch(Part):
    """A custom field to set, by id or by title."""

    id: Nullable[int] = None
    name: Nullable[str] = Field(None, description="Title")
    value: Nullable[str] = None

    def which(self) -> int | str | None:
        """What it is called by: its id, else its title."""
        return self.id if self.id is not None else self.name


class Profile(Part):
    """The fields of a person that creating, updating and importing share."""

    first_name: str | None = None
    last_name: str | None = None
    phone: str | None = None
    phone2: str | None = None
    title: str | None = None
    company: str | None = None
    company_size: CompanySize | None = None
    industry: str | None = None
    city: str | None = None
    state: str | None = None
    country: str | None = None
    time_zone_id: str | None = Field(None, description=ZONE)
    linked_in_url: str | None = None
    linked_in_sales_navigator_url: str | None = None
    linked_in_recruiter_url: str | None = None
    notes: str | None = None


class Standing(Profile):
    """What can be changed on an existing contact besides the profile."""

    is_opted_out: Nullable[bool] = None
    call_status: Nullable[CallStatus] = None
    meeting_status: Nullable[MeetingStatus] = None
    owner_user_id: Nullable[UserId] = None
    account_id: Nullable[CompanyId] = None
    custom_fields: list[FieldPatch] | None = None


class ImportItem(Standing):
    """One person of an import. The address is checked by `check_items`, which also names the faults that an item keeps,
    so that one answer has all that is wrong."""

    email: str | None = None
    first_name: str
    # By id alone: a name in each of ten thousand rows is ten thousand searches.
    account_id: Nullable[int] = None
    _place: str = PrivateAttr("")
    """Where it was given, for messages: `items[3]`, `line 5`."""
    _faults: list[str] = PrivateAttr(default_factory=list)
    """What is wrong with fields that the item then does not have: `companySize: "huge" is not one of Ten, …`."""

    @classmethod
    def _columns(cls, item: dict[str, Any]) -> dict[str, Any]:
        fields = [info.alias or name for name, info in cls.model_fields.items()]
        return {"firstName": "", **by_field(item, fields)}

    @property
    def sought(self) -> str:
        """The argument of a search that finds this person."""
        return f'"email": "{self.email}"' if self.email else f'"linkedIn": "{self.linked_in_url}"'

    @model_validator(mode="before")
    @classmethod
    def as_columns(cls, item: Any) -> Any:
        """Columns that are not fields are custom fields, by title. A missing first name is left to `check_items`."""
        return cls._columns(item) if isinstance(item, dict) else item

    @model_validator(mode="wrap")
    @classmethod
    def keep_faults(cls, item: Any, handler: ModelWrapValidatorHandler[ImportItem], info: ValidationInfo) -> ImportItem:
        """Makes the item of the fields that are right, where the others are asked to be kept in `_faults`."""
        try:
            return handler(item)
        except ValidationError as error:
            if not isinstance(item, dict) or not (info.context or {}).get(KEEPS_FAULTS):
                raise
            columns, errors = cls._columns(item), error.errors(include_url=False)
            wrong = {one["loc"][0] for one in errors}
            made = handler({name: value for name, value in columns.items() if name not in wrong})
            made._faults = describe_faults(cls, columns, errors)
            return made


class ImportKeys(Part):
    """What tells, besides the email, whether a person exists already."""

    linked_in_url: bool = False
    phone: bool = False
    first_name: bool = False
    last_name: bool = False
    company: bool = False
    custom_field_ids: list[CustomFieldId] | None = None


class ImportOptions(Part):
    """How people who exist already are treated, and where all of them go."""

    overwrite_existing: bool = False
    skip_existing: bool = False
    skip_without_emails: bool = False
    detect_time_zone: bool = False
    restore_deleted: bool = False
    list_ids: list[ListId] | None = None
    sequence_id: Nullable[SequenceId] = Field(None, description="Enrolls them: sends if it is active")
    keys: ImportKeys | None = None

    @model_validator(mode="after")
    def one_way(self) -> ImportOptions:
        if self.overwrite_existing and self.skip_existing:
            raise ValueError("overwriteExisting and skipExisting exclude each other")
        return self


class Rule(Part):
    """A condition on a field of the contact, which `contacts.rules` compares."""

    property: str
    condition: str
    value: Nullable[str] = None

    @model_validator(mode="before")
    @classmethod
    def _takes_other_names(cls, given: Any) -> Any:
        """`field` for property and `operator` for condition, as condition steps have them; and a yes or a number for
        the value."""
        if not isinstance(given, dict):
            return given
        other = {"field": "property", "operator": "condition", "matchType": "condition"}
        taken = {other.get(key, key) if other.get(key) not in given else key: value for key, value in given.items()}
        if isinstance(value := taken.get("value"), bool | int | float):
            taken["value"] = str(value).lower()
        return taken


class OwnerRule(Rule):
    """A rule on the contact's owner: its value is a teammate's id or name."""

    value: Nullable[UserId] = None  # type: ignore[assignment]  # a name becomes an id
