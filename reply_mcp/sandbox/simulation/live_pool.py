"""The people whom Live Data knows of: invented, and the same in every sandbox."""

from __future__ import annotations

import random
import unicodedata
from functools import cache

from reply_mcp.sandbox.records.blocking import blocking_rule
from reply_mcp.sandbox.simulation.invented_names import COMPANIES, FIRST, LAST, TITLES
from reply_mcp.sandbox.simulation.live_filters import REVENUES, SIZES, YEARS
from reply_mcp.sandbox.store import Doc, Store

PEOPLE = 800

# The first word that a title holds decides.
_DEPARTMENTS = (
    ("sales", "Sales"), ("revenue", "Sales"), ("account", "Sales"), ("business dev", "Business Development"),
    ("partnership", "Business Development"), ("marketing", "Marketing"), ("growth", "Marketing"),
    ("engineering", "Engineering"), ("technology", "Engineering"), ("it ", "Information Technology"),
    ("product", "Product Management"), ("people", "Human Resources"), ("financial", "Finance"),
    ("procurement", "Purchasing"), ("customer", "Customer Success"), ("founder", "Entrepreneurship"),
)  # fmt: skip
_SENIORITIES = (
    ("founder", "Owner / Partner"), ("chief", "CXO"), ("vp", "Vice President"), ("head", "Director"),
    ("director", "Director"), ("manager", "Experienced Manager"), ("lead", "Senior"),
)  # fmt: skip


@cache
def people_pool() -> tuple[Doc, ...]:
    """Everyone, in a repeatable order."""
    rng = random.Random("live data")
    return tuple(_person(rng, number) for number in range(PEOPLE))


@cache
def filter_values(what: str) -> tuple[str, ...]:
    """The values that a filter can take: industries, departments, seniorities, locations or job titles."""
    fields = {
        "industries": ("industry",),
        "departments": ("department",),
        "seniorities": ("seniority",),
        "locations": ("city", "state", "country"),
        "jobTitles": ("title",),
    }[what]
    return tuple(sorted({person[field] for person in people_pool() for field in fields} - {""}))


def _person(rng: random.Random, number: int) -> Doc:
    company, domain, industry, size, city, state, country, zone = COMPANIES[number % len(COMPANIES)]
    first, last, title = rng.choice(FIRST), rng.choice(LAST), rng.choice(TITLES)
    name = f"{_ascii_letters(first)}.{_ascii_letters(last)}"
    step = SIZES.index("none" if size == "Empty" else size[0].lower() + size[1:])
    return {
        "firstName": first,
        "lastName": last,
        "title": title,
        "department": _first_match(_DEPARTMENTS, title, "Administrative"),
        "seniority": _first_match(_SENIORITIES, title, "Senior"),
        "company": company,
        "domain": domain,
        "industry": industry,
        "size": SIZES[step],
        "companySize": size,
        "revenue": REVENUES[min(step + number % 3, len(REVENUES) - 1)],
        "growth": (number % len(COMPANIES)) * 7 % 60,
        "hiring": number % len(COMPANIES) % 3 != 0,
        "years": rng.choice(YEARS[1:]),
        "city": city,
        "state": state,
        "country": country,
        "timeZoneId": zone,
        "email": f"{name}@{domain}" if rng.random() < 0.85 else None,
        "phone": f"+1 415 {rng.randint(2000000, 9999999)}" if rng.random() < 0.4 else None,
        "linkedInUrl": f"https://www.linkedin.com/in/{name.replace('.', '-')}-{number:04x}",
    }


def _first_match(words: tuple[tuple[str, str], ...], title: str, other: str) -> str:
    return next((value for word, value in words if word in f"{title.lower()} "), other)


def _ascii_letters(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.translate(str.maketrans("øłıßæ", "olisa")))
    return "".join(letter for letter in letters if letter.isalpha() and letter.isascii()).lower()


def without_known(store: Store, team_id: int, people: list[Doc], *, with_email: bool) -> list[Doc]:
    """Those whom the team has no contact of and does not block."""
    contacts = store.all("contact", _teamId=team_id)
    taken = {one["linkedInUrl"] for one in contacts} | {(one["email"] or "").lower() for one in contacts} - {""}
    return [
        one
        for one in people
        if one["linkedInUrl"] not in taken
        and (one["email"] or "-") not in taken
        and (one["email"] or not with_email)
        and not blocking_rule(store, team_id, one["email"])
    ]


def add_contact(store: Store, person: Doc, team_id: int, owner_id: int, at: str, *, phone: bool) -> Doc:
    """Make the person a contact of the team."""
    names = (
        "email", "firstName", "lastName", "title", "company", "companySize", "industry", "city", "country",
        "timeZoneId", "linkedInUrl",
    )  # fmt: skip
    return store.put(
        "contact",
        {
            "id": None,
            **{name: person[name] for name in names},
            "domain": person["domain"] if person["email"] else None,
            "state": person["state"] or None,
            "phone": person["phone"] if phone else None,
            "linkedInSalesNavigatorUrl": None,
            "linkedInRecruiterUrl": None,
            "phoneStatus": "notValidated",
            "notes": None,
            "ownerUserId": owner_id,
            "accountId": None,
            "isOptedOut": False,
            "callStatus": "none",
            "meetingStatus": "none",
            "addingDate": at,
            "_teamId": team_id,
            "_customFields": {},
            "_modified": at,
        },
    )
