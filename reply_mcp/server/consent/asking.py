"""How the person is asked about a call: by the first of these ways that there is.

a page      that the host opens; before all others where the policy says `person`: hosts may answer forms by themselves
a form      that the host shows
a code      in the chat, where the policy says `ask`
approve     `reply-mcp approve`, where it says `person`
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Awaitable, Callable
from typing import NoReturn

import anyio

from reply_mcp.errors import ConfirmationNeeded, NotDone
from reply_mcp.server.consent.consent import Consent
from reply_mcp.server.consent.host import ANSWER_SECONDS, Answered, Host, HostCannotAsk, answer_to
from reply_mcp.server.consent.questions import AgreementNeeded, Asked, CodeOffered
from reply_mcp.server.progress import Progress
from reply_mcp.text.lists import plural

_Way = Callable[[Asked, str], Awaitable[Answered]]
LOOK_EVERY = 0.5
"""Seconds between two looks at whether a person has answered."""

COULD_NOT_ASK = "The host could not ask the person. "
NO_ANSWER = (
    "Not done: nobody has answered on the page that the host opened. It stays open for a few minutes: once the person "
    "has answered there, call again with the same arguments. Ask them in the chat before that."
)
NO_LONGER_WAITS = (
    "Not done: the question no longer waits for the person. Its ten minutes are over, or too many newer questions took "
    "its place. Ask them in the chat which of these calls they want, and call those again."
)


class Asking:
    """Asks about one call."""

    def __init__(self, consent: Consent, host: Host | None, progress: Progress | None) -> None:
        self._consent = consent
        self._host = host
        self._progress = progress

    async def ask(self, needed: AgreementNeeded, answered: Answered | None = None) -> Answered:
        """Returns where the person has answered, so that the call may begin anew, with what they answered through the
        host.

        Args:
            answered: what the request brought of an earlier round.

        Raises:
            NotDone: where they did not agree, or have not answered yet.
        """
        asked = needed.asked
        if answered is not None and answered.on_page and answered.shown == asked.shown:
            return await self._wait_for_page(asked)
        for way in self._host_ways(asked):
            try:
                return await way(asked, f"{needed.why}{asked.text}")
            except HostCannotAsk:
                needed = AgreementNeeded(asked, f"{COULD_NOT_ASK}{needed.why.removeprefix(COULD_NOT_ASK)}")
        return await (self._by_code if asked.by_code else self._by_approval)(needed)

    def _host_ways(self, asked: Asked) -> list[_Way]:
        """The ways that there are through the host, the first choice first."""
        ways: list[_Way] = []
        if self._host is not None and self._host.form != "none":
            ways.append(self._by_form)
        if self._host is not None and self._host.page != "none" and self._consent.pages is not None:
            ways.append(self._by_page)
        return ways if asked.by_code else ways[::-1]

    async def _by_form(self, asked: Asked, text: str) -> Answered:
        host = self._host
        assert host is not None
        if host.form == "rounds":
            raise host.ask_in_round(text, await self._consent.rounds.open(asked))
        await host.ask_now(text)
        return answer_to(asked.shown)

    async def _by_page(self, asked: Asked, text: str) -> Answered:
        """Returns where the person has answered on the page that the host opened."""
        host, pages = self._host, self._consent.pages
        assert host is not None
        assert pages is not None
        await self._consent.requests.open(asked)
        url = await pages.open(asked.shown)
        if url is None:
            raise HostCannotAsk
        text = f"{text}\nAnswer on the page that opens."
        if host.page == "rounds":
            raise host.open_in_round(text, url, asked.shown)
        name = secrets.token_hex(12)
        await host.open_now(text, url, name)
        answered = await self._wait_for_page(asked)
        await host.close(name)
        return answered

    async def _by_code(self, needed: AgreementNeeded) -> NoReturn:
        code, seconds = await self._consent.codes.issue(needed.asked)
        raise CodeOffered(
            f"{needed.why}Not done yet. {needed.asked.text}\nOnce the person agrees, call again with "
            f'confirm="{code}" ({plural(max(1, seconds // 60), "minute")}, for exactly this).',
            needed.asked,
            code,
        )

    async def _by_approval(self, needed: AgreementNeeded) -> Answered:
        """Returns where the person answered `reply-mcp approve` while the call waited. The first call with a question
        does not wait: the person has to be sent there."""
        asked = needed.asked
        request, new = await self._consent.requests.open(asked)
        waiting = f"waiting for `reply-mcp approve` of {request.id}"
        if not new and await self._answered_within(asked, self._consent.patience, waiting):
            return answer_to(asked.shown, on_page=True)
        raise ConfirmationNeeded(
            f"{needed.why}Not done yet. {asked.text}\nOnly a person can let this through, not a code: ask them to run "
            f"`reply-mcp approve` (request {request.id}, open for {plural(request.minutes_left, 'minute')}), then call "
            "again with the same arguments."
        )

    async def _wait_for_page(self, asked: Asked) -> Answered:
        if not await self._answered_within(asked, ANSWER_SECONDS, "waiting for the person's answer on the page"):
            raise NotDone(NO_ANSWER)
        return answer_to(asked.shown, on_page=True)

    async def _answered_within(self, asked: Asked, seconds: float, waiting: str) -> bool:
        """Whether the person answers a request in time; the answer stays for the gate to take."""
        until, began = time.monotonic() + seconds, time.monotonic()
        while not await self._consent.agreements.answered(asked.shown):
            now = time.monotonic()
            if now >= until:
                return False
            if await self._consent.requests.find(asked.shown) is None:
                # Answered in this very moment, or dropped.
                if await self._consent.agreements.answered(asked.shown):
                    return True
                raise NotDone(NO_LONGER_WAITS)
            if self._progress is not None:
                await self._progress.on_wait(now - began, waiting)
            await anyio.sleep(min(LOOK_EVERY, until - now))
        return True
