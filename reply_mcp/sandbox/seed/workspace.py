"""The seed around people and sequences: companies, rules, templates, folders, prompts, holidays, webhooks."""

from __future__ import annotations

import random
import uuid
from datetime import date, timedelta

from reply_mcp.sandbox.clock import Clock, iso
from reply_mcp.sandbox.records.blocking import DOMAIN, EMAIL, EXCEPTION
from reply_mcp.sandbox.records.company import SIZES, TEXTS
from reply_mcp.sandbox.records.contact import SIZES as CONTACT_SIZES
from reply_mcp.sandbox.records.schedule import replace_holidays
from reply_mcp.sandbox.records.sequence import DEFAULT_SETTINGS, steps_of
from reply_mcp.sandbox.seed.people import MARIA, OWNER, TEAM
from reply_mcp.sandbox.seed.texts import COMMENT_PROMPTS, TEMPLATES
from reply_mcp.sandbox.simulation.invented_names import COMPANIES
from reply_mcp.sandbox.simulation.webhook_payload import event_id
from reply_mcp.sandbox.store import Doc, Store

FIRST_ACCOUNT, FIRST_TEMPLATE, FIRST_FOLDER = 61001, 7301, 551
KNOWN_COMPANIES = 32

_LISTS = (("Target accounts 2026", MARIA, 10), ("Customers", OWNER, 6), ("Partners in DACH", MARIA, 4))
_RULES = (
    (DOMAIN, "mailinator.com", True),
    (DOMAIN, "rivalsales.io", False),
    (DOMAIN, "former-customer.example", False),
    (EMAIL, "abuse@reply.example", True),
    (EMAIL, "legal@acme-logistics.com", False),
    (EMAIL, "no-more@northwindlabs.io", False),
    (EXCEPTION, "partnerships@rivalsales.io", None),
)
_FIRST_RULES = {DOMAIN: 901, EMAIL: 3101, EXCEPTION: 201}
_FOLDERS = (
    ("My templates", "personal", True),
    ("Follow-ups", "personal", False),
    ("Team templates", "team", True),
    ("Outbound", "team", False),
    ("Company-wide", "organization", True),
    ("Reply library", "community", True),
)
_SEQUENCE_FOLDERS = (("Outbound", MARIA, 3), ("Customers", MARIA, 2), ("Archive 2025", MARIA, 0), ("Jonas", OWNER, 1))
_SEQUENCE_TEMPLATES = (
    ("Cold email, four steps", "global", "Four emails over two weeks."),
    ("LinkedIn and email", "global", "A profile visit and an invitation before the first email."),
    ("Event follow-up", "organization", "For people met at a trade fair."),
    ("DACH outreach", "team", None),
)


def seed_workspace(store: Store, clock: Clock, rng: random.Random) -> None:
    """Fill the kinds of this module; people and sequences must be there."""
    _companies(store, clock, rng)
    for kind, pattern, is_global in _RULES:
        rule: Doc = {"id": None if store.all(kind) else _FIRST_RULES[kind], "pattern": pattern, "_teamId": TEAM}
        store.put(kind, rule if is_global is None else {**rule, "isGlobal": is_global})
    _email_templates(store, clock)
    _folders(store, rng)
    _sequence_templates(store, rng)
    for at, (name, text, user) in enumerate(COMMENT_PROMPTS):
        scope = "personal" if user else "library"
        prompt = {"id": 121 + at, "name": name, "text": text, "scope": scope, "stepType": "commentOnRecentPost"}
        store.put("aiPrompt", {**prompt, "_userId": MARIA if user else None, "_teamId": TEAM})
    _holidays(store, clock)
    _webhooks(store, clock)


def _companies(store: Store, clock: Clock, rng: random.Random) -> None:
    numbers: dict[str, int] = {}
    for at, (name, domain, industry, size, city, state, country, zone) in enumerate(COMPANIES[:KNOWN_COMPANIES]):
        created = clock.started - timedelta(days=rng.randint(60, 400), minutes=rng.randint(0, 1439))
        filled = {"domainName": domain, "industry": industry, "country": country, "state": state, "city": city}
        filled |= {"timeZoneId": zone, "companySize": SIZES[CONTACT_SIZES.index(size)]}
        filled["linkedInUrl"] = f"https://www.linkedin.com/company/{domain.split('.')[0]}"
        if rng.random() < 0.4:
            filled["phone"] = f"+{rng.randint(1, 98)} {rng.randint(200, 989)} {rng.randint(1000000, 9999999)}"
        numbers[name] = FIRST_ACCOUNT + at * 2
        store.put(
            "account",
            {
                "id": numbers[name],
                "ownerUserId": rng.choice((MARIA, MARIA, OWNER, 70415)),
                "name": name,
                **{field: filled.get(field) or None for field in TEXTS},
                "createdDate": iso(created),
                "lastActivityDate": iso(clock.started - timedelta(hours=rng.randint(2, 900))),
                "_stageId": rng.choice((None, 1, 2, 3, 3, 4, 5, 6)),
                "_teamId": TEAM,
            },
        )
    for contact in store.all("contact", _teamId=TEAM):
        if contact["company"] in numbers:
            store.put("contact", {**contact, "accountId": numbers[contact["company"]]})
    for at, (title, user, many) in enumerate(_LISTS):
        chosen = sorted(rng.sample(sorted(numbers.values()), many))
        store.put(
            "accountList", {"id": 71 + at, "name": title, "_accountIds": chosen, "_userId": user, "_teamId": TEAM}
        )


