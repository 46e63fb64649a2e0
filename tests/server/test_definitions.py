"""Every tool's definition: a schema that hosts take, facts that follow from the catalog, and few tokens."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from reply_mcp import catalog, workflows
from reply_mcp.catalog.arguments.validation import validate
from reply_mcp.catalog.operation import Effect
from reply_mcp.server.consent.policy import Policy
from reply_mcp.server.definitions import tool_definitions
from reply_mcp.server.discovery import Discovery
from reply_mcp.server.inventory import FINDERS, Inventory
from reply_mcp.server.tool_calls import operation_of
from reply_mcp.settings import Settings, parse_policy
from tests.tokens import count_tokens

CORE_TOOLS, CORE_TOKENS = 28, 4_500
FINDERS_TOKENS = 250
ALL_TOKENS = 45_000
WHOLE_TOKENS = 1_500

AREAS = sorted(catalog.AREAS)
ENTRIES = {one.tool: one for one in (*catalog.entries(), *workflows.entries()) if one.tool}
EFFECTS = {tool: one.effect for tool, one in ENTRIES.items()}
SECRET = tuple(tool for tool, one in ENTRIES.items() if one.secret)
JUDGED = {tool for tool, one in ENTRIES.items() if operation_of(one).effect_for is not None}
"""The tools whose effect depends on the call."""


@cache
def listed(toolset: str, policy: str = "") -> tuple[dict[str, Any], ...]:
    """The tools as `tools/list` sends them."""
    tools = tool_definitions(Inventory(Settings(toolsets=(toolset,))), Policy(parse_policy(policy)))
    return tuple(tool.model_dump(by_alias=True, exclude_none=True, mode="json") for tool in tools)


def tokens(tools: tuple[dict[str, Any], ...]) -> int:
    """What the tools' names, descriptions and input schemas cost as compact JSON."""
    shown = [{key: tool[key] for key in ("name", "description", "inputSchema")} for tool in tools]
    return count_tokens(json.dumps(shown, separators=(",", ":"), ensure_ascii=False))


@pytest.mark.parametrize(
    ("toolset", "most_tools", "most_tokens"),
    [
        ("default", CORE_TOOLS, CORE_TOKENS),
        ("none", len(FINDERS), FINDERS_TOKENS),
        ("all", len(EFFECTS) + len(FINDERS), ALL_TOKENS),
    ],
)
def test_a_listing_costs_few_tokens(toolset: str, most_tools: int, most_tokens: int) -> None:
    tools = listed(toolset)
    assert {tool["name"] for tool in tools} >= set(FINDERS)
    assert len(tools) <= most_tools
    assert tokens(tools) <= most_tokens, tokens(tools)


@pytest.mark.parametrize("policy", ["", "all=allow", "all=ask"])
def test_every_schema_is_json_schema(policy: str) -> None:
    for tool in listed("all", policy):
        is_strict(tool["name"], tool["inputSchema"])


def test_every_schema_that_search_shows_is_json_schema() -> None:
    discovery = Discovery(Inventory(Settings(tools=SECRET)))
    for tool, effect in EFFECTS.items():
        found = discovery.find({"query": tool, "detail": "full"})
        about, schema, *_ = found.text.rsplit("\nExample: ", 1)[0].rsplit("\n", 1)
        assert about.startswith(f"{tool} [{effect}]: ")
        assert count_tokens(schema) <= WHOLE_TOKENS, tool
        is_strict(tool, json.loads(schema))


def is_strict(tool: str, schema: dict[str, Any]) -> None:
    """A schema of the 2020-12 draft in the subset that every host takes."""
    Draft202012Validator.check_schema(schema)
    assert schema["type"] == "object", tool
    assert "additionalProperties" not in schema, tool
    assert set(schema.get("required", ())) <= schema["properties"].keys(), tool
    assert "$ref" not in json.dumps(schema), tool
    for name, one in schema["properties"].items():
        is_plain(one, f"{tool}.{name}")


def is_plain(node: dict[str, Any], at: str, *, described: bool = False) -> None:
    """A type is one word, an enumeration has a type and holds words, a choice is for null alone, and an object says its
    keys or is described, itself or the list that holds it."""
    assert not node.keys() & {"oneOf", "allOf", "not", "const", "$ref", "$defs", "patternProperties"}, at
    assert "additionalProperties" not in node, at
    described = described or "description" in node
    if "anyOf" in node:
        one, null = node["anyOf"]
        assert null == {"type": "null"}, at
        is_plain(one, at, described=described)
        return
    if at.endswith(".filters[].values"):
        return  # one or a list, as the property needs; the list of tools does not show it
    assert isinstance(node.get("type"), str), at
    assert node["type"] != "null", at
    if "enum" in node:
        assert node["type"] == "string", at
        assert all(isinstance(value, str) for value in node["enum"]), at
    if node["type"] == "array":
        is_plain(node["items"], f"{at}[]", described=described)
    if node["type"] == "object":
        assert described or node.get("properties"), f"{at}: keys that nothing describes"
        for name, inner in node.get("properties", {}).items():
            is_plain(inner, f"{at}.{name}")


