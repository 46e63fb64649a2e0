"""Two calls are the same whatever the form of their arguments, and different where they mean something else."""

from __future__ import annotations

import copy
import html
import json
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from reply_mcp import catalog
from reply_mcp.catalog.arguments.model_fields import Loc, field_at, is_list, marks_in, models_in
from reply_mcp.catalog.fields import Ordered
from reply_mcp.catalog.operation import Arguments, Operation
from reply_mcp.catalog.schema import full_schema
from reply_mcp.server.repeats import is_guarded
from reply_mcp.server.same_calls import canonical_arguments
from reply_mcp.settings import Settings, parse_policy
from reply_mcp.text.canonical import canonical_text
from reply_mcp.text.cleaning import may_have_entities
from reply_mcp.text.html import is_html
from tests.catalog.generated import Generated
from tests.conftest import TIMES, Sandbox, connected, text_of

GUARDED = [one for name in catalog.AREAS for one in catalog.area(name).operations if is_guarded(one)]
IN_ORDER = {"steps", "variants"}
"""The lists whose order means something, by the last part of their place."""


def test_lists_have_an_order_where_it_means_something() -> None:
    found = {
        loc[-1]: _is_ordered(one.arguments, loc)
        for one in GUARDED
        for loc in lists_in(one.arguments)
        if loc is not None
    }
    assert {name for name, ordered in found.items() if ordered} == IN_ORDER
    assert {"contactIds", "customFields", "cc", "tags", "listIds", "mainTimings"} <= found.keys() - IN_ORDER


def lists_in(model: type[BaseModel], loc: Loc = (), around: tuple[type[BaseModel], ...] = ()) -> Iterator[Loc]:
    """The places of a model's lists."""
    for name, info in model.model_fields.items():
        here = (*loc, info.alias or name)
        if is_list(info.annotation):
            yield here
        for inner in models_in(info.annotation):
            if inner not in around:
                yield from lists_in(inner, here, (*around, inner))


def _is_ordered(model: type[BaseModel], loc: Loc) -> bool:
    info = field_at(model, loc)
    assert info is not None, loc
    return any(isinstance(mark, Ordered) for mark in marks_in(info))


@cache
def schema_of(arguments: type[Arguments]) -> dict[str, Any]:
    return full_schema(arguments)


def made_for(operation: Operation, chance: Random) -> dict[str, Any] | None:
    """Arguments of the operation as they go out; None where a rule between them refuses what was made."""
    try:
        arguments = operation.arguments.model_validate(Generated(chance).value(schema_of(operation.arguments)))
    except ValidationError:
        return None
    return arguments.sent()


def in_another_form(value: Any, chance: Random, is_ordered: Callable[[Loc], bool], loc: Loc = ()) -> Any:
    """The same value, written otherwise."""
    if isinstance(value, dict):
        items = [(name, in_another_form(inner, chance, is_ordered, (*loc, name))) for name, inner in value.items()]
        chance.shuffle(items)
        return {**dict(items), "leftOut": None, "noneOfThese": []}
    if isinstance(value, list):
        inside = [in_another_form(inner, chance, is_ordered, loc) for inner in value]
        if not is_ordered(loc):
            chance.shuffle(inside)
            words = chance.choice([str.upper, str.lower, str])
            inside = [words(one) if isinstance(one, str) and "://" not in one else one for one in inside]
        return inside
    if isinstance(value, str):
        return chance.choice(FORMS)(str(value))
    if isinstance(value, int) and not isinstance(value, bool):
        return chance.choice([value, str(value), *([float(value)] if abs(value) < 2**53 else [])])
    return value


def _escaped(text: str) -> str:
    return text if is_html(text) or may_have_entities(text) else html.escape(text)


def _as_page(text: str) -> str:
    return f"<div class='x'>{text}</div>" if is_html(text) else f"<P>{_escaped(text)}</P>\n"


