"""The seeded account: teams, users, contacts, lists and fields. The same seed gives the same account."""

from __future__ import annotations

import random
import unicodedata
from datetime import timedelta

from reply_mcp.sandbox.clock import Clock, iso
from reply_mcp.sandbox.seed.channels import seed_channels
from reply_mcp.sandbox.simulation.invented_names import COMPANIES, FIRST, LAST, NOTES, ROUNDS, STACKS, STAGES, TITLES
from reply_mcp.sandbox.store import Doc, Store

TEAM, PARTNERS = 31007, 31012
MARIA, OWNER = 70411, 70402
USERS = (
    (MARIA, "Maria", "Silva", "self", (TEAM,)),
    (OWNER, "Jonas", "Berg", "owner", (TEAM,)),
    (70415, "Priya", "Nair", "member", (TEAM, PARTNERS)),
    (70418, "Tom", "Okafor", "member", (TEAM,)),
    (70423, "Elena", "Petrova", "member", (TEAM,)),
    (70430, "Lucas", "Meyer", "member", (PARTNERS,)),
)
CONTACTS, PARTNER_CONTACTS = 300, 20
FIRST_CONTACT = 90514001

FIELDS = (
    ("Funding round", "text", None, True),
    ("Employees", "number", None, True),
    ("Renewal date", "text", None, False),
    ("Tech stack", "text", None, False),
    ("Buying stage", "text", '["Research","Evaluation","Decision","Customer"]', False),
    ("Lead score", "number", None, False),
)
LISTS = (
    ("Q4 webinar attendees", True, MARIA, 64),
    ("CTO outreach DACH", True, MARIA, 38),
    ("Churned 2025", True, OWNER, 27),
    ("SaaS founders", True, 70415, 45),
    ("Trade fair leads", False, MARIA, 52),
    ("Warm introductions", False, MARIA, 12),
    ("Renewals this quarter", True, 70423, 33),
    ("Tom's personal targets", False, 70418, 18),
)


def seed_people(store: Store, clock: Clock, rng: random.Random) -> None:
    """Fill an empty store with teams, users, custom fields, contacts, lists, schedules, accounts and jobs."""
    store.put("team", {"id": TEAM, "name": "Northstar Sales"})
    store.put("team", {"id": PARTNERS, "name": "Northstar Partners"})
    for number, first, last, role, teams in USERS:
        doc = {"id": number, "userName": f"{first} {last}", "firstName": first, "lastName": last}
        email = f"{first}.{last}@northstar-sales.com".lower()
        store.put("user", {**doc, "email": email, "_role": role, "_teamIds": list(teams), "_scheduleId": None})
    for at, (title, kind, metadata, org_wide) in enumerate(FIELDS):
        field = {"id": 2101 + at * 7, "title": title, "fieldType": kind, "metadata": metadata, "orgWide": org_wide}
        store.put("customField", {**field, "_teamId": TEAM})
    taken: set[str] = set()
    for at in range(CONTACTS + PARTNER_CONTACTS):
        team = TEAM if at < CONTACTS else PARTNERS
        store.put("contact", _contact(at, team, clock, rng, taken))
    _gone(store, clock, rng, taken)
    ids = [contact["id"] for contact in store.all("contact", _teamId=TEAM)]
    for at, (name, shared, user, size) in enumerate(LISTS):
        doc = {"id": 4101 + at * 3, "name": name, "isShared": shared, "_userId": user, "_teamId": TEAM}
        store.put("contactList", {**doc, "_contactIds": sorted(rng.sample(ids, size))})
    seed_channels(store, clock, rng)


