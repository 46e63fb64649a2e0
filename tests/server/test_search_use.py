"""Finding tools by use: what people and agents type for jobs in every area, and what does the job."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from reply_mcp import catalog, workflows
from reply_mcp.errors import WrongArguments
from reply_mcp.server import search
from reply_mcp.server.discovery import DOUBTFUL, Discovery
from reply_mcp.server.inventory import Inventory
from reply_mcp.server.search import Search
from reply_mcp.server.search.building import index_of
from reply_mcp.server.search.examples import Examples, requests
from reply_mcp.server.search.index import read_index
from reply_mcp.server.search.phrasebook import signs_of
from reply_mcp.settings import load

UNSEEN = Path(__file__).with_name("search_requests_unseen.txt")
"""Requests that the search was neither tuned on nor knows as examples. Whoever tunes it by them moves them to
`requests.txt` and writes others."""
ENTRIES = [*catalog.entries(), *workflows.entries()]
FOLDS = 5


def unseen() -> list[tuple[str, list[str]]]:
    pairs = (line.partition(" -> ") for line in UNSEEN.read_text("utf-8").splitlines() if line[:1] not in ("", "#"))
    return [(words, ids.split()) for words, _, ids in pairs]


def missed(index: Search, asked: Iterable[tuple[str, list[str]]]) -> list[str]:
    """The requests whose job none of the first three does."""
    lines = []
    for words, accepted in asked:
        found = [one.entry for one in index.find(words, 3)]
        if not {entry.id for entry in found} & set(accepted):
            lines.append(f"{words}: {', '.join(entry.tool or entry.id for entry in found)}")
    return lines


def test_the_requests_cover_every_area() -> None:
    known = {entry.id: entry.area for entry in ENTRIES}
    asked = [*requests(), *unseen()]
    named = {id for _, accepted in asked for id in accepted}
    assert named <= set(known)
    assert {known[id] for id in named} >= set(catalog.AREAS)
    assert not {words for words, _ in requests()} & {words for words, _ in unseen()}


def test_a_request_is_understood_without_having_been_seen() -> None:
    """Each part of the known requests is asked of a search that has only the other parts as examples."""
    bare = Search(ENTRIES, Examples([]))
    rows = [(words, bare.words_of(words), ids) for words, ids in requests()]
    lines = []
    for part in range(FOLDS):
        others = Examples((words, ids) for place, (_, words, ids) in enumerate(rows) if place % FOLDS != part)
        lines += missed(Search(ENTRIES, others), [(words, ids) for words, _, ids in rows[part::FOLDS]])
    assert len(lines) <= 0.05 * len(rows), "\n".join([f"{len(lines)} of {len(rows)} missed", *lines])


def test_new_requests_are_understood() -> None:
    lines = missed(Search(ENTRIES), unseen())
    assert len(lines) <= 0.07 * len(unseen()), "\n".join([f"{len(lines)} of {len(unseen())} missed", *lines])


def test_the_index_is_that_of_the_catalog_and_the_requests() -> None:
    kept = Path(search.__file__).with_name("index.json")
    entries = [*workflows.entries(), *catalog.entries()]
    assert kept.read_text("utf-8") == index_of(entries).text(), "run `reply-mcp catalog build`"


def test_a_word_that_an_entry_gains_changes_the_index() -> None:
    one, *others = workflows.entries()
    before, after = index_of([one, *others]), index_of([replace(one, also=(*one.also, "quokka")), *others])
    assert "quokka" not in before.words
    assert after.words["quokka"] == {"3.0": "0"}
    assert Search([one, *others], Examples([]), after).find("quokka", 1)[0].entry is one


def test_every_phrase_is_tried_where_it_fits() -> None:
    """The signs, by which phrases are passed over, never pass one over that fits."""
    phrases = read_index().phrases
    for words, _ in [*requests(), *unseen()]:
        small = words.lower()
        for _, pattern, signs in phrases:
            fits = re.search(pattern, words, re.IGNORECASE)
            assert not fits or any(sign in small for sign in signs), (words, pattern)


@pytest.mark.parametrize(
    ("pattern", "signs"),
    [
        ("throw .away|throw .out", {"throw "}),
        (r"phone (?:numbers?|lines?)", {"phone "}),
        (r"(?:quit|leav\w+) (?:the |our )?company", {"company"}),
        (r"who is (?!\w+ed\b)", {"who is "}),
        (r"(?:able to|can) see", {" see"}),
        (r"to-?dos?", {"to"}),
    ],
)
def test_a_sign_is_what_a_phrase_cannot_lack(pattern: str, signs: set[str]) -> None:
    assert signs_of(pattern) == signs


def test_a_phrase_without_a_fixed_word_is_refused() -> None:
    with pytest.raises(ValueError, match="no fixed word"):
        signs_of(r"hold off|(?:now )?\w+")


def test_what_is_about_something_else_is_said_to_be_doubtful() -> None:
    discovery = Discovery(Inventory(load({}, {})))
    for query in ("weather in Paris", "order pizza", "play music", "mow the lawn", "what is the capital of France"):
        text = discovery.find({"query": query}).text
        assert text.startswith(f"Nothing fits {query!r} well. These tools run Reply"), query
        assert 1 <= text.count("\nreply_") <= DOUBTFUL
        assert discovery.find({"query": query, "detail": "full"}).text == text


def test_what_is_not_found_at_all_says_what_to_try() -> None:
    text = Discovery(Inventory(load({}, {}))).find({"query": "summarize this article"}).text
    assert text.startswith("Nothing fits 'summarize this article'. These tools run Reply")
    assert "reply_" not in text


def test_doubt_is_rare_and_takes_no_right_match_away() -> None:
    bare = Search(ENTRIES, Examples([]))
    asked = [*requests(), *unseen()]
    doubted = [(ids, bare.find(words), words) for words, ids in asked if bare.matches(words).doubtful]
    assert len(doubted) <= 0.01 * len(asked), doubted
    for accepted, found, words in doubted:
        ranks = [rank for rank, one in enumerate(found) if one.entry.id in accepted]
        assert not ranks or ranks[0] < DOUBTFUL, words


@pytest.mark.parametrize(
    ("mistyped", "meant"),
    [
        ("seqeunces", "GetSequences"),
        ("balcklist domain", "CreateBlacklistDomainRule"),
        ("webhoks", "ListWebhooks"),
        ("knowlegde bses", "ListKnowledgeBases"),
        ("holliday calender", "ListHolidayCalendars"),
    ],
)
def test_a_typing_error_is_mended(mistyped: str, meant: str) -> None:
    assert meant in [one.entry.id for one in Search(ENTRIES, Examples([])).find(mistyped, 3)]


@pytest.mark.parametrize(
    ("request_line", "meant"),
    [
        ("GET https://api.reply.io/v1/campaigns?name=Test", "GetSequences"),
        ("DELETE /v2/campaigns/17/steps/{stepId}", "DeleteSequenceStep"),
        ("put /v3/schedules/:id", "UpdateSchedule"),
        ("v1/actions/pushtocampaign", "BulkAddContactsToSequence"),
    ],
)
def test_a_request_of_any_version_finds_what_does_it_now(request_line: str, meant: str) -> None:
    assert Search(ENTRIES, Examples([])).find(request_line, 1)[0].entry.id == meant


def test_what_takes_passwords_is_found_and_said_to_be_off() -> None:
    inventory = Inventory(load({}, {}))
    assert {entry.tool for entry in catalog.entries() if entry.secret} == set(inventory.withheld)
    discovery = Discovery(inventory)
    for query in ("add an SMTP mailbox", "reply_create_email_account"):
        found = discovery.find({"query": query})
        assert "reply_create_email_account: " in found.text
        assert "naming it in REPLY_TOOLS" in found.text
        assert "reply_create_email_account" not in str(found.data)
    with pytest.raises(WrongArguments, match="takes mailbox passwords"):
        discovery.resolve("reply_run_write", {"tool": "reply_create_email_account", "arguments": {}})
    named = Inventory(load({}, {"REPLY_TOOLS": "reply_create_email_account"}))
    assert "reply_create_email_account" in named.reachable
