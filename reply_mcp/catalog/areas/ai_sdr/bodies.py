"""What AI SDR sequences are made of: the offer they make, their voice, what is researched, whom the autopilot looks
for, and the signs of interest it watches."""

from __future__ import annotations

from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, Field

from reply_mcp.catalog.areas.ai_sdr.named_ids import IndustryId
from reply_mcp.catalog.arguments.named_ids import CustomFieldId
from reply_mcp.catalog.bodies.people_filters import PeopleFilters
from reply_mcp.catalog.operation import Email, Nullable, Part

T = TypeVar("T")


def _once_each(values: list[T]) -> list[T]:
    return list(dict.fromkeys(values))


Distinct = Annotated[list[T], AfterValidator(_once_each)]
"""v3 refuses duplicates here; they are dropped."""

Line = Annotated[str, Field(min_length=1, max_length=1000)]
Lines = Annotated[list[Line], Field(max_length=10)]
SomeLines = Annotated[list[Line], Field(min_length=1, max_length=10)]
LinkedInUrl = Annotated[str, Field(min_length=1, max_length=2048)]
Tone = Literal["confident", "persuasive", "witty", "straightforward", "empathetic"]
Length = Literal["superShort", "short", "medium", "long"]
Llm = Literal["claude", "openAi", "gemini", "mistral"]
StepTypes = Annotated[
    Distinct[Literal["email", "linkedIn", "call", "linkedInInMail", "linkedInAiVoice"]], Field(min_length=1)
]
Fit = Literal[20, 40, 60, 80, 100]
Tenure = Literal["none", "lessThanOneYear", "oneToTwoYears", "threeToFiveYears", "sixToTenYears", "moreThanTenYears"]
Language = Literal[
    "englishUS",
    "englishUK",
    "spanish",
    "albanian",
    "armenian",
    "bengali",
    "bosnian",
    "bulgarian",
    "catalan",
    "chinese",
    "croatian",
    "czech",
    "danish",
    "dutch",
    "estonian",
    "finnish",
    "french",
    "georgian",
    "german",
    "greek",
    "hindi",
    "hungarian",
    "icelandic",
    "indonesian",
    "italian",
    "japanese",
    "kazakh",
    "korean",
    "latvian",
    "lithuanian",
    "macedonian",
    "malay",
    "mongolian",
    "norwegian",
    "persian",
    "polish",
    "portugueseEU",
    "portugueseBR",
    "romanian",
    "serbian",
    "slovak",
    "slovenian",
    "swedish",
    "thai",
    "turkish",
    "ukrainian",
    "vietnamese",
    "arabic",
    "uzbek",
    "hebrew",
]


class OfferText(Part):
    """What is offered to whom, in words the AI writes from."""

    company_name: str | None = Field(None, max_length=200)
    company_description: str | None = Field(None, max_length=3000)
    icp: str | None = Field(None, max_length=1000, description="Ideal customer")
    reason_for_outreach: str | None = Field(None, max_length=1000)
    case_studies: Lines | None = None
    pain_points: Lines | None = None
    proof_points: Lines | None = None
    value_propositions: Lines | None = None
    call_to_actions: Lines | None = None


class OfferTextChange(Part):
    """Texts to change; a list replaces the current one and may not be empty."""

    company_name: str | None = Field(None, max_length=200)
    company_description: str | None = Field(None, max_length=3000)
    icp: str | None = Field(None, max_length=1000, description="Ideal customer")
    reason_for_outreach: str | None = Field(None, max_length=1000)
    case_studies: SomeLines | None = None
    pain_points: SomeLines | None = None
    proof_points: SomeLines | None = None
    value_propositions: SomeLines | None = None
    call_to_actions: SomeLines | None = None


class Voice(Part):
    """How the AI sounds; by default English (US), confident, of medium length, a man's."""

    language: Nullable[Language] = None
    tone_of_voice: Nullable[Tone] = None
    message_length: Nullable[Length] = None
    gender: Nullable[Literal["man", "woman"]] = None


class Structure(Part):
    """The shape of the steps that the AI generates."""

    generated_step_types: StepTypes
    generate_conditional: Nullable[bool] = Field(None, description="Branches; default true")
    number_of_steps: Nullable[int] = Field(None, ge=1, le=10, description="Without branches only; default 5")


class CompanyResearch(Part):
    description: Nullable[bool] = None
    mission: Nullable[bool] = None
    tech_stack: Nullable[bool] = None
    ten_k_report: Nullable[bool] = None
    recent_report_for_investors: Nullable[bool] = None
    financial_report: Nullable[bool] = None
    fundraising_research: Nullable[bool] = None
    challenges: Nullable[bool] = None
    recent_news: Nullable[bool] = None
    predict_challenges_and_competitors: Nullable[bool] = None
    products_services_deep_dive: Nullable[bool] = None
    mergers_acquisitions: Nullable[bool] = None
    customer_reviews: Nullable[bool] = None


class ProspectResearch(Part):
    about_section: Nullable[bool] = None
    hobbies_interests: Nullable[bool] = None
    quotes: Nullable[bool] = None
    achievements: Nullable[bool] = None
    career_summary: Nullable[bool] = None
    job_responsibilities_in_current_company: Nullable[bool] = None
    achievements_in_current_company: Nullable[bool] = None


class IndustryResearch(Part):
    recent_industry_news: Nullable[bool] = None
    industry_trends: Nullable[bool] = None
    competitors_overview_news: Nullable[bool] = None


