"""Finding tools by use: what people and agents type for jobs in every area, and what does the job."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from reply_mcp import catalog, workflows
from reply_mcp.catalog.operation import Effect
from reply_mcp.errors import WrongArguments
from reply_mcp.server import search
from reply_mcp.server.discovery import DOUBTFUL, SHOWN, Discovery
from reply_mcp.server.inventory import Inventory
from reply_mcp.server.search import Matches, Search
from reply_mcp.server.search.building import Request, index_of, requests
from reply_mcp.server.unsupported_tools import UNSUPPORTED_JOBS
from reply_mcp.settings import load
from tests.conftest import TIMES

HERE = Path(__file__).parent
UNSEEN = HERE / "unseen.txt"
"""Requests that the search does not know as examples. Whoever tunes it by them moves them to `requests.txt` and writes
others."""
LOCKED = HERE / "locked.txt"
"""Requests that were written before the search, and on which nothing is ever tuned."""
LOCKED_DIGEST = "ae471b934f11133003f5dcce885069d3a265c5e1f8a008914db5ba7b8f2f4a60"
OTHER_PRODUCTS = HERE / "other_products.txt"
"""Requests in the words of other products' documentation, on which nothing is ever tuned either."""
OTHER_PRODUCTS_DIGEST = "d1e746b1dc1df50d9885ec0d1e2a7e2ad6e460a6bd42beeeca2d8691d92275f9"
OTHER_WORDS = HERE / "other_words.txt"
"""More of the same kind, of which half was kept apart before anything was tuned on the other half."""
OTHER_WORDS_DIGEST = "e0fb1caeb3f376821eceae85928161463e4d67203dd3fdebb6d6dd7c5e54dbd9"
KEPT_APART = HERE / "kept_apart.txt"
"""Half of requests in other products' and in salespeople's words; the other half are examples of the search."""
KEPT_APART_DIGEST = "a7f4ee39837d738525fb7d089bd0c9c62945f92f20da5cac57f32931b701be49"
KEPT_HALF = HERE / "kept_half.txt"
"""The same of another two hundred."""
KEPT_HALF_DIGEST = "783e7f20e15b665ff12875226d2faa9c96d80afce96bde6b1d5a070623790dfb"
READS = HERE / "reads.txt"
"""Requests that only read, in the words of what sends, spends, shares or deletes; none is an example of the search."""
ENTRIES = [*workflows.entries(), *catalog.entries()]
DISCOVERY = Discovery(Inventory(load({}, {})))
HARMS = (Effect.SEND, Effect.SPEND, Effect.SHARE, Effect.DELETE)
FOLDS = 5
SHARE = 1 if TIMES > 1 else 3
"""One in so many of the known requests is asked where a share of all that are misunderstood is counted."""
INDEX = Search(ENTRIES)
matches = cache(INDEX.matches)
"""What the index in use finds for a request: asked once by all tests."""


def rows(path: Path) -> list[Request]:
    pairs = (line.partition(" -> ") for line in path.read_text("utf-8").splitlines() if line[:1] not in ("", "#"))
    return [(words, ids.split()) for words, _, ids in pairs]


def sections(path: Path = LOCKED) -> dict[str, list[Request]]:
    found: dict[str, list[Request]] = {}
    section = ""
    for line in path.read_text("utf-8").splitlines():
        section = line if line.startswith("#") else section
        if line and not line.startswith("#"):
            words, _, ids = line.partition(" -> ")
            found.setdefault(section, []).append((words, ids.split()))
    return found


def missed(asked: Iterable[Request], first: int = 3, find: Callable[[str], Matches] = matches) -> list[str]:
    """The requests whose job none of the first few does."""
    lines = []
    for words, accepted in asked:
        found = [one.entry for one in find(words).found[:first]]
        if not {entry.id for entry in found} & set(accepted):
            lines.append(f"{words}: {', '.join(entry.tool or entry.id for entry in found)}")
    return lines


