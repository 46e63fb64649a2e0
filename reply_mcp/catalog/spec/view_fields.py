"""Which fields of an answer a view shows, by their paths in lower case: `email`, `contact.fullname`."""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator
from functools import singledispatch

from reply_mcp.catalog.views import Blocks, Card, Column, Conversation, Done, Numbers, Table, View

_MESSAGE = "id subject body isOutbound sentAt from to cc channel contact status".split()
"""What a conversation shows of a message, whichever of them it has."""


def shows(view: View, path: str) -> bool:
    """Whether the view shows what stands at this path of an answer (`items[].contact.email`), or a part of it."""
    wanted = _plain(path)
    return any(one == wanted or one.startswith(f"{wanted}.") or wanted.startswith(f"{one}.") for one in _fields(view))


def _plain(path: str) -> str:
    """The path in an item of the answer: without the list that the items are in, and without unions."""
    parts = [part for part in path.casefold().replace("[]", "").replace("{}", "").split(".") if part]
    parts = [part.partition("<")[0] for part in parts]
    return ".".join(parts[1:] if parts[:1] == ["items"] and len(parts) > 1 else parts)


@singledispatch
def _found(view: View) -> Iterable[str]:
    return ()


@_found.register
def _(view: Table) -> Iterator[str]:
    yield from ("items", "hasMore")
    yield from _columns(view.columns)


@_found.register
def _(view: Card) -> Iterator[str]:
    yield from _format(view.title)
    for line in view.lines:
        yield from _columns(line)
    for table in view.tables:
        yield from (f"{table.items}.{source}" for source in _columns(table.columns))


@_found.register
def _(view: Blocks) -> Iterator[str]:
    yield from _found(view.table)
    yield from (*_format(view.title), *_format(view.head), view.texts)


@_found.register
def _(view: Conversation) -> Iterator[str]:
    yield from ("items", "hasMore", *_MESSAGE)


@_found.register
def _(view: Numbers) -> Iterator[str]:
    yield from (*_format(view.title), *_columns(view.counts), *(view.rates or {}).values())
    yield from (f"{view.groups}.{source}" for source in _columns(view.group_columns))


@_found.register
def _(view: Done) -> Iterator[str]:
    yield from (*_format(view.text), *_format(view.next))


def _fields(view: View) -> set[str]:
    return {_plain(source) for source in _found(view)}


def _columns(columns: Iterable[Column | str]) -> Iterator[str]:
    for column in columns:
        yield from column.sources if isinstance(column, Column) else (column,)


def _format(text: str) -> Iterator[str]:
    for _, field, _, _ in string.Formatter().parse(text):
        if field:
            yield field
