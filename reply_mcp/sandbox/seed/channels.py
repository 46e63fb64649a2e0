"""The seeded schedules, mailboxes, LinkedIn accounts and jobs, some of them in trouble."""

from __future__ import annotations

import random
from datetime import timedelta

from reply_mcp.sandbox.clock import Clock, iso
from reply_mcp.sandbox.records.jobs import create_job
from reply_mcp.sandbox.records.schedule import DAYS, FLAGS, working_week
from reply_mcp.sandbox.store import Doc, Store

_TEAM, _PARTNERS = 31007, 31012
_MARIA, _JONAS, _PRIYA, _TOM, _ELENA, _LUCAS = 70411, 70402, 70415, 70418, 70423, 70430

# Owner, address, sender, provider, default, daily limit, trouble, tags.
_MAILBOXES: tuple[tuple[int, str, str, str, bool, int, str | None, list[str]], ...] = (
    (_MARIA, "maria@northstar-sales.com", "Maria Silva", "gmail", True, 150, None, ["Marketing"]),
    (_MARIA, "maria.silva@getnorthstar.com", "Maria Silva", "gmail", False, 80, None, ["Outbound", "Warm-up"]),
    (_JONAS, "jonas@northstar-sales.com", "Jonas Berg", "outlook", True, 200, None, []),
    (_PRIYA, "priya@northstar-sales.com", "Priya Nair", "outlook", True, 120, None, ["Outbound"]),
    (_TOM, "tom@getnorthstar.com", "Tom Okafor", "custom", True, 50, "disconnected", ["Outbound"]),
    (_ELENA, "elena@northstar-sales.com", "Elena Petrova", "gmail", True, 30, "overLimit", []),
    (_ELENA, "elena@trynorthstar.com", "Elena Petrova", "custom", False, 40, "locked", ["Warm-up"]),
    (_LUCAS, "lucas@northstar-partners.com", "Lucas Meyer", "gmail", True, 100, None, []),
)

# Owner, name, status, cookie status, type, how many of today's allowance are used.
_PROFILES = (
    (_MARIA, "Maria Silva", "enabled", "valid", "salesNavigator", 0.3),
    (_JONAS, "Jonas Berg", "dailyLimitReached", "valid", "premium", 1.0),
    (_TOM, "Tom Okafor", "cookieInvalid", "notValid", "public", 0.0),
    (_ELENA, "Elena Petrova", "disabled", "neverValidated", None, 0.0),
)
_USAGE = (
    "connectionRequests", "messages", "salesNavigatorConnectionRequests", "inMails", "viewProfiles", "likeRecentPosts",
    "detects", "revokeConnections", "endorseSkills", "followProfile",
)  # fmt: skip
_ALLOWANCE = {
    "dailyDetectCount": 100,
    "dailySendConnectionRequestCount": 20,
    "dailySendMessageCount": 50,
    "dailySendSalesNavigatorConnectionRequestCount": 10,
    "dailyInMailCount": 10,
    "dailyViewProfileCount": 60,
    "dailyLikeRecentPostsCount": 30,
    "dailyRevokeConnectionCount": 10,
    "dailyEndorsedSkillsCount": 20,
    "dailyFollowedProfilesCount": 20,
    "dailyCommentRecentPostCount": 10,
}


def seed_channels(store: Store, clock: Clock, rng: random.Random) -> None:
    """Fill the kinds of this module."""
    _schedules(store)
    for at, mailbox in enumerate(_MAILBOXES):
        store.put("emailAccount", _mailbox(at, mailbox, clock))
    for at, name in enumerate(("Marketing", "Outbound", "Warm-up")):
        store.put("emailAccountTag", {"id": at + 1, "name": name, "colorId": at + 2})
    for at, profile in enumerate(_PROFILES):
        store.put("linkedInAccount", _profile(at, profile))
    for at, (name, days) in enumerate((("Priya Nair LinkedIn", 3), ("Old invitation", -9))):
        link = f"https://app.reply.example/connect/linkedin?token={rng.getrandbits(64):016x}"
        expires = iso(clock.started + timedelta(days=days))
        doc = {"id": 50 + at, "name": name, "connectionLink": link, "expiresAtUtc": expires, "_teamId": _TEAM}
        store.put("pendingLinkedInAccount", doc)
    _jobs(store, clock, rng)


def _schedules(store: Store) -> None:
    calendars = (("US Holidays", "US"), ("Germany", "DE"), ("Brazil", "BR"))
    for at, (name, country) in enumerate(calendars):
        doc = {"id": 3 + at, "name": name, "calendarType": "predefined", "countryCode": country, "_teamId": _TEAM}
        store.put("holidayCalendar", doc)
    store.put(
        "holidayCalendar",
        {"id": 6, "name": "Company days", "calendarType": "custom", "countryCode": None, "_teamId": _TEAM},
    )
    rows: tuple[tuple[str, str, Doc, list[Doc], list[Doc], list[int]], ...] = (
        ("Business hours", "Eastern Standard Time", {"excludeHolidays": True}, working_week(9, 17), [], [3]),
        ("Europe mornings", "W. Europe Standard Time", {}, working_week(8, 12), [], [4]),
        ("Where they live", "GMT Standard Time", {"useProspectTimezone": True}, working_week(9, 18), [], []),
        (
            "Slow follow-ups",
            "E. South America Standard Time",
            {"useFollowUpSchedule": True},
            working_week(10, 16),
            working_week(10, 12, ("Tuesday", "Thursday")),
            [5, 6],
        ),
        ("Round the clock", "UTC", {}, working_week(0, 23, DAYS, 59), [], []),
    )
    for at, (name, zone, flags, main, follow, linked) in enumerate(rows):
        schedule: Doc = {"id": 801 + at, "name": name, "timezoneId": zone}
        schedule |= {flag: bool(flags.get(flag)) for flag in FLAGS}
        schedule |= {"mainTimings": main, "followUpTimings": follow, "status": "active"}
        store.put("schedule", {**schedule, "_teamId": _TEAM, "_calendarIds": linked})
    for user in store.all("user"):
        store.put("user", {**user, "_scheduleId": 801})