def is_refused(words: str) -> bool:
    """Whether the search says that Reply's API cannot do it."""
    return DISCOVERY.find({"query": words}).text.startswith(tuple(UNSUPPORTED_JOBS.values()))


def test_the_requests_cover_every_area() -> None:
    known = {entry.id: entry.area for entry in ENTRIES}
    asked = [*requests(), *rows(UNSEEN)]
    named = {id for _, accepted in asked for id in accepted if not id.startswith("no:")}
    assert named <= set(known)
    assert {known[id] for id in named} >= set(catalog.AREAS)
    assert not {words for words, _ in requests()} & {words for words, _ in (*rows(UNSEEN), *rows(LOCKED))}


def test_a_request_is_understood_without_having_been_seen() -> None:
    """Three parts in five of the known requests are asked of an index of the others: one in twice `SHARE` of them."""
    known = requests()
    lines, count = [], 0
    for part in range(0, FOLDS, 2):
        index = index_of(ENTRIES, [one for place, one in enumerate(known) if place % FOLDS != part])
        asked = [one for one in known[part :: 2 * SHARE * FOLDS] if not one[1][0].startswith("no:")]
        lines += missed(asked, find=Search(ENTRIES, index).matches)
        count += len(asked)
    assert len(lines) <= 0.08 * count, "\n".join([f"{len(lines)} of {count} missed", *lines])


def test_new_requests_are_understood() -> None:
    lines = missed(rows(UNSEEN))
    assert len(lines) <= 0.07 * len(rows(UNSEEN)), "\n".join([f"{len(lines)} of {len(rows(UNSEEN))} missed", *lines])


def test_requests_that_nothing_was_tuned_on_are_understood() -> None:
    assert hashlib.sha256(LOCKED.read_bytes()).hexdigest() == LOCKED_DIGEST, "these requests are never changed"
    asked = [*sections()["# Reads"], *sections()["# Writes"]]
    assert len(asked) == 100
    assert len(missed(asked, 3)) <= 5
    assert len(missed(asked, 5)) <= 4


def test_the_words_of_other_products_are_understood() -> None:
    """Four of the hundred requests were examples of the search already when the set was written; they do not count."""
    assert hashlib.sha256(OTHER_PRODUCTS.read_bytes()).hexdigest() == OTHER_PRODUCTS_DIGEST, "these are never changed"
    parts = sections(OTHER_PRODUCTS)
    known = {words for words, _ in requests()}
    asked = [one for one in (*parts["# Reads"], *parts["# Writes"]) if one[0] not in known]
    foreign = [words for words, _ in parts["# Nothing to do with Reply"]]
    cannot = [words for words, _ in parts["# Reply's API cannot do it"]]
    refused = ("Nothing fits", *UNSUPPORTED_JOBS.values())
    assert (len(asked), len(foreign), len(cannot)) == (96, 30, 18)
    assert {id for _, ids in asked for id in ids} <= {entry.id for entry in ENTRIES}
    assert len(missed(asked, 3)) <= 5
    assert len(missed(asked, 5)) <= 4
    assert sum(DISCOVERY.find({"query": words}).text.startswith(refused) for words in foreign) >= 29
    assert sum(map(is_refused, cannot)) >= 16


def test_other_words_are_understood() -> None:
    assert hashlib.sha256(OTHER_WORDS.read_bytes()).hexdigest() == OTHER_WORDS_DIGEST, "these are never changed"
    parts = sections(OTHER_WORDS)
    asked = [*parts["# Reads"], *parts["# Writes"]]
    cannot = [words for words, _ in parts["# Reply's API cannot do it"]]
    assert (len(asked), len(cannot)) == (122, 14)
    assert len(missed(asked, 3)) <= 3
    assert len(missed(asked, 5)) <= 1
    assert sum(map(is_refused, cannot)) >= 13