FORMS: tuple[Callable[[str], str], ...] = (
    str,
    _as_page,
    lambda text: f" {text}\r\n\n",
    lambda text: unicodedata.normalize("NFD", text),
    _escaped,
    lambda text: text.replace(" ", "\u00a0 "),
    lambda text: f"{text}<br>\n" if is_html(text) else text,
)


def with_another_meaning(value: Any, chance: Random, is_ordered: Callable[[Loc], bool], loc: Loc = ()) -> Any:
    """The same value with one thing in it that means something else; None where there is nothing in it."""
    if isinstance(value, dict):
        for name in chance.sample(list(value), len(value)):
            changed = with_another_meaning(value[name], chance, is_ordered, (*loc, name))
            if changed is not None:
                return {**value, name: changed}
        return None
    if isinstance(value, list):
        return _another_list(value, chance, is_ordered, loc)
    if isinstance(value, bool):
        return not value
    if isinstance(value, str):
        return chance.choice(
            [f"{value} never", f"not {value}", f"{value}1", value[1:] if value[1:].strip() else "else"]
        )
    return value + 1 if isinstance(value, int) else f"{value}1"


def _another_list(value: list[Any], chance: Random, is_ordered: Callable[[Loc], bool], loc: Loc) -> Any:
    ways: list[Any] = [value[1:]] if len(value) > 1 and value[0] not in value[1:] else []
    if is_ordered(loc) and value[::-1] != value:
        ways.append(value[::-1])
    for at, inner in enumerate(value):
        changed = with_another_meaning(inner, chance, is_ordered, loc)
        if changed is not None and changed not in value:
            ways.append([*value[:at], changed, *value[at + 1 :]])
    return chance.choice(ways) if ways else None


def test_forms_are_one_call_and_other_meanings_are_others() -> None:
    others = {one.id: 0 for one in GUARDED}

    @settings(max_examples=500 * TIMES, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(GUARDED), st.randoms(use_true_random=True))
    def run(operation: Operation, chance: Random) -> None:
        arguments, made = operation.arguments, made_for(operation, chance)
        assume(made is not None)

        def is_ordered(loc: Loc) -> bool:
            return _is_ordered(arguments, loc)

        first = canonical_arguments(arguments, made)
        form = in_another_form(copy.deepcopy(made), chance, is_ordered)
        assert canonical_arguments(arguments, form) == first, (made, form)
        other = with_another_meaning(made, chance, is_ordered)
        if other is not None:
            others[operation.id] += 1
            assert canonical_arguments(arguments, other) != first, (made, other)
            assert canonical_arguments(arguments, in_another_form(other, chance, is_ordered)) != first

    run()
    assert sum(others.values()) > 250
    assert sum(map(bool, others.values())) > len(GUARDED) // 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Yes", "<p>Yes</p>"),
        ("Yes", "Yes\r\n\r\n"),
        ("A & B < C", "<p>A &amp; B &lt; C</p>"),
        ("A\n\nB\nC", "<p>A</p><p>B<br>C</p>"),
        ("<p>Hi <b>you</b></p>", "<P class='x' >Hi <B>you</B ></P >"),
        ("Hi you", "Hi&nbsp;you<br/>"),
        ("Caf\u00e9", "Cafe\u0301"),
        ("2026-11-01T09:00:00Z", "2026-11-01T10:00:00+01:00"),
        ("Jane@Acme.com", "jane@acme.com "),
        ("https://Acme.com", "https://acme.com/"),
    ],
)
def test_one_text(one: str, other: str) -> None:
    assert canonical_text(one) == canonical_text(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Yes", "No"),
        ("Yes", "yes"),
        ("a < b", "a b"),
        ("<a href='https://a.com'>Here</a>", "<a href='https://b.com'>Here</a>"),
        ("<a href='https://a.com'>Here</a>", "Here"),
        ("<p>Yes<img src=https://a.com/1.png></p>", "<p>Yes<img src=https://a.com/2.png></p>"),
        ("<p>Yes</p><p style='display:none'>more</p>", "<p>Yes</p>"),
        ("Dear <Jane>", "Dear"),
        ("https://acme.com/A", "https://acme.com/a"),
        ("2026-11-01T09:00:00Z", "2026-11-01T09:00:00+01:00"),
        ("5", "05"),
        ("1.0", "1"),
        ("AB", "A B"),
    ],
)
def test_two_texts(one: str, other: str) -> None:
    assert canonical_text(one) != canonical_text(other)