def _email_templates(store: Store, clock: Clock) -> None:
    folders: dict[str, int] = {}
    for at, (name, kind, default) in enumerate(_FOLDERS):
        folders[name] = FIRST_FOLDER + at
        doc = {"id": folders[name], "name": name, "folderType": kind, "isDefault": default}
        store.put("templateFolder", {**doc, "_userId": MARIA, "_teamId": TEAM})
    url = "https://files.reply.example/templates/8801"
    file = {"id": 8801, "fileName": "Northstar one-pager.pdf", "url": url, "size": 184_213}
    store.put("templateAttachment", {**file, "_userId": MARIA, "_teamId": TEAM})
    types = {name: kind for name, kind, _ in _FOLDERS}
    for at, (name, folder, subject, body) in enumerate(TEMPLATES):
        made = iso(clock.started - timedelta(days=90 - at * 6, hours=at))
        store.put(
            "emailTemplate",
            {
                "id": FIRST_TEMPLATE + at,
                "name": name,
                "subject": subject,
                "body": body,
                "folderId": folders.get(folder),
                "folderType": types.get(folder, "personal"),
                "createdAt": made,
                "updatedAt": made,
                "_attachmentIds": [8801] if at == 0 else [],
                "_userId": MARIA,
                "_teamId": TEAM,
            },
        )


def _folders(store: Store, rng: random.Random) -> None:
    sequences = [one["id"] for one in store.all("sequence", _teamId=TEAM)]
    for name, user, size in _SEQUENCE_FOLDERS:
        number = str(uuid.UUID(int=rng.getrandbits(128), version=4))
        store.put("sequenceFolder", {"name": name, "_uuid": number, "_userId": user, "_teamId": TEAM})
        for _ in range(size):
            sequence = store.get("sequence", sequences.pop(0))
            assert sequence is not None
            store.put("sequence", {**sequence, "_folderId": number})


def _sequence_templates(store: Store, rng: random.Random) -> None:
    used = [one for one in store.all("sequence", _teamId=TEAM) if steps_of(store, one["id"])]
    for at, (name, scope, about) in enumerate(_SEQUENCE_TEMPLATES):
        steps = steps_of(store, used[at]["id"])
        store.put(
            "sequenceTemplate",
            {
                "_uuid": str(uuid.UUID(int=rng.getrandbits(128), version=4)),
                "name": name,
                "description": about,
                "stepTypes": [step["type"][0].upper() + step["type"][1:] for step in steps],
                "isConditional": any(step["type"] == "condition" for step in steps),
                "_scope": scope,
                "_steps": steps,
                "_settings": dict(DEFAULT_SETTINGS),
                "_scheduleId": used[at]["scheduleId"],
                "_teamId": TEAM,
            },
        )


def _holidays(store: Store, clock: Clock) -> None:
    year = clock.started.year
    days = {
        "US": (
            ("New Year's Day", 1, 1),
            ("Independence Day", 7, 4),
            ("Veterans Day", 11, 11),
            ("Christmas Day", 12, 25),
        ),
        "DE": (
            ("Neujahr", 1, 1),
            ("Tag der Arbeit", 5, 1),
            ("Tag der Deutschen Einheit", 10, 3),
            ("Weihnachten", 12, 25),
        ),
        "BR": (("Ano Novo", 1, 1), ("Tiradentes", 4, 21), ("Independência", 9, 7), ("Natal", 12, 25)),
    }
    for calendar in store.all("holidayCalendar"):
        rows = []
        for name, month, day in days.get(str(calendar["countryCode"]), (("Company day", 6, 15), ("Year end", 12, 24))):
            begin = date(year, month, day)
            end = date(year, 12, 26) if name == "Weihnachten" else begin + timedelta(days=7 * (name == "Year end"))
            rows.append({"name": name, "startDate": begin.isoformat(), "endDate": end.isoformat()})
        replace_holidays(store, calendar["id"], rows)
        store.put("holidayCalendar", {**calendar, "_repeats": calendar["calendarType"] == "predefined"})


def _webhooks(store: Store, clock: Clock) -> None:
    """Both are off: one by hand, one because its deliveries failed, as its log shows."""
    flags = {"includeEmailUrl": False, "includeEmailText": True, "includeProspectCustomFields": True}
    for at, (event, path) in enumerate((("email_replied", "replies"), ("contact_opted_out", "opt-outs"))):
        url = f"https://hooks.northstar-sales.example/reply/{path}"
        doc = {"id": 1001 + at, "eventType": event, "url": url, "scope": "personal", "enabled": False}
        doc |= {"createdAt": iso(clock.started - timedelta(days=70 - at * 20)), "payloadConfig": flags}
        store.put("webhook", {**doc, "_userId": MARIA, "_teamId": TEAM, "_failures": 10 * at})
    for at, status in enumerate((503, 503, None)):
        when = iso(clock.started - timedelta(days=9, minutes=-at))
        failed = event_id("contact_opted_out", {"id": 1, "at": when})
        store.put("webhookLog", {"eventId": failed, "httpStatus": status, "date": when, "_webhookId": 1002})