@pytest.mark.parametrize(
    ("kept", "digest", "count", "beyond_three", "beyond_five"),
    [(KEPT_APART, KEPT_APART_DIGEST, 212, 10, 4), (KEPT_HALF, KEPT_HALF_DIGEST, 100, 4, 2)],
    ids=["apart", "half"],
)
def test_requests_that_were_kept_apart_are_understood(
    kept: Path, digest: str, count: int, beyond_three: int, beyond_five: int
) -> None:
    assert hashlib.sha256(kept.read_bytes()).hexdigest() == digest, "these are never changed"
    asked = rows(kept)
    assert len(asked) == count
    assert not {words for words, _ in requests()} & {words for words, _ in asked}
    assert len(missed(asked, 3)) <= beyond_three
    assert len(missed(asked, 5)) <= beyond_five


def test_an_order_is_led_by_what_carries_it_out() -> None:
    known = {entry.id: entry.effect for entry in ENTRIES if entry.tool}
    asked = [one for one in requests()[::4] if all(known.get(id) in HARMS for id in one[1])]
    first = len(asked) - len(missed(asked, 1))
    assert first >= 0.8 * len(asked), f"{first} of {len(asked)}"


@pytest.mark.parametrize(
    ("path", "most"),
    [(LOCKED, 1), (OTHER_PRODUCTS, 0), (OTHER_WORDS, 1), (UNSEEN, 1)],
    ids=lambda one: getattr(one, "stem", one),
)
def test_what_reply_can_do_is_not_refused(path: Path, most: int) -> None:
    asked = [words for words, ids in rows(path) if ids and not ids[0].startswith("no:")]
    assert sum(map(is_refused, asked)) <= most


def test_a_request_that_reads_is_never_led_by_what_sends_spends_or_deletes() -> None:
    known = {entry.id: entry.effect for entry in ENTRIES if entry.tool}
    asked = [*requests()[::2], *rows(UNSEEN)]
    for path in (LOCKED, OTHER_PRODUCTS, OTHER_WORDS):
        asked += sections(path)["# Reads"]
    reads = [words for words, ids in asked if all(known.get(id) is Effect.READ for id in ids)]
    tricky = [line for line in READS.read_text("utf-8").splitlines() if not line.startswith("#")]
    assert len(tricky) >= 150
    assert not set(tricky) & {words for words, _ in requests()}
    reads += [
        *tricky,
        "show me this person's record",
        "did Jane get our last email",
        "which sequences would delete people",
    ]
    reads += ["deliveries that hard bounced last week", "content the AI reply agent answers from"]
    led = [words for words in reads if (found := matches(words).found) and found[0].entry.effect in HARMS]
    assert len(reads) > 900
    assert not led, len(led)


def test_what_has_nothing_to_do_with_reply_is_said_to_be_so() -> None:
    asked = [words for words, _ in sections()["# Nothing to do with Reply"]]
    refused = ("Nothing fits", *UNSUPPORTED_JOBS.values())
    missing = [words for words in asked if not DISCOVERY.find({"query": words}).text.startswith(refused)]
    assert len(asked) == 30
    assert len(missing) <= 2, len(missing)


def test_what_the_api_cannot_do_is_said_with_what_there_is_instead() -> None:
    """Each job is recognized by the requests it is known by, and by some that it is not."""
    known = [(words, ids[0].partition(".")[0]) for words, ids in requests() if ids[0].startswith("no:")]
    known = [(words, job) for words, job in known if job in UNSUPPORTED_JOBS]
    assert len(known) > 200
    for words, job in known:
        text = DISCOVERY.find({"query": words}).text
        assert text.startswith(UNSUPPORTED_JOBS[job]), words
    asked = [words for words, _ in sections()["# Reply's API cannot do it"]]
    assert sum(map(is_refused, asked)) >= 13


