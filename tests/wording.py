"""How every text that an agent reads must be worded, whatever it is about; and what of a text is not ours to word."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import cache

from reply_mcp.catalog.index import Entry
from reply_mcp.server.inventory import FINDERS, every_entry
from reply_mcp.server.unsupported_tools import UNSUPPORTED
from tests.e2e.fitting import schema_of

_TOOL = re.compile(r"(?<![\w./*…])reply_[a-z]+(?:_[a-z0-9]+)*(?![\w*…])")
_CALL = re.compile(r"(reply_\w+) (\{[^\n]*?\})(?=[\s.;,):]|$)")
_FENCED = re.compile(r"<<<\n.*?\n>>>", re.DOTALL)
_QUOTED = re.compile(
    r"\"[^\"\n]*\"|“[^”\n]*”|\{\{[^{}\n]*\}\}|\[outside text: [^\]\n]*\]?|https?://[^\s),;]+|<[^<>@\s]+@[^<>\s]+>"
)
_NOUNS = (
    "account activity address answer approval argument attachment attempt background_job calendar call card "
    "category cause column comma company contact credit custom_field day domain draft email enrollment error "
    "exception export field file folder handler holiday hour id invitation item job line list mailbox meeting "
    "member membership message minute month more_row name note number offer page people_list person playbook "
    "profile prompt question reason record reply request result row rule schedule second sequence source step "
    "tag task team template thread time token tool unread_thread user value variable variant webhook week "
    "word year"
).split()
_NOUN = "|".join(sorted((noun.replace("_", " ") for noun in _NOUNS), key=len, reverse=True))


def _many(noun: str) -> str:
    return {"people list": "people lists", "person": "people"}.get(noun) or (
        noun[:-1] + "ies" if re.search("[^aeo]y$", noun) else noun + ("es" if re.search("(s|x)$", noun) else "s")
    )


_MANY = "|".join(sorted((_many(noun.replace("_", " ")) for noun in _NOUNS), key=len, reverse=True))
_AFTER = "and|or|of|in|to|is|are|was|were|on|with|not|that|who|by|from|for|at|each|a|did|do|have|has"
_END = rf"(?=[.,;:!?)](?:\s|$)|$| (?:{_AFTER}|\w+ed)\b)"
_COUNT = r"(?:0|[2-9]|[1-9]\d{1,3}|[1-9]\d{0,2}(?:,\d{3})+)"
"""Longer numbers without a comma are ids."""
_RULES: dict[str, re.Pattern[str]] = {
    "one of many": re.compile(rf"(?<![\w.,:/–-])1 (?:\w+ )?(?:{_MANY}){_END}"),
    "many of one": re.compile(rf"(?<![\w.,:/–-])(?<![Ss]tep ){_COUNT} (?:{_NOUN}){_END}"),
    "a dangling bracket": re.compile(r"(?<!\w)\(\s*[),;.]|\(\s*$|[,;:]\s*\)"),
    "a doubled blank": re.compile(r"\S {2,}\S"),
    "doubled marks": re.compile(r"(?<![./\s])\.\.(?![./\w])|,,|;;|\?\.|!\.|\.;|:\.|;\.|,\.|\.,(?! \w)|(?<!\w)- ;"),
    "a blank before a mark": re.compile(r"\w [,;.!?](?=\s|$)"),
    "a colon before nothing": re.compile(r": *[;,.](?!\w)"),
    "Python": re.compile(
        r"\b(?:None(?! (?:is|of|can|was|are|were)\b)|True|False|NaN|nan|datetime|Traceback|NoneType|[A-Z]\w+Error)\b"
        r"(?=[\s,;.)(\]}]|$)|<class|<object|\bmodel_|\\[nu]|(?<![\[{\]?])\{[a-zA-Z_.]+\}(?!\})"
    ),
    "an entity": re.compile(r"&(?:amp|lt|gt|quot|nbsp|apos|#\d+|#x[0-9a-f]+);"),
    "markup": re.compile(r"</?(?:p|br|div|span|b|i|a|strong|em|ul|li)\b[^<>]*>"),
}


def head_counts(text: str) -> tuple[int, int] | None:
    """How many are done of how many, as the first line of a bulk answer counts them; None where it does not count."""
    if text.startswith("Both "):
        return 2, 2
    counts = re.match(r"(?:All (\d+)|(\d+) of (\d+)) ", text)
    if counts is None:
        return None
    every, done, asked = counts.groups()
    return int(every or done), int(every or asked)


_UNCHANGED = re.compile(r"nothing was (?:changed|done)\b", re.IGNORECASE)
_MORE = re.compile(r"\d–(\d+)(?:, \d+ of them shown)?, more: skip=(\d+)")


def own_words(text: str) -> str:
    """The text without what others wrote: fenced, quoted, in templates."""
    return _QUOTED.sub('""', _FENCED.sub("<<<\n>>>", text))


def wording_faults(text: str, *, reads: bool = False, reachable: Callable[[str], bool] | None = None) -> Iterator[str]:
    """What is wrong with the words of an answer, a line each.

    Args:
        reads: whether it is the answer of a tool that only reads.
        reachable: says of a tool's name whether it can be called under the settings of the answer.
    """
    ours = own_words(text)
    lines = [line for line in ours.splitlines() if not line.startswith("{")]  # JSON is as Reply answered it
    for index, line in enumerate(lines):
        for name, pattern in _RULES.items():
            found = pattern.search(line)
            if found and not (name == "a doubled blank" and _in_a_table(lines, index)):
                yield f"{name}: {line[max(0, found.start() - 60) : found.end() + 40]!r}"
        if "…" not in line and (line.count('"') % 2 or line.count("(") != line.count(")")):
            yield f"unclosed: {line[:200]!r}"
    if ours.rstrip().endswith(":"):
        yield f"nothing after the last colon: {lines[-1][-100:]!r}"
    if reads and (found := _UNCHANGED.search(ours)):
        yield f"a read says that nothing was changed: {found.group()!r}"
    for end, skip in _MORE.findall(ours):
        if end != skip:
            yield f"a page that ends at {end} goes on at skip={skip}"
    yield from _false_calls(text, reachable)


def _in_a_table(lines: list[str], index: int) -> bool:
    """Whether the line is a row, or the head, of a table."""
    beside = [*lines[max(0, index - 1) : index], *lines[index + 1 : index + 2]]
    return any("  " in line for line in beside) or bool(beside and re.match(r"[\w-]*\d[\w-]*( |$)", beside[-1]))


def _false_calls(text: str, reachable: Callable[[str], bool] | None) -> Iterator[str]:
    text = _FENCED.sub("", text)
    for name in sorted(set(_TOOL.findall(text))):
        if name not in _entries() and name not in FINDERS and name not in UNSUPPORTED and name not in _NO_TOOLS:
            yield f"no such tool: {name}"
        elif reachable is not None and name in _entries() and not reachable(name):
            yield f"out of reach: {name}"
    for name, given in _CALL.findall(text):
        entry = _entries().get(name)
        try:
            arguments = json.loads(given.replace(", …}", "}").replace(": …", ': ""').replace("[…]", "[]"))
        except ValueError:
            yield f"a call that is no JSON: {name} {given}"
            continue
        if entry is not None:
            known = {*schema_of(entry)["properties"], "confirm", "detail", "fields", "all", "skip", "top"}
            for unknown in sorted(set(arguments) - known):
                yield f"a call with an argument that there is not: {name} {unknown}"


_NO_TOOLS = {"reply_mcp", "reply_categorized", "reply_date"}
"""The package, an event of webhooks, and a field of one."""


@cache
def _entries() -> dict[str, Entry]:
    return {entry.tool: entry for entry in every_entry() if entry.tool}