def _mailbox(at: int, row: tuple[int, str, str, str, bool, int, str | None, list[str]], clock: Clock) -> Doc:
    owner, email, sender, provider, default, limit, trouble, tags = row
    host = {"gmail": "gmail.com", "outlook": "office365.com"}.get(provider, email.split("@")[1])
    return {
        "id": 12301 + at * 4,
        "ownerUserId": owner,
        "emailAccountType": provider,
        "isDefault": default,
        "isInUse": False,
        "connectionStatus": "disconnected" if trouble == "disconnected" else "connected",
        "sendingConnectivityError": "535 5.7.8 Authentication failed" if trouble == "disconnected" else None,
        "receivingConnectivityError": "LOGIN failed" if trouble == "disconnected" else None,
        "sendingLockedByProvider": trouble == "locked",
        "updatedAt": clock.ago(days=2 + at),
        "connection": {
            "email": email,
            "senderName": sender,
            "smtpHost": f"smtp.{host}",
            "smtpPort": 587,
            "smtpSsl": True,
            "imapHost": f"imap.{host}",
            "imapPort": 993,
            "imapSsl": True,
        },
        "safety": {
            "dailyLimit": limit,
            "isEmailsThrottlingEnabled": True,
            "emailsPerInterval": 1,
            "emailsThrottlingSecondsInterval": 120,
            "isSendingDelayEnabled": None,
            "maxSendingDelaySeconds": None,
            "minSendingDelaySeconds": None,
        },
        "signature": {"signature": f"<p>Best,<br>{sender}<br>Northstar</p>" if at % 2 == 0 else None},
        "optOut": {
            "message": None,
            "emailFooter": None,
            "isOptOutLinkEnabled": provider != "custom",
            "optOutTextBlock": None,
        },
        "rampUp": {"enabled": "Warm-up" in tags, "startValue": 5, "incrementValue": 3},
        "tags": tags,
        "_sentToday": limit if trouble == "overLimit" else 0,
        "_teamId": _PARTNERS if owner == _LUCAS else _TEAM,
    }


def _profile(at: int, row: tuple[int, str, str, str, str | None, float]) -> Doc:
    owner, name, status, cookie, kind, used = row
    slug = name.lower().replace(" ", "-")
    return {
        "id": 610 + at * 5,
        "name": name,
        "status": status,
        "profileUrl": f"https://www.linkedin.com/in/{slug}",
        "photoUrl": None,
        "ownerUserId": owner,
        "accountType": kind,
        "authType": "cookie",
        "cookieStatus": cookie,
        "usage": {name: int(20 * used) if name in _USAGE[:2] else 0 for name in _USAGE},
        "limits": {
            "limitsMode": "Fixed",
            "rangeMin": None,
            "rangeMax": None,
            "fixedMax": dict(_ALLOWANCE),
            "actionDelayMinSeconds": 60,
            "actionDelayMaxSeconds": 120,
        },
        "userLimitValues": dict(_ALLOWANCE),
        "revokeSettings": {"enabled": at == 0, "periodDays": 21},
        "voiceProfile": None,
        "_teamId": _TEAM,
    }


def _jobs(store: Store, clock: Clock, rng: random.Random) -> None:
    """One of Maria's jobs in every state, and one of a teammate."""
    # Category, started how many minutes ago, seconds it waits and works, how it ends.
    rows = (
        ("email-validation", 1500, 5, 240, "Done"),
        ("contacts-enrichment", 900, 5, 60, "Failed"),
        ("contacts-export", 4000, 60, 600, "Expired"),
        ("live-data-search", 300, 5, 90, "Unknown"),
        ("email-validation", 10, 5, 3600, "Done"),
        ("contacts-enrichment", 1, 900, 300, "Done"),
        ("contacts-export", 700, 5, 900, "Cancelled"),
    )
    for category, ago, wait, seconds, outcome in rows:
        began = clock.started - timedelta(minutes=ago)
        result = {"processed": 120, "failed": 3} if outcome == "Done" else {"error": "The provider did not answer."}
        job = create_job(store, _MARIA, category, began, seconds, data={"contacts": 120}, result=result, rng=rng)
        cancelled = iso(began + timedelta(seconds=300)) if outcome == "Cancelled" else None
        store.put("job", {**job, "_outcome": outcome, "_wait": wait, "_cancelled": cancelled})
    create_job(store, _JONAS, "email-validation", clock.started - timedelta(days=1), 60, rng=rng)
