"""Delivering webhooks: events are posted to the subscriptions' URLs, from a thread of its own.

Only loopback addresses are called, so that a sandbox never reaches anybody's server: for any other URL the attempt is
logged as failed, without a status. Three attempts are made; every failed one is logged, and a subscription whose
deliveries fail ten times in a row is switched off.
"""

from __future__ import annotations

import contextlib
import ipaddress
import queue
import sqlite3
import threading
import time
from urllib.parse import urlsplit

import httpx

from reply_mcp.sandbox.clock import Clock, instant, iso
from reply_mcp.sandbox.records.outbox import record_webhook
from reply_mcp.sandbox.simulation.webhook_payload import build_payload, event_types
from reply_mcp.sandbox.store import Doc, Store

ATTEMPTS = 3
PAUSE = 0.2
"""Real seconds before the second attempt, and twice as many before the third."""
TIMEOUT = 5.0
MOST_FAILURES = 10


def queue_webhook_events(store: Store, event: Doc) -> None:
    """Note an event for delivery to each enabled subscription to it."""
    if not store.all("webhook", enabled=True):
        return
    for event_type in event_types(store, event):
        for webhook in store.all("webhook", enabled=True, eventType=event_type):
            if _subscribed(webhook, event):
                # Not at once: the message that belongs to it may not be kept yet.
                store.put("webhookDue", {"webhookId": webhook["id"], "type": event_type, "event": event})


def _subscribed(webhook: Doc, event: Doc) -> bool:
    if webhook["_teamId"] != event["_teamId"]:
        return False
    return bool(webhook["scope"] == "team" or webhook["_userId"] == event["_userId"])


def post_to_loopback(url: str, body: Doc) -> int | None:
    """Post to a loopback URL; the answer's status, or None where there was none."""
    if not is_loopback(url):
        return None
    try:
        # Nobody else answers on loopback, and its certificates are self-made.
        with httpx.Client(timeout=TIMEOUT, trust_env=False, verify=False) as client:
            return client.post(url, json=body).status_code
    except (httpx.HTTPError, httpx.InvalidURL):
        return None


def is_loopback(url: str) -> bool:
    """Whether the URL's host is this machine by its loopback address."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def prepare_deliveries(store: Store) -> None:
    """Build the bodies of what `queue_webhook_events` noted, once the messages that belong to it are kept."""
    for due in store.all("webhookDue"):
        store.delete("webhookDue", due["id"])
        webhook = store.get("webhook", due["webhookId"])
        if webhook and webhook["enabled"]:
            body = build_payload(store, webhook, due["type"], due["event"])
            record_webhook(store, instant(due["event"]["at"]), webhook, body)
            store.put("webhookDelivery", {"webhookId": webhook["id"], "body": body})


class WebhookDelivery:
    """The thread that delivers; it starts with the first delivery."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._queue: queue.Queue[tuple[int, Doc]] = queue.Queue()
        self._thread: threading.Thread | None = None

    def enqueue_due(self) -> None:
        """Hand what is due for delivery to the thread, in order."""
        prepare_deliveries(self._store)
        for due in self._store.all("webhookDelivery"):
            self._store.delete("webhookDelivery", due["id"])
            self._queue.put((due["webhookId"], due["body"]))
        if self._thread is None and not self._queue.empty():
            self._thread = threading.Thread(target=self._run, name="webhooks", daemon=True)
            self._thread.start()

    def wait_until_delivered(self) -> None:
        """Block until everything handed over was delivered, or given up after its last attempt."""
        self._queue.join()

    def _run(self) -> None:
        while True:
            number, body = self._queue.get()
            # The sandbox may be closed while a delivery is under way.
            with contextlib.suppress(sqlite3.ProgrammingError):
                self._deliver(number, body)
            self._queue.task_done()

    def _deliver(self, number: int, body: Doc) -> None:
        for attempt in range(ATTEMPTS):
            time.sleep(PAUSE * attempt)
            webhook = self._store.get("webhook", number)
            if webhook is None or not webhook["enabled"]:
                return
            status = post_to_loopback(webhook["url"], body)
            if status is not None and 200 <= status < 300:
                self._count(number, failed=False)
                return
            self._log(number, body, status)
            if not is_loopback(webhook["url"]):
                break
        self._count(number, failed=True)

    def _count(self, number: int, *, failed: bool) -> None:
        # One transaction: meanwhile the subscription may be changed or deleted.
        with self._store.transaction():
            held = self._store.get("webhook", number)
            if held and (failed or held["_failures"]):
                failures = held["_failures"] + 1 if failed else 0
                enabled = held["enabled"] and failures < MOST_FAILURES
                self._store.put("webhook", {**held, "_failures": failures, "enabled": enabled})

    def _log(self, number: int, body: Doc, status: int | None) -> None:
        entry = {"eventId": body["event"]["id"], "httpStatus": status, "date": iso(self._clock.now())}
        self._store.put("webhookLog", {**entry, "_webhookId": number})
