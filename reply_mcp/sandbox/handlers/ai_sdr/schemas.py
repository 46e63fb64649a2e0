"""The bodies of AI SDR sequences and offers."""

from __future__ import annotations

from reply_mcp.sandbox.http.schemas import Array, Boolean, Enum, Integer, Nullable, Object, Schema, String
from reply_mcp.sandbox.simulation.live_filters import AUTOPILOT

LANGUAGES = (
    "englishUS englishUK spanish albanian armenian bengali bosnian bulgarian catalan chinese croatian czech danish "
    "dutch estonian finnish french georgian german greek hindi hungarian icelandic indonesian italian japanese kazakh "
    "korean latvian lithuanian macedonian malay mongolian norwegian persian polish portugueseEU portugueseBR romanian "
    "serbian slovak slovenian swedish thai turkish ukrainian vietnamese arabic uzbek hebrew"
).split()
TONE = Enum(("confident", "persuasive", "witty", "straightforward", "empathetic"))
LENGTH = Enum(("superShort", "short", "medium", "long"))
MODEL = Enum(("claude", "openAi", "gemini", "mistral"))
STEP_TYPES = Array(Enum(("email", "linkedIn", "call", "linkedInInMail", "linkedInAiVoice")), least=1)

_PHRASES = Array(String(1000, 1), most=10)
OFFER: dict[str, Schema] = {
    "companyName": String(200),
    "companyDescription": String(3000),
    "icp": String(1000),
    "reasonForOutreach": String(1000),
    "caseStudies": _PHRASES,
    "painPoints": _PHRASES,
    "proofPoints": _PHRASES,
    "valuePropositions": _PHRASES,
    "callToActions": _PHRASES,
}


def _boolean_object(names: str) -> Object:
    return Object(dict.fromkeys(names.split(), Nullable(Boolean())))


_POINTS = Object(
    {
        "basicResearch": Nullable(Boolean()),
        "companyResearch": _boolean_object(
            "description mission techStack tenKReport recentReportForInvestors financialReport fundraisingResearch "
            "challenges recentNews predictChallengesAndCompetitors productsServicesDeepDive mergersAcquisitions "
            "customerReviews"
        ),
        "prospectResearch": _boolean_object(
            "aboutSection hobbiesInterests quotes achievements careerSummary jobResponsibilitiesInCurrentCompany "
            "achievementsInCurrentCompany"
        ),
        "industryResearch": _boolean_object("recentIndustryNews industryTrends competitorsOverviewNews"),
        "contactFields": Object(
            {
                "enabled": Nullable(Boolean()),
                "defaultFields": Array(
                    Enum(("firstName", "lastName", "title", "companySize", "industry", "city", "state", "country"))
                ),
                "customFieldIds": Array(Integer(1)),
            }
        ),
        "customResearch": Object({"enabled": Nullable(Boolean()), "instructions": Nullable(String(2000))}),
    }
)
_ICP = Integer(among=(20, 40, 60, 80, 100))
_URLS = Array(String(2048, 1))
_SIGNAL = Object(
    {
        "type": Enum(("linkedInPostEngagers", "competitorFollowers", "technologyUsed", "jobHiring")),
        "postEngagers": Object(
            {
                "mode": Enum(("monitorProfiles", "monitorPosts")),
                "icpFitPercentage": _ICP,
                "monitorProfiles": Object(
                    {
                        "monitorForDays": Integer(among=(2, 3, 5, 7, 15, 30)),
                        "profiles": Array(
                            Object(
                                {"linkedInUrl": String(2048, 1), "numberOfPosts": Integer(among=(3, 5, 10, 15, 20))},
                                ("linkedInUrl",),
                            )
                        ),
                    },
                    ("monitorForDays",),
                ),
                "monitorPosts": Object({"postUrls": _URLS}),
            },
            ("mode",),
        ),
        "competitorFollowers": Object(
            {"linkedInUrls": _URLS, "entitiesToFind": Integer(100, 500), "icpFitPercentage": _ICP}
        ),
        "technologyUsed": Object(
            {
                "industryId": Nullable(Integer(1)),
                "technologies": Array(String(200, 1)),
                "useAndLogicInTechnologies": Boolean(),
                "entitiesToFind": Integer(1, 500),
            }
        ),
        "jobHiring": Object(
            {"keyword": String(200, 1), "industries": Array(Integer(1)), "entitiesToFind": Integer(1, 500)},
            ("keyword",),
        ),
    },
    ("type",),
)
_AUTOPILOT: dict[str, Schema] = {
    "filters": AUTOPILOT,
    "referenceUrl": Nullable(String()),
    "maxPeoplePerCompany": Integer(1),
    "maxPeopleToAddPerDay": Integer(1),
    "searchContactPhones": Boolean(),
    "addContactsWithoutEmailAddresses": Boolean(),
}
_SETTINGS: dict[str, Schema] = {
    "offerId": Integer(1),
    "offerGenerationInputs": Object(OFFER),
    "toneOfVoice": Object(
        {
            "language": Enum(tuple(LANGUAGES)),
            "toneOfVoice": TONE,
            "messageLength": LENGTH,
            "gender": Enum(("man", "woman")),
        }
    ),
    "providerLLM": MODEL,
    "personalizationPoints": _POINTS,
    "intentSignals": Array(_SIGNAL),
}
UPDATE = Object({**_SETTINGS, "autopilot": Object(_AUTOPILOT)})
CREATE = Object(
    {
        **_SETTINGS,
        "name": String(255, 1),
        "scheduleId": Integer(1),
        "emailAccounts": Array(Integer(1)),
        "linkedInAccounts": Array(Integer(1)),
        "sequenceStructureSetup": Object(
            {"generatedStepTypes": STEP_TYPES, "generateConditional": Boolean(), "numberOfSteps": Integer(1, 10)},
            ("generatedStepTypes",),
        ),
        "autopilot": Object({**_AUTOPILOT, "enabled": Boolean()}, ("enabled",)),
        "playbookId": String(least=1),
        "knowledgeBaseId": Integer(1),
        "approvalMode": Object({"enabled": Boolean()}, ("enabled",)),
    },
    ("name", "sequenceStructureSetup"),
)
PREVIEW = Object(
    {
        "filters": AUTOPILOT,
        "maxPeoplePerCompany": Nullable(Integer(1)),
        "maxPeopleToAddPerDay": Nullable(Integer(1)),
        "referenceUrl": Nullable(String()),
    },
    ("filters",),
)
