"""Runs the converters of other people's agent frameworks over every tool that we list.

    python tests/converters/convert.py TOOLS.json [CONVERTER…]

Needs environments of their own (`make converters`). TOOLS.json holds the tools that `tools/list` answers. A converter
must take each tool, and each argument must still be there in what the model would be shown: those within lists and
objects too, or at least named in a description.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from functools import reduce
from pathlib import Path
from types import SimpleNamespace
from typing import Any

Schema = dict[str, Any]


class Tool(SimpleNamespace):
    """A tool of the list: name, description, input_schema."""


def google_genai(tool: Tool) -> Schema:
    from google.genai._mcp_utils import mcp_to_gemini_tool
    from mcp import types

    listed = types.Tool(name=tool.name, description=tool.description, input_schema=tool.input_schema)
    declared = mcp_to_gemini_tool(listed).function_declarations[0]
    schema = declared.parameters_json_schema or declared.parameters
    return schema if isinstance(schema, dict) else schema.model_dump(mode="json", exclude_none=True, by_alias=True)


def google_genai_schema(tool: Tool) -> Schema:
    """The older form, by the Schema of Gemini's own API, which knows a part of JSON Schema."""
    from google.genai.types import JSONSchema
    from google.genai.types import Schema as GeminiSchema

    schema = GeminiSchema.from_json_schema(json_schema=JSONSchema.model_validate(tool.input_schema))
    return schema.model_dump(mode="json", exclude_none=True, by_alias=True)


def langchain_google(tool: Tool) -> Schema:
    from langchain_google_genai._function_utils import convert_to_genai_function_declarations

    declared = convert_to_genai_function_declarations([_langchain(tool)])
    declared = declared[0] if isinstance(declared, list) else declared
    function = declared.function_declarations[0]
    schema = getattr(function, "parameters_json_schema", None) or function.parameters or {}
    return schema if isinstance(schema, dict) else schema.model_dump(mode="json", exclude_none=True, by_alias=True)


def langchain_openai(tool: Tool) -> Schema:
    from langchain_core.utils.function_calling import convert_to_openai_tool

    schema: Schema = convert_to_openai_tool(_langchain(tool))["function"]["parameters"]
    return schema


def langchain_anthropic(tool: Tool) -> Schema:
    from langchain_anthropic.chat_models import convert_to_anthropic_tool

    schema: Schema = convert_to_anthropic_tool(_langchain(tool))["input_schema"]
    return schema


def _langchain(tool: Tool) -> dict[str, Any]:
    return {"name": tool.name, "description": tool.description, "parameters": tool.input_schema}


def llama_index(tool: Tool) -> Schema:
    from llama_index.tools.mcp import McpToolSpec

    made = McpToolSpec(client=None).create_model_from_json_schema(tool.input_schema, model_name=tool.name)
    schema: Schema = made.model_json_schema()
    return schema


def openai_agents_strict(tool: Tool) -> Schema:
    from agents.strict_schema import ensure_strict_json_schema

    return ensure_strict_json_schema(json.loads(json.dumps(tool.input_schema)))


def pydantic_ai_google(tool: Tool) -> Schema:
    from pydantic_ai.profiles.google import GoogleJsonSchemaTransformer

    schema: Schema = GoogleJsonSchemaTransformer(json.loads(json.dumps(tool.input_schema)), strict=True).walk()
    return schema


def pydantic_ai_openai(tool: Tool) -> Schema:
    from pydantic_ai.profiles.openai import OpenAIJsonSchemaTransformer

    schema: Schema = OpenAIJsonSchemaTransformer(json.loads(json.dumps(tool.input_schema)), strict=True).walk()
    return schema


def smolagents(tool: Tool) -> Schema:
    from mcpadapt.smolagents_adapter import SmolAgentsAdapter

    # The adapter knows the protocol's own names of fields.
    given = SimpleNamespace(
        name=tool.name, description=tool.description, inputSchema=tool.input_schema, outputSchema=None
    )
    made = SmolAgentsAdapter().adapt(lambda arguments: None, given)
    return {"type": "object", "properties": made.inputs}


CONVERTERS: list[Callable[[Tool], Schema]] = [
    google_genai,
    google_genai_schema,
    langchain_google,
    langchain_openai,
    langchain_anthropic,
    llama_index,
    openai_agents_strict,
    pydantic_ai_google,
    pydantic_ai_openai,
    smolagents,
]


def arguments(schema: Schema, root: Schema | None = None, at: str = "") -> Iterator[str]:
    """The path of each argument, of those in lists and objects too."""
    root = root or schema
    if "$ref" in schema:
        schema = reduce(lambda part, name: part[name], schema["$ref"].removeprefix("#/").split("/"), root)
    for choice in (*schema.get("anyOf", ()), *schema.get("any_of", ()), *schema.get("allOf", ())):
        yield from arguments(choice, root, at)
    if isinstance(schema.get("items"), dict):
        yield from arguments(schema["items"], root, at)
    for name, inner in (schema.get("properties") or {}).items():
        yield f"{at}{name}"
        yield from arguments(inner, root, f"{at}{name}.")


def _is_said(path: str, shown: Schema) -> bool:
    """Whether a key within an argument is at least named in the argument's description."""
    first, *_, last = path.split(".")
    return last in (shown.get("properties") or {}).get(first, {}).get("description", "")


def main() -> int:
    """Prints a line for each converter; 1 where a tool was refused or an argument lost."""
    file, *names = sys.argv[1:]
    listed = [
        Tool(name=one["name"], description=one["description"], input_schema=one["inputSchema"])
        for one in json.loads(Path(file).read_text("utf-8"))
    ]
    whole = {tool.name: set(arguments(tool.input_schema)) for tool in listed}
    failed = 0
    for convert in (one for one in CONVERTERS if not names or one.__name__ in names):
        refused, lost = [], []
        for tool in listed:
            try:
                shown = convert(tool)
                kept = set(arguments(shown))
            except Exception as error:
                refused.append(f"{tool.name}: {type(error).__name__}: {str(error)[:200]}")
                continue
            lost += [f"{tool.name}: {name}" for name in sorted(whole[tool.name] - kept) if not _is_said(name, shown)]
        failed += len(refused) + len(lost)
        print(f"{convert.__name__}: {len(listed)} tools, {len(refused)} refused, {len(lost)} arguments lost")
        for line in (*refused[:5], *lost[:5]):
            print(f"  {line}")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