ContactField = Literal["firstName", "lastName", "title", "companySize", "industry", "city", "state", "country"]


class FieldsUsed(Part):
    """Fields of the contact that the AI may write from."""

    enabled: Nullable[bool] = None
    default_fields: Nullable[Distinct[ContactField]] = None
    custom_field_ids: Nullable[Distinct[CustomFieldId]] = None


class CustomResearch(Part):
    enabled: Nullable[bool] = None
    instructions: Nullable[str] = Field(None, max_length=2000)


class Personalization(Part):
    """What the AI may find out about people; what is left out stays as it is."""

    basic_research: Nullable[bool] = None
    company_research: Nullable[CompanyResearch] = None
    prospect_research: Nullable[ProspectResearch] = None
    industry_research: Nullable[IndustryResearch] = None
    contact_fields: Nullable[FieldsUsed] = None
    custom_research: Nullable[CustomResearch] = None


class AudienceFilters(PeopleFilters):
    """Whom the autopilot looks for; every filter given narrows."""

    years_in_company: list[Tenure] | None = Field(None, max_length=25)
    changed_job_in90_days: bool | None = Field(None, alias="changedJobIn90Days")


class AutopilotChange(Part):
    """How the autopilot finds people; being on or off is not changed here."""

    filters: Nullable[AudienceFilters] = None
    reference_url: Nullable[str] = Field(None, description="Page that seeds the search")
    max_people_per_company: Nullable[int] = Field(None, ge=1)
    max_people_to_add_per_day: Nullable[int] = Field(None, ge=1)
    search_contact_phones: Nullable[bool] = None
    add_contacts_without_email_addresses: Nullable[bool] = None


class Autopilot(AutopilotChange):
    enabled: bool = Field(description="True: finds and adds people at once")


class WatchedProfile(Part):
    linked_in_url: LinkedInUrl
    number_of_posts: Literal[3, 5, 10, 15, 20] | None = None


class WatchedProfiles(Part):
    monitor_for_days: Literal[2, 3, 5, 7, 15, 30]
    profiles: list[WatchedProfile] | None = Field(None, max_length=10)


class WatchedPosts(Part):
    post_urls: list[LinkedInUrl] | None = Field(None, max_length=10)


class PostEngagers(Part):
    mode: Literal["monitorProfiles", "monitorPosts"]
    icp_fit_percentage: Fit | None = None
    monitor_profiles: Nullable[WatchedProfiles] = None
    monitor_posts: Nullable[WatchedPosts] = None


class CompetitorFollowers(Part):
    linked_in_urls: list[LinkedInUrl] | None = Field(None, max_length=10)
    entities_to_find: int | None = Field(None, ge=100, le=500)
    icp_fit_percentage: Fit | None = None


class TechnologyUsed(Part):
    industry_id: Nullable[IndustryId] = None
    technologies: list[Annotated[str, Field(min_length=1, max_length=200)]] | None = Field(None, max_length=10)
    use_and_logic_in_technologies: bool | None = None
    entities_to_find: int | None = Field(None, ge=1, le=500)


class JobHiring(Part):
    keyword: str = Field(min_length=1, max_length=200)
    industries: list[Annotated[int, Field(ge=1)]] | None = Field(None, max_length=10)
    entities_to_find: int | None = Field(None, ge=1, le=500)


class IntentSignal(Part):
    """A sign of interest to watch for; the part named after `type` says how."""

    type: Literal["linkedInPostEngagers", "competitorFollowers", "technologyUsed", "jobHiring"]
    post_engagers: Nullable[PostEngagers] = None
    competitor_followers: Nullable[CompetitorFollowers] = None
    technology_used: Nullable[TechnologyUsed] = None
    job_hiring: Nullable[JobHiring] = None


def _one_of_each(signals: list[IntentSignal]) -> list[IntentSignal]:
    types = [signal.type for signal in signals]
    if len(set(types)) < len(types):
        raise ValueError("at most one signal of each type")
    if {"technologyUsed", "jobHiring"} <= set(types):
        raise ValueError("technologyUsed and jobHiring exclude each other")
    return signals


Signals = Annotated[list[IntentSignal], AfterValidator(_one_of_each)]


class Approval(Part):
    """Whether a person approves messages."""

    enabled: bool


Links = Annotated[list[Annotated[str, Field(min_length=1, max_length=256)]], Field(max_length=10)]
NotifiedEmail = Annotated[Email, Field(max_length=128)]


class Answering(Part):
    """What a reply handler holds, apart from its question and instructions."""

    sample_answer: str | None = Field(None, max_length=1024, description="For the AI to go by")
    tone_of_voice: Tone | None = None
    response_length: Length | None = None
    links: Links | None = Field(None, description="Which answers may give")
    delivery_mode: Literal["draft", "auto", "stopAndNotify"] | None = None
    additional_notification_email: Nullable[NotifiedEmail] = Field(None, description="For stopAndNotify")


class FollowUp(Part):
    """What a re-engagement card holds, apart from its name, instructions and delay."""

    sample_answer: str | None = Field(None, max_length=1024, description="For the AI to go by")
    tone_of_voice: Tone | None = None
    response_length: Length | None = None
    links: Links | None = Field(None, description="Which answers may give")
    is_enabled: bool | None = None
    delivery_mode: Literal["draft", "auto"] | None = None