async def test_repeats_are_known_in_any_form(sandbox: Sandbox, settings_for: Callable[..., Settings]) -> None:
    people = [one["id"] for one in sandbox.store.all("contact") if one["email"]]
    lists = [one["id"] for one in sandbox.store.all("contactList")][:2]
    ann, bob = [{"email": f"{name}@forms.example", "firstName": name} for name in ("ann", "bob")]
    step = {"type": "email", "delayInMinutes": 0, "executionMode": "automatic"}
    texts = [{"subject": "A", "message": "Seats & prices"}, {"subject": "B", "message": "Later"}]
    pairs: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
        (
            "reply_create_task",
            {
                "contactId": people[0],
                "taskType": "call",
                "startAt": "2026-11-02T09:00:00Z",
                "dueTo": "2026-11-03",
                "template": {"body": "Ask <her>"},
            },
            {
                "contactId": str(people[0]),
                "taskType": "Call",
                "startAt": "2026-11-02T10:00:00+01:00",
                "dueTo": "2026-11-03T23:59:59",
                "template": {"body": "<p>Ask &lt;her&gt;</p>"},
            },
        ),
        (
            "reply_import_contacts",
            {
                "items": [
                    ann,
                    bob,
                ],
                "options": {"listIds": lists},
            },
            {
                "items": [
                    bob,
                    {**ann, "email": "Ann@Forms.example"},
                ],
                "options": {"listIds": [str(lists[1]), float(lists[0]), lists[1]]},
            },
        ),
        (
            "reply_create_sequence",
            {"name": "Forms & more", "steps": [{**step, "variants": texts}]},
            {
                "name": " Forms &amp; more",
                "steps": [{**step, "variants": [{**one, "message": f"<p>{one['message']}</p>"} for one in texts]}],
            },
        ),
        (
            "reply_create_offer",
            {"name": "Seats", "painPoints": ["Slow  lists", "Double work"]},
            {"name": "Seats\n", "painPoints": ["double work", "Slow lists "]},
        ),
    ]
    async with connected(settings_for(sandbox, policy=parse_policy("all=allow"))) as agent:
        for tool, one, other in pairs:
            first = await agent.call_tool("reply_run_write", {"tool": tool, "arguments": one})
            assert not first.is_error, text_of(first)
            mark = sandbox.seen()
            again = await agent.call_tool("reply_run_write", {"tool": tool, "arguments": other})
            assert "The same call was made" in text_of(again), f"{tool}: {text_of(again)}"
            assert all(row["method"] == "GET" for row in sandbox.since(mark)), tool


async def test_another_order_of_variants_is_another_call(
    sandbox: Sandbox, settings_for: Callable[..., Settings]
) -> None:
    step = {"type": "email", "delayInMinutes": 0, "executionMode": "automatic"}
    texts = [{"subject": "A", "message": "Seats"}, {"subject": "B", "message": "Later"}]
    async with connected(settings_for(sandbox, policy=parse_policy("all=allow"))) as agent:
        for order in (texts, texts[::-1]):
            given = {"name": "Orders", "steps": [{**step, "variants": order}]}
            answer = await agent.call_tool("reply_run_write", {"tool": "reply_create_sequence", "arguments": given})
            assert "The same call" not in text_of(answer), json.dumps(given)
