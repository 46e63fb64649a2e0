"""What Reply's headers say of its limits, and that nonsense in them says nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from reply_mcp.client.rate_limits.headers import (
    LONGEST,
    ServerClock,
    quota_of,
    retry_after,
)

LATER = datetime.now(UTC) + timedelta(hours=5)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7", 7),
        ("0", 0),
        ("1.5", 1.5),
        (" 7 ", 7),
        ("999999999999", LONGEST),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0),
        ("-5", None),
        ("soon", None),
        ("nan", None),
        ("", None),
    ],
)
def test_when_to_come_back(text: str, seconds: float | None) -> None:
    assert retry_after({"retry-after": text}) == seconds


def test_when_to_come_back_as_a_date() -> None:
    left = (LATER - datetime.now(UTC)).total_seconds()
    assert retry_after({"retry-after": format_datetime(LATER, usegmt=True)}) == pytest.approx(left, abs=2)


def test_a_date_is_read_by_the_clock_that_wrote_it() -> None:
    theirs = datetime(2020, 1, 1, tzinfo=UTC)
    headers = {"date": format_datetime(theirs, usegmt=True)}
    later = format_datetime(theirs + timedelta(seconds=40), usegmt=True)
    assert retry_after({**headers, "retry-after": later}) == 40


@pytest.mark.parametrize(
    "reset",
    [LATER.isoformat(), LATER.strftime("%Y-%m-%dT%H:%M:%S.1234567Z"), LATER.strftime("%Y-%m-%dT%H:%M:%S")],
    ids=["with a zone", "seven decimals", "without a zone"],
)
def test_a_quota(reset: str) -> None:
    quota = quota_of({"x-rate-limit-limit": "1h", "x-rate-limit-remaining": "12", "x-rate-limit-reset": reset})
    assert quota is not None
    assert (quota.seconds, quota.remaining) == (3600, 12)
    assert quota.resets_in == pytest.approx((LATER - datetime.now(UTC)).total_seconds(), abs=2)


@pytest.mark.parametrize(
    ("remaining", "reset"), [("many", "2040-01-01T00:00:00Z"), ("1", "tomorrow"), ("1", ""), ("", "")]
)
def test_what_cannot_be_read_is_no_quota(remaining: str, reset: str) -> None:
    assert quota_of({"x-rate-limit-remaining": remaining, "x-rate-limit-reset": reset}) is None


def test_the_clock_of_the_server_is_told_by_its_freshest_date() -> None:
    clock = ServerClock()

    def dated(seconds: float) -> dict[str, str]:
        return {"date": format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)}

    ours = datetime.now(UTC).timestamp
    # Dates that are up to three seconds old, as a busy server writes them: still the same clock.
    assert clock.now(dated(-0.2)) == pytest.approx(ours(), abs=0.1)
    for old in (-3, -2.5, -0.5):
        assert clock.now(dated(old)) == pytest.approx(ours(), abs=0.1)
    ahead = ServerClock()
    for date in (99, 100, 98):
        told = ahead.now(dated(date))
    assert told == pytest.approx(ours() + 100, abs=1.1)
    assert ahead.now({}) == pytest.approx(ours() + 100, abs=1.1)