def test_no_argument_is_repeated_by_a_header() -> None:
    """The server tells the SDK so, which compares no headers then."""
    assert "x-mcp-header" not in json.dumps(listed("all"))


def test_null_is_allowed_where_it_clears() -> None:
    taken = {tool["name"]: tool["inputSchema"]["properties"] for tool in listed("all")}
    for tool, name in (
        ("reply_change_inbox_category", "categoryId"),
        ("reply_update_contact", "title"),
        ("reply_update_company", "domainName"),
        ("reply_update_reply_handler", "additionalNotificationEmail"),
        ("reply_update_reengagement_flow", "description"),
    ):
        assert taken[tool][name]["anyOf"][-1] == {"type": "null"}, (tool, name)
    assert "anyOf" not in taken["reply_update_contact"]["isOptedOut"]


def test_an_id_that_may_be_a_name_is_text_that_says_so() -> None:
    taken = {tool["name"]: tool["inputSchema"]["properties"] for tool in listed("all")}
    assert taken["reply_get_sequence"]["id"] == {"type": "string", "description": "Id or name"}
    operation = operation_of(ENTRIES["reply_get_sequence"])
    assert validate(operation.arguments, {"id": 412}).id == 412  # type: ignore[attr-defined]


def test_steps_are_described_so_that_they_can_be_written() -> None:
    (tool,) = (one for one in listed("default") if one["name"] == "reply_create_sequence")
    steps = tool["inputSchema"]["properties"]["steps"]["description"]
    assert '{"type":"email","delayInMinutes":1440,"subject":…,"message":…}' in steps
    assert steps.endswith("condition")


TELLING = frozenset(
    """top skip fields all confirm email firstName lastName phone phone2 title company industry city state country
    linkedInUrl linkedInSalesNavigatorUrl linkedInRecruiterUrl linkedInProfileUrl companyUrl companyName twitterUrl
    logoUrl domainName domainSecondary name description notes message subject body text cc bcc tags pattern url
    search searchTerm sortBy sort_by color encoding sheet tool instructions promptText painPoints proofPoints
    valuePropositions callToActions caseStudies companyDescription reasonForOutreach overdue compare enabled
    actionDelayMinSeconds actionDelayMaxSeconds skipIfNoPostsInDays maxPeoplePerCompany maxPeopleToAddPerDay
    contactsCountToAdd latest cancelJobOnStop orgWide""".split()
)
"""Names of arguments that say what they take, as they are the field's words or those of every list."""
TELLS = re.compile(r"^(is|has|use|only|remove|add|ignore|apply|repeat|exclude|accept|approve|update)[A-Z_]\w*$")
"""Switches that say what they do."""
WHOSE = re.compile(r"^(id|ids|\w+(Id|Ids|_id))$")
"""A whole number is the id of what it is named after; `id` is that of what the tool is named after."""


def tells_itself(name: str, schema: dict[str, Any]) -> bool:
    """Whether an argument needs no description: by its name, or since its choices say it."""
    one = schema.get("anyOf", [schema])[0]
    items = one.get("items", one)
    if "enum" in items or name in TELLING or (one.get("type") == "boolean" and TELLS.match(name)):
        return True
    return (items.get("type") == "integer" or one.get("format") == "uuid") and WHOSE.match(name) is not None


def described(schema: dict[str, Any]) -> str:
    one = schema.get("anyOf", [schema])[0]
    return str(schema.get("description") or one.get("description") or one.get("items", {}).get("description") or "")


def test_every_argument_that_does_not_tell_itself_is_described() -> None:
    bare, used = [], set()
    for tool in listed("all"):
        for name, schema in tool["inputSchema"]["properties"].items():
            if not described(schema):
                used.add(name)
                if not tells_itself(name, schema):
                    bare.append(f"{tool['name']}.{name}")
    assert bare == []
    assert TELLING - used == set()


def test_times_dates_zones_and_names_say_what_they_take() -> None:
    for tool in listed("all"):
        for name, schema in tool["inputSchema"]["properties"].items():
            one, text = schema.get("anyOf", [schema])[0], described(schema)
            if re.search(r"[tT]ime[zZ]oneIds?$", name):
                assert re.search(r"IANA|Europe/Berlin", text), (tool["name"], name)
            elif re.search(r"^(from|to|startAt|dueTo|startFrom|createdAfter)$", name) and one.get("format") != "email":
                assert "ate or time" in text or one.get("format") == "date-time", (tool["name"], name)
            elif re.search(r"[dD]ate$", name):
                assert one.get("format") == "date", (tool["name"], name)


