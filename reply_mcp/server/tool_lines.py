"""The parts of a line on one tool: what it takes, and the first words of what it does."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

LONGEST_KEYS = 100
"""Characters of the keys of one argument that a line shows."""
SHORT_KEYS = 30
"""Characters of keys that stand in each line that has them; longer ones stand in the first alone."""


def first_words(about: str, most: int) -> str:
    """What a tool does, as far as so many words say it: whole sentences, or the beginning of the first."""
    words = about.split("\n")[0].split()
    if len(words) <= most:
        return " ".join(words)
    ends = [place for place, word in enumerate(words[:most], 1) if word.endswith((".", ";"))]
    return " ".join(words[: ends[-1]]).rstrip(";") if ends else f"{' '.join(words[:most])}…"


def once(text: str, again: str, above: set[str]) -> str:
    """A text, or `again` in its place where a line above has it."""
    if text in above:
        return again
    above.add(text)
    return text


def signature(name: str, schema: Mapping[str, Any], required: bool, above: set[str]) -> str:
    """An argument as `name`, `name?`, `name[]`, `name?=a|b` or `name[]{key, other?}`; with keys that stand above,
    `name{as above}`."""
    schema = {**schema, **schema["anyOf"][0]} if "anyOf" in schema else schema
    many = "[]" if schema.get("type") == "array" else ""
    inner = schema.get("items", {}) if many else schema
    choices = inner.get("enum")
    values = "=" + "|".join(map(str, choices)) if choices and len(choices) <= 4 else ""
    keys = _keys(schema.get("description", ""), bool(many)) if inner.get("type") == "object" else ""
    keys = once(keys, "{as above}", above) if len(keys) > SHORT_KEYS else keys
    return f"{name}{'' if required else '?'}{many}{values}{keys}"


def _keys(description: str, many: bool) -> str:
    """The keys of an object by its description, as many as fit: `{property, condition, values}`."""
    if not description.startswith("Keys: "):
        form = re.search(r"\{[^{}]*\}", description) if many else None
        return form[0] if form else ""
    parts, depth = [""], 0
    for letter in description.removeprefix("Keys: "):
        depth += (letter in "{[") - (letter in "}]")
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    shown: list[str] = []
    for part in map(str.strip, parts):
        fits = part.count("{") == part.count("}") and len(", ".join([*shown, part])) <= LONGEST_KEYS
        shown.append(part if fits else re.split(r"[{\[]", part)[0] + "{…}" if "{" in part else "…")
        if shown[-1] == "…":
            break
    return f"{{{', '.join(shown)}}}"