def _contact(at: int, team: int, clock: Clock, rng: random.Random, taken: set[str]) -> Doc:
    name, domain, industry, size, city, state, country, zone = rng.choice(COMPANIES)
    first, last = rng.choice(FIRST), rng.choice(LAST)
    while f"{first} {last}" in taken:
        first, last = rng.choice(FIRST), rng.choice(LAST)
    taken.add(f"{first} {last}")
    plain_first, plain_last = _plain(first), _plain(last)
    added = clock.started - timedelta(days=rng.randint(3, 420), minutes=rng.randint(0, 1439))
    on_linkedin = rng.random() < 0.85
    # Some are known by their profile alone.
    has_email = not on_linkedin or rng.random() < 0.96
    profile = f"https://www.linkedin.com/in/{plain_first}-{plain_last}-{rng.getrandbits(28):07x}"
    owner = rng.choice((MARIA, MARIA, MARIA, OWNER, 70415, 70418, 70423)) if team == TEAM else 70430
    return {
        "id": FIRST_CONTACT + at * 3,
        "email": f"{plain_first}.{plain_last}@{domain}" if has_email else None,
        "domain": domain if has_email else None,
        "firstName": first,
        "lastName": last,
        "phone": f"+{rng.randint(1, 98)} {rng.randint(200, 989)} {rng.randint(1000000, 9999999)}"
        if rng.random() < 0.55
        else None,
        "title": _sometimes(rng, rng.choice(TITLES), 0.93),
        "company": name,
        "companySize": size if rng.random() < 0.7 else "Empty",
        "industry": _sometimes(rng, industry, 0.55),
        "city": _sometimes(rng, city, 0.7),
        "state": _sometimes(rng, state, 0.7),
        "country": _sometimes(rng, country, 0.85),
        "timeZoneId": _sometimes(rng, zone, 0.8),
        "linkedInUrl": profile if on_linkedin else None,
        "linkedInSalesNavigatorUrl": f"https://www.linkedin.com/sales/lead/ACwAA{rng.getrandbits(64):016x}"
        if rng.random() < 0.12
        else None,
        "linkedInRecruiterUrl": None,
        "phoneStatus": "notValidated",
        "notes": rng.choice(NOTES) if rng.random() < 0.45 else None,
        "ownerUserId": owner,
        "accountId": None,
        "isOptedOut": rng.random() < 0.04,
        "callStatus": rng.choice(("none", "none", "none", "toCall", "called")),
        "meetingStatus": "meetingBooked" if rng.random() < 0.05 else "none",
        "addingDate": iso(added),
        "_teamId": team,
        "_customFields": _values(clock, rng) if team == TEAM else {},
        "_modified": iso(added),
        # Teammates' contacts that the caller may see, but not edit.
        "_locked": owner == 70418 and at % 3 == 0,
    }


def _sometimes(rng: random.Random, value: str, share: float) -> str | None:
    return (value or None) if rng.random() < share else None


def _values(clock: Clock, rng: random.Random) -> dict[str, str | None]:
    renewal = clock.started + timedelta(days=rng.randint(-30, 300))
    drawn = (
        rng.choice(ROUNDS),
        str(rng.choice((4, 9, 22, 38, 75, 140, 260, 480, 900, 2400, 6100))),
        renewal.date().isoformat(),
        rng.choice(STACKS),
        rng.choice(STAGES),
        str(rng.randint(1, 100)),
    )
    values: dict[str, str | None] = {}
    for at, value in enumerate(drawn):
        if rng.random() < 0.5:
            values[str(2101 + at * 7)] = value if rng.random() < 0.85 else None
    return values


def _gone(store: Store, clock: Clock, rng: random.Random, taken: set[str]) -> None:
    """Contacts deleted before our time, which only an import still knows."""
    for at in range(CONTACTS + PARTNER_CONTACTS, CONTACTS + PARTNER_CONTACTS + 4):
        contact = _contact(at, TEAM, clock, rng, taken)
        contact["email"] = contact["email"] or f"{_plain(contact['firstName'])}@signalnine.io"
        store.put("deletedContact", contact)


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.translate(str.maketrans("øłıßæ", "olisa")))
    return "".join(letter for letter in letters if letter.isalpha() and letter.isascii()).lower()
