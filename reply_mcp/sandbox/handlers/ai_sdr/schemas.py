"""The bodies of AI SDR sequences and offers."""

from __future__ import annotations

from reply_mcp.sandbox.http.schemas import (
    Flag,
    Many,
    Null,
    Record,
    Shape,
    Text,
    Whole,
    Word,
)
from reply_mcp.sandbox.simulation.live_filters import AUTOPILOT

LANGUAGES = (
    "englishUS englishUK spanish albanian armenian bengali bosnian bulgarian catalan chinese croatian czech danish "
    "dutch estonian finnish french georgian german greek hindi hungarian icelandic indonesian italian japanese kazakh "
    "korean latvian lithuanian macedonian malay mongolian norwegian persian polish portugueseEU portugueseBR romanian "
    "serbian slovak slovenian swedish thai turkish ukrainian vietnamese arabic uzbek hebrew"
).split()
TONE = Word(("confident", "persuasive", "witty", "straightforward", "empathetic"))
LENGTH = Word(("superShort", "short", "medium", "long"))
MODEL = Word(("claude", "openAi", "gemini", "mistral"))
STEP_TYPES = Many(Word(("email", "linkedIn", "call", "linkedInInMail", "linkedInAiVoice")), least=1)

_PHRASES = Many(Text(1000, 1), most=10)
OFFER: dict[str, Shape] = {
    "companyName": Text(200),
    "companyDescription": Text(3000),
    "icp": Text(1000),
    "reasonForOutreach": Text(1000),
    "caseStudies": _PHRASES,
    "painPoints": _PHRASES,
    "proofPoints": _PHRASES,
    "valuePropositions": _PHRASES,
    "callToActions": _PHRASES,
}


def _flags(names: str) -> Record:
    return Record(dict.fromkeys(names.split(), Null(Flag())))


_POINTS = Record(
    {
        "basicResearch": Null(Flag()),
        "companyResearch": _flags(
            "description mission techStack tenKReport recentReportForInvestors financialReport fundraisingResearch "
            "challenges recentNews predictChallengesAndCompetitors productsServicesDeepDive mergersAcquisitions "
            "customerReviews"
        ),
        "prospectResearch": _flags(
            "aboutSection hobbiesInterests quotes achievements careerSummary jobResponsibilitiesInCurrentCompany "
            "achievementsInCurrentCompany"
        ),
        "industryResearch": _flags("recentIndustryNews industryTrends competitorsOverviewNews"),
        "contactFields": Record(
            {
                "enabled": Null(Flag()),
                "defaultFields": Many(
                    Word(("firstName", "lastName", "title", "companySize", "industry", "city", "state", "country"))
                ),
                "customFieldIds": Many(Whole(1)),
            }
        ),
        "customResearch": Record({"enabled": Null(Flag()), "instructions": Null(Text(2000))}),
    }
)
_ICP = Whole(among=(20, 40, 60, 80, 100))
_URLS = Many(Text(2048, 1))
_SIGNAL = Record(
    {
        "type": Word(("linkedInPostEngagers", "competitorFollowers", "technologyUsed", "jobHiring")),
        "postEngagers": Record(
            {
                "mode": Word(("monitorProfiles", "monitorPosts")),
                "icpFitPercentage": _ICP,
                "monitorProfiles": Record(
                    {
                        "monitorForDays": Whole(among=(2, 3, 5, 7, 15, 30)),
                        "profiles": Many(
                            Record(
                                {"linkedInUrl": Text(2048, 1), "numberOfPosts": Whole(among=(3, 5, 10, 15, 20))},
                                ("linkedInUrl",),
                            )
                        ),
                    },
                    ("monitorForDays",),
                ),
                "monitorPosts": Record({"postUrls": _URLS}),
            },
            ("mode",),
        ),
        "competitorFollowers": Record(
            {"linkedInUrls": _URLS, "entitiesToFind": Whole(100, 500), "icpFitPercentage": _ICP}
        ),
        "technologyUsed": Record(
            {
                "industryId": Null(Whole(1)),
                "technologies": Many(Text(200, 1)),
                "useAndLogicInTechnologies": Flag(),
                "entitiesToFind": Whole(1, 500),
            }
        ),
        "jobHiring": Record(
            {"keyword": Text(200, 1), "industries": Many(Whole(1)), "entitiesToFind": Whole(1, 500)}, ("keyword",)
        ),
    },
    ("type",),
)
_AUTOPILOT: dict[str, Shape] = {
    "filters": AUTOPILOT,
    "referenceUrl": Null(Text()),
    "maxPeoplePerCompany": Whole(1),
    "maxPeopleToAddPerDay": Whole(1),
    "searchContactPhones": Flag(),
    "addContactsWithoutEmailAddresses": Flag(),
}
_SETTINGS: dict[str, Shape] = {
    "offerId": Whole(1),
    "offerGenerationInputs": Record(OFFER),
    "toneOfVoice": Record(
        {
            "language": Word(tuple(LANGUAGES)),
            "toneOfVoice": TONE,
            "messageLength": LENGTH,
            "gender": Word(("man", "woman")),
        }
    ),
    "providerLLM": MODEL,
    "personalizationPoints": _POINTS,
    "intentSignals": Many(_SIGNAL),
}
UPDATE = Record({**_SETTINGS, "autopilot": Record(_AUTOPILOT)})
CREATE = Record(
    {
        **_SETTINGS,
        "name": Text(255, 1),
        "scheduleId": Whole(1),
        "emailAccounts": Many(Whole(1)),
        "linkedInAccounts": Many(Whole(1)),
        "sequenceStructureSetup": Record(
            {"generatedStepTypes": STEP_TYPES, "generateConditional": Flag(), "numberOfSteps": Whole(1, 10)},
            ("generatedStepTypes",),
        ),
        "autopilot": Record({**_AUTOPILOT, "enabled": Flag()}, ("enabled",)),
        "playbookId": Text(least=1),
        "knowledgeBaseId": Whole(1),
        "approvalMode": Record({"enabled": Flag()}, ("enabled",)),
    },
    ("name", "sequenceStructureSetup"),
)
PREVIEW = Record(
    {
        "filters": AUTOPILOT,
        "maxPeoplePerCompany": Null(Whole(1)),
        "maxPeopleToAddPerDay": Null(Whole(1)),
        "referenceUrl": Null(Text()),
    },
    ("filters",),
)