def test_descriptions_have_no_broken_lines() -> None:
    for tool in listed("all"):
        for line in tool["description"].splitlines()[:-1]:
            assert line.rstrip().endswith((".", ":", "?", ")")), (tool["name"], line)
        for name, schema in tool["inputSchema"]["properties"].items():
            assert "\n" not in described(schema), (tool["name"], name)
            assert described(schema).count("(") == described(schema).count(")"), (tool["name"], name)


def test_every_tool_has_a_title() -> None:
    titles = {tool["name"]: tool["title"] for tool in listed("all")}
    assert titles["reply_filter_contacts"] == "Filter contacts"
    assert titles["reply_list_linkedin_accounts"] == "List LinkedIn accounts"
    assert len(set(titles.values())) == len(titles)


def test_every_tool_says_which_operation_it_is() -> None:
    known = {one.id: one for one in catalog.entries()}
    made = {one.tool: one for one in workflows.entries()}
    for tool in listed("all"):
        told = tool.get("_meta", {}).get("reply/operation")
        if tool["name"] in FINDERS:
            assert told is None
        elif tool["name"] in made:
            assert told == list(made[tool["name"]].operations)
            assert set(told) <= known.keys()
        else:
            assert known[told].tool == tool["name"]


@pytest.mark.parametrize("policy", ["", "all=allow", "all=person", "send=deny,spend=deny,share=deny,delete=deny"])
def test_annotations_follow_from_the_effect(policy: str) -> None:
    """They say what a tool may do, whatever the policy does about it."""
    for tool in listed("all", policy):
        name, hints = tool["name"], tool["annotations"]
        assert hints["openWorldHint"] is (name != "reply_find_tools"), name  # which asks Reply nothing
        if name in FINDERS:
            assert hints["readOnlyHint"] is (name != "reply_run_write"), name
            assert hints["destructiveHint"] is (name == "reply_run_write"), name
            continue
        effect = EFFECTS[name]
        assert hints["readOnlyHint"] is (effect is Effect.READ), name
        may_harm = effect in (Effect.SEND, Effect.SPEND, Effect.SHARE, Effect.DELETE) or tool["name"] in JUDGED
        assert hints["destructiveHint"] is may_harm, name
        assert hints["idempotentHint"] is ENTRIES[name].idempotent, name
        assert hints["idempotentHint"] or effect is not Effect.READ, name
        assert not hints["readOnlyHint"] or not hints["destructiveHint"], name


def test_what_only_reads_makes_operations_that_read() -> None:
    by_id = {one.id: one for one in catalog.entries()}
    for entry in ENTRIES.values():
        if entry.effect is Effect.READ:
            assert entry.method in ("", "GET", "POST"), entry.tool
            assert {by_id[id].effect for id in entry.operations} <= {Effect.READ}, entry.tool


def test_a_server_that_reads_lists_nothing_else() -> None:
    tools = tool_definitions(Inventory(Settings(toolsets=("all",), read_only=True)), Policy(parse_policy("")))
    assert len(tools) > 80
    assert all(tool.annotations and tool.annotations.read_only_hint for tool in tools)


def test_a_tool_asks_for_a_code_where_it_may_ask() -> None:
    for tool in listed("all"):
        if tool["name"] in FINDERS:
            continue
        effect = EFFECTS[tool["name"]]
        taken = tool["inputSchema"]["properties"].keys() & {"confirm", "detail", "fields"}
        asks = effect in (Effect.SEND, Effect.SPEND, Effect.SHARE, Effect.DELETE) or tool["name"] in JUDGED
        shown = set() if ENTRIES[tool["name"]].fixed_form else {"detail", "fields"}
        assert taken == (shown if effect is Effect.READ else {"confirm"} if asks else set()), tool["name"]


@pytest.mark.parametrize("area", AREAS)
def test_descriptions_are_sentences_of_moderate_length(area: str) -> None:
    tools = [tool for tool in listed(area) if tool["name"] not in FINDERS]
    assert tools
    for tool in tools:
        about = tool["description"]
        assert 10 <= len(about) <= 600, (tool["name"], len(about))
        assert about[:1].isupper(), tool["name"]
        assert about.rstrip().endswith((".", ")", "?")), tool["name"]
    assert [tool["name"] for tool in tools] == [tool["name"] for tool in listed(area)][: len(tools)]