@pytest.mark.parametrize(
    "query", ["take a person off a list", "get Dana off the webinar list", "remove him from a list"]
)
def test_what_stands_in_for_an_unsupported_job_comes_first(query: str) -> None:
    """Not what happens to fit the words: to make somebody contactable again."""
    text = DISCOVERY.find({"query": query}).text
    said, near, first, *_ = text.splitlines()
    assert (said, near) == (UNSUPPORTED_JOBS["no:list_removal"], "Nearest:")
    assert first.partition("(")[0] in said


def test_every_tool_that_an_unsupported_job_leads_to_exists() -> None:
    tools = {entry.tool for entry in ENTRIES}
    named = {word.strip(".,;()") for text in UNSUPPORTED_JOBS.values() for word in text.split() if "reply_" in word}
    assert named
    assert {name.strip("(") for name in named} <= tools


def test_doubt_is_rare() -> None:
    known = [one for one in (*requests(), *rows(UNSEEN)) if not one[1][0].startswith("no:")][:: 2 * SHARE]
    doubted = [words for words, _ in known if matches(words).doubtful]
    assert len(doubted) <= 0.02 * len(known), doubted


def test_the_index_is_that_of_the_catalog_and_the_requests() -> None:
    kept = Path(search.__file__).with_name("index.json")
    assert kept.read_text("utf-8") == index_of(ENTRIES).text(), "run `reply-mcp catalog build`"


def test_the_data_of_the_search_is_small() -> None:
    files = [one for one in Path(search.__file__).parent.iterdir() if one.suffix in (".bin", ".json", ".txt")]
    assert {"vectors.bin", "index.json", "requests.txt", "LICENSE-APACHE-2.0.txt"} <= {one.name for one in files}
    assert sum(one.stat().st_size for one in files) < 1_500_000


def test_a_word_that_an_entry_gains_changes_the_index() -> None:
    one, *others = workflows.entries()
    before, after = index_of([one, *others], []), index_of([replace(one, also=(*one.also, "quokka")), *others], [])
    assert "quokka" not in before.words
    assert after.words["quokka"].split()[0] == "0"
    assert Search([one, *others], after).matches("quokka").found[0].entry is one


@pytest.mark.parametrize(
    "query",
    [
        "a" * 3_000,
        "x" * 1_000_000,
        "sequence " * 50_000,
        " ".join(f"wrongwrd{place}" for place in range(5_000)),
        " ".join("".join(chr(97 + (place * step) % 26) for step in range(3, 17)) for place in range(900)),
        "/v3/" + "a/" * 50_000,
        "Ä" * 20_000,
        "\u0301" * 20_000,
    ],
)
def test_no_query_takes_long(query: str) -> None:
    """Measured in the processor's time, so that a busy machine does not matter."""
    begun = time.process_time()
    INDEX.matches(query)
    assert time.process_time() - begun < 0.1
    try:
        assert len(DISCOVERY.find({"query": query}).text) < 5_000
    except WrongArguments as refused:
        assert len(str(refused)) < 500


def test_a_usual_query_is_answered_at_once() -> None:
    """The median of a hundred in the processor's time."""
    took = []
    for words, _ in requests()[::25][:100]:
        begun = time.process_time()
        INDEX.matches(words)
        took.append(time.process_time() - begun)
    assert len(took) == 100
    assert sorted(took)[50] < 0.02


def test_what_is_about_something_else_is_said_to_be_doubtful() -> None:
    for query in ("weather in Paris", "order pizza", "play music", "mow the lawn", "what is the capital of France"):
        text = DISCOVERY.find({"query": query}).text
        assert text.startswith(f"Nothing fits {query!r} well. These tools run Reply"), query
        assert "\nAreas to look in with area=…: " in text
        assert text.count("\nreply_") <= DOUBTFUL
        assert DISCOVERY.find({"query": query, "detail": "full"}).text == text


