"""Changes that replace a text that somebody wrote: the answer says what stood there, so that it can be put back."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any

from reply_mcp.catalog.answers import held_value
from reply_mcp.catalog.hooks.read_once import read_once
from reply_mcp.catalog.operation import Arguments, Before, Call, Part, Where
from reply_mcp.text.cleaning import OURS, clean, contains, disarm, one_line, quote
from reply_mcp.text.html import html_to_text
from reply_mcp.text.lists import list_some

MOST_CHARACTERS = 4000
"""How much of a replaced text is shown, and of all new texts of a question together."""
_SEEN, _GIVEN, _COMPARED, _AT_FIRST = "replaced texts", "given texts", "compared texts", "texts at first"
_NEW, _OLD, _MOST_LINES = 300, 100, 12
Text = str | list[str]
WORDS = frozenset(
    "subject message body text notes instructions sample_answer description ai_prompt_text signature email_footer "
    "opt_out_text_block type_of_question company_description icp reason_for_outreach case_studies pain_points "
    "proof_points value_propositions call_to_actions".split()
)
"""The arguments (Python names) that hold words which people will read, or the AI writes from."""


def remember_texts(reader: str | Callable[[Call], Awaitable[Any]], *paths: str) -> Before:
    """Reads what holds now in the arguments at these paths, where they are given; at most one request in a call. It
    comes before whatever fills in arguments that were left out.

    Args:
        reader: the id of the operation that reads the thing by its `id`, or a function that gives it.
        paths: Python names, dotted into parts; `variants[].message` is that of each of the variants, which are told
            from one another by their ids. A text, or a list of texts.

    Raises:
        ReplyError: where the thing cannot be read: nothing is replaced unseen.
    """
    split = [path.split(".") for path in paths]

    async def remember(call: Call) -> None:
        call.seen.setdefault(_AT_FIRST, {place for place, _ in given_texts(call.arguments)})
        if not any(True for path in split for _ in _texts(call.arguments, None, path, "")):
            return
        held = await (read_once(call, reader, id=call.arguments.id) if isinstance(reader, str) else reader(call))
        kept, changed = call.seen.setdefault(_SEEN, {}), call.seen.setdefault(_GIVEN, [])
        compared = call.seen.setdefault(_COMPARED, set())
        for path in split:
            for place, given, old in _texts(call.arguments, held, path, ""):
                compared.update((place, place.partition(".")[2]))
                if _plain(old) != _plain(given):
                    changed.append((place, given))
                    if old:
                        kept[place] = old

    return remember


def describe_texts(call: Call) -> tuple[list[str], Any]:
    """The words that a call would set, as lines of its question, each with what it replaces as far as that was read,
    and what consent is bound to. Words that stand there already, or that no caller gave, are none of them."""
    kept: dict[str, Text] = call.seen.get(_SEEN, {})
    at_first, compared = call.seen.get(_AT_FIRST), call.seen.get(_COMPARED, ())
    given: list[tuple[str, Text]] = [*call.seen.get(_GIVEN, ())]
    given += [
        (place, words)
        for place, words in given_texts(call.arguments)
        if place not in compared and (at_first is None or place in at_first)
    ]
    width = max(_NEW, MOST_CHARACTERS // max(1, len(given)))
    lines = [f"- {place}: {_beginning(_shown(words), width)}{_in_place_of(kept.get(place))}" for place, words in given]
    return lines[:_MOST_LINES] + ([f"- and {len(lines) - _MOST_LINES} more"] if len(lines) > _MOST_LINES else []), kept


def describe_values(
    given: Mapping[str, Any], held: Any, before: str = "", labels: Mapping[str, Mapping[str, str]] | None = None
) -> list[str]:
    """What a change sets to something else than `held`, a line each: `- settings.dailyThrottling: 500, in place of 75`.
    Each object in a list has a line of its own, and ids show the names that `labels` has for a key."""
    lines = []
    for key, value in given.items():
        old, place = held_value(held, key), f"{before}{key}"
        if isinstance(value, Mapping):
            lines += describe_values(value, old, f"{place}.")
        elif isinstance(value, list) and any(isinstance(one, Mapping) for one in value):
            if value == old:
                continue
            lines += _rows(place, value)
        elif _ids_or_value(old) != _ids_or_value(value):
            names = (labels or {}).get(key, {})
            lines.append(f"- {place}: {_value(_labeled(value, names))}{_in_place_of(_labeled(old, names))}")
    return lines


def _rows(place: str, rows: list[Any]) -> Iterator[str]:
    width = max(_NEW, MOST_CHARACTERS // len(rows))
    for number, row in enumerate(rows[:_MOST_LINES], 1):
        words = _in_words(row)
        yield f"- {place} {number} of {len(rows)}: {words[:width]}{'…' if len(words) > width else ''}"
    if len(rows) > _MOST_LINES:
        yield f"- {place}: and {len(rows) - _MOST_LINES:,} more"


def _in_words(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_in_words(one)}" for key, one in value.items() if one is not None)
    if isinstance(value, list) and any(isinstance(one, Mapping) for one in value):
        return "; ".join(map(_in_words, value))
    return _value(value)


def _labeled(value: Any, names: Mapping[str, str]) -> Any:
    """Ids by their names; quoting is for words, so that a label counts as a number."""
    if not names:
        return value
    ids = _ids_or_value(value)
    if isinstance(ids, list):
        return [_Label(names.get(str(one), one)) for one in ids]
    return _Label(names.get(str(ids), ids)) if isinstance(ids, int) and not isinstance(ids, bool) else value


class _Label:
    """A name with its id, which is shown as it is."""

    def __init__(self, text: Any) -> None:
        self._text = f"{text}"

    def __str__(self) -> str:
        return self._text


def _ids_or_value(value: Any) -> Any:
    """A list of ids where Reply shows the things themselves."""
    if isinstance(value, list):
        return [one.get("id") if isinstance(one, Mapping) else one for one in value]
    return value.casefold() if isinstance(value, str) else value


def _in_place_of(old: Any) -> str:
    old = _ids_or_value(old) if isinstance(old, list) else old
    return "" if old in (None, "", []) else f", in place of {_value(old, _OLD)}"


def _value(value: Any, width: int = MOST_CHARACTERS) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, list):
        return list_some((_value(one, _OLD) for one in value), 5) or "nothing"
    return _beginning(_shown(value), width) if isinstance(value, str) else "nothing" if value is None else f"{value}"


def given_texts(part: Any, before: str = "") -> Iterator[tuple[str, Text]]:
    """Each text that a call gives in its body, by its place in the words of the wire."""
    places = part.fields_by_place() if isinstance(part, Arguments) else {}
    for name, info in type(part).model_fields.items():
        value = getattr(part, name, None)
        if name not in part.model_fields_set or places.get(name) not in (None, Where.WHOLE_BODY) or value is None:
            continue
        whole = places.get(name) is Where.WHOLE_BODY and isinstance(value, Part)
        place = "" if whole else f"{before}{info.alias or name}"
        if name in WORDS and isinstance(value, str | list):
            yield place, _text(value)
        elif isinstance(value, Part):
            yield from given_texts(value, f"{place}." if place else "")
        elif isinstance(value, list):
            for at, one in enumerate(value):
                if isinstance(one, Part):
                    id = getattr(one, "id", None)
                    yield from given_texts(one, f"{place}[{at + 1 if id is None else f'id {id}'}].")


def _beginning(text: str, width: int) -> str:
    """A text, whole where it has room, since a person agrees to all of it; else with how much more there is."""
    line = one_line(text)
    rest = len(line) - width
    return f"{quote(line, width)}{f' ({rest:,} more characters)' if rest > 0 else ''}"


def _shown(text: Text) -> str:
    return html_to_text(text if isinstance(text, str) else "; ".join(text)) or "nothing"


async def note_replaced_texts(call: Call, answer: Any) -> Any:
    """Notes each text that was replaced, as it was; its place alone where reads need consent."""
    for place, old in call.seen.get(_SEEN, {}).items():
        if not call.reads_unasked:
            call.notes.append(f"Replaced {place}.")
            continue
        call.notes.append(f"Replaced {place}, which was {_exactly(old)}. Send that again to undo.")
    return answer


def _exactly(old: Text) -> str:
    """A text as JSON, on one line, so that it can be sent as it was; where it is too long, with how much is gone."""
    rest = 0
    if isinstance(old, str):
        rest, old = len(old) - MOST_CHARACTERS, old[:MOST_CHARACTERS]
    line = disarm(clean(json.dumps(old, ensure_ascii=False)))
    outside = "outside text: " if contains(line, OURS) else ""
    return f"{outside}{line}{f' ({rest:,} more characters are gone)' if rest > 0 else ''}"


def _texts(part: Any, held: Any, path: list[str], before: str) -> Iterator[tuple[str, Text, Text]]:
    """Each text that is given at a path: its place in the words of the wire, the text ("" where null clears it), and
    what holds there now ("" for nothing)."""
    name, rest = path[0].removesuffix("[]"), path[1:]
    if part is None or name not in getattr(part, "model_fields_set", ()):
        return
    alias = type(part).model_fields[name].alias or name
    given, there, place = getattr(part, name), held_value(held, alias), f"{before}{alias}"
    if not rest:
        yield place, _text(given), _text(there)
    elif path[0].endswith("[]"):
        rows = {str(row.get("id")): row for row in there or () if isinstance(row, Mapping)}
        for one in given or ():
            id = str(getattr(one, "id", None))
            yield from _texts(one, rows.get(id), rest, f"{place}[id {id}].")
    else:
        yield from _texts(given, there, rest, f"{place}.")


def _text(value: Any) -> Text:
    if isinstance(value, list):
        return [f"{one}" for one in value if one is not None]
    return value if isinstance(value, str) else ""


def _plain(text: Text) -> list[str]:
    return [" ".join(html_to_text(one).split()) for one in ([text] if isinstance(text, str) else text)]