@pytest.mark.parametrize("query", ["who is Maria", "Who is Maria Gomez?", "who was Kenji", "and what about Omar?"])
def test_a_name_alone_is_somebody_in_reply(query: str) -> None:
    text = DISCOVERY.find({"query": query}).text
    assert "Nothing fits" not in text
    assert "reply_filter_contacts" in text or "reply_contact_brief" in text


def test_what_is_not_found_at_all_says_what_to_try() -> None:
    text = DISCOVERY.find({"query": "zzzzzz qqqqqq"}).text
    assert text.startswith("Nothing fits 'zzzzzz qqqqqq'. These tools run Reply")
    assert "contacts" in text
    assert "reply_" not in text


def test_what_is_of_one_kind_shares_a_line_after_the_likely_ones() -> None:
    text = DISCOVERY.find({"query": "block a domain"}).text
    first, *others = [line for line in text.splitlines() if line.startswith("reply_")]
    assert first.startswith("reply_create_blacklist_domain_rule(")
    assert others[0].startswith("reply_bulk_create_blacklist_domain_rules("), "the likely ones have lines of their own"
    assert len([first, *others]) == SHOWN
    assert others[1].endswith("[send]; also reply_bulk_delete_blacklist_domain_rules")
    assert "reply_bulk_delete_blacklist_domain_rules(" not in text


def test_an_area_lists_its_tools_a_line_each() -> None:
    text = DISCOVERY.find({"area": "contacts"}).text
    head, *lines = text.splitlines()
    expected = [entry.tool for entry in DISCOVERY._inventory.reachable.values() if entry.area == "contacts"]
    assert head.startswith(f"contacts: {len(expected)} tools.")
    assert [line.split()[0] for line in lines] == expected
    assert all(f"[{DISCOVERY._inventory.reachable[line.split()[0]].effect}]" in line for line in lines)
    assert max(len(line.split()) for line in lines) <= 8


def test_without_arguments_the_areas_are_listed_with_their_counts() -> None:
    text = DISCOVERY.find({}).text
    for area in catalog.AREAS:
        count = sum(entry.area == area for entry in DISCOVERY._inventory.reachable.values())
        assert f"{area} {count}" in text


def test_a_search_can_be_held_to_an_area() -> None:
    found = DISCOVERY.find({"query": "delete", "area": "webhooks"}).data
    assert found[0]["tool"] == "reply_delete_webhook"
    assert {DISCOVERY._inventory.reachable[one["tool"]].area for one in found} == {"webhooks"}
    with pytest.raises(WrongArguments, match="area: one of contacts"):
        DISCOVERY.find({"area": "nothing"})


@pytest.mark.parametrize(
    ("mistyped", "meant"),
    [
        ("seqeunces", "GetSequences"),
        ("balcklist domain", "CreateBlacklistDomainRule"),
        ("webhoks", "ListWebhooks"),
        ("knowlegde bases", "ListKnowledgeBases"),
        ("holliday calenders", "ListHolidayCalendars"),
    ],
)
def test_a_typing_error_is_mended(mistyped: str, meant: str) -> None:
    assert meant in [one.entry.id for one in Search(ENTRIES).matches(mistyped).found[:3]]


@pytest.mark.parametrize(
    ("request_line", "meant"),
    [
        ("GET https://api.reply.io/v1/campaigns?name=Test", "GetSequences"),
        ("GET /v1/people", "GetContacts"),
        ("DELETE /v2/campaigns/17/steps/{stepId}", "DeleteSequenceStep"),
        ("put /v3/schedules/:id", "UpdateSchedule"),
        ("v1/actions/pushtocampaign", "BulkAddContactsToSequence"),
        ("how do I use reply_update_contact", "UpdateContact"),
        ("FilterInboxThreads", "FilterInboxThreads"),
    ],
)
def test_a_request_of_any_version_and_a_name_lead_to_their_tool(request_line: str, meant: str) -> None:
    assert Search(ENTRIES).matches(request_line).found[0].entry.id == meant


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
