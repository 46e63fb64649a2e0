"""Whether a request holds exactly what was given: every argument at its place by its name on the wire, and nothing else
but what the catalog says is always sent."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from pydantic.fields import FieldInfo

from reply_mcp.catalog.areas.reports.filters import ReportFilters
from reply_mcp.catalog.areas.sequences.bodies import ShortPeriod, StatsPeriod
from reply_mcp.catalog.areas.tasks.operations import TaskTemplate
from reply_mcp.catalog.operation import AlwaysSent, Arguments, Operation, Part, Request, Where
from reply_mcp.text.html import text_to_html


def wire_names(arguments: type[Arguments]) -> dict[str, tuple[str, Where | None]]:
    """Python name → name as an argument, and place."""
    fields = arguments.model_fields
    return {name: (fields[name].alias or name, where) for name, where in arguments.fields_by_place().items()}


def check_request(operation: Operation, given: dict[str, Any], arguments: Arguments, request: Request) -> None:
    """Compares the request with the arguments as they were given (by their names on the wire), before validation."""
    path, query, body, whole = operation.path, {}, {}, None
    for name, (alias, where) in wire_names(operation.arguments).items():
        if where is Where.PATH:
            path = path.replace(f"{{{name}}}", str(given[alias]))
        elif where is Where.WHOLE_BODY:
            whole = alias
        elif where is Where.FILE:
            assert request.file is not None
            assert (request.file.field, request.file.upload.wire()) == (alias, given[alias])
        elif where is Where.QUERY and alias in given:
            query[alias] = given[alias]
        elif where is None and alias in given:
            body[alias] = given[alias]
    placed = {name for name, (_, where) in wire_names(operation.arguments).items() if where is Where.PATH}
    assert placed == set(re.findall(r"{(\w+)}", operation.path))
    assert (request.method, request.path) == (operation.method, path)
    check_value(dict(request.query), query, arguments, Where.QUERY)
    if whole:
        check_value(request.body, given[whole], getattr(arguments, whole_field(operation)))
    else:
        check_value(request.body or {}, body, arguments)
    if not operation.has_body:
        assert request.body is None


def whole_field(operation: Operation) -> str:
    """The Python name of the argument that is the body itself."""
    return next(name for name, (_, where) in wire_names(operation.arguments).items() if where is Where.WHOLE_BODY)


def check_value(sent: Any, given: Any, part: Any, place: Where | None = None, *, html: bool = False) -> None:
    """Compares what was sent with what was given.

    Args:
        sent: as it left.
        given: as it was given.
        part: the validated value behind `sent`, which tells what is always sent.
        place: of `part` only what goes there counts.
        html: whether plain text becomes HTML there.
    """
    if isinstance(given, dict):
        assert set(given) <= set(sent), f"not sent: {set(given) - set(sent)}"
        extra = set(sent) - set(given) - _always(part, place)
        assert not extra, f"sent, and not given: {extra}"
        inner = {info.alias or name: getattr(part, name) for name, info in _fields(part).items()}
        becomes_html = {info.alias or name for name, info in _fields(part).items() if _becomes_html(part, name, info)}
        for name, value in given.items():
            check_value(sent[name], value, inner.get(name), html=name in becomes_html)
    elif isinstance(given, list):
        assert len(sent) == len(given)
        parts = part if isinstance(part, list) and len(part) == len(given) else [None] * len(given)
        for one, other, inner_part in zip(sent, given, parts, strict=True):
            check_value(one, other, inner_part)
    else:
        expected = text_to_html(given) if html and isinstance(given, str) and sent != given else given
        assert sent == expected or _same_moment(sent, given), f"{given!r} was sent as {sent!r}"
        assert isinstance(sent, bool) == isinstance(given, bool)


def _becomes_html(part: Any, name: str, info: FieldInfo) -> bool:
    """Whether the field is `HtmlText`, or the text of an email's task, which becomes HTML by the task's type."""
    return (isinstance(part, TaskTemplate) and name == "body") or "text_to_html" in repr(
        (info.annotation, info.metadata)
    )


def _fields(part: Any) -> dict[str, Any]:
    return dict(type(part).model_fields) if isinstance(part, Part) else {}


def _always(part: Any, place: Where | None) -> set[str]:
    marked = {
        info.alias or name
        for name, info in _fields(part).items()
        if any(isinstance(mark, AlwaysSent) for mark in info.metadata) and (place is None or place in info.metadata)
    }
    # Reply wants both ends of a period of numbers or none: with `from` alone it ends now.
    periods = (ReportFilters, StatsPeriod, ShortPeriod)
    return marked | ({"to"} if isinstance(part, periods) and part.from_ is not None else set())


def _same_moment(sent: Any, given: Any) -> bool:
    try:
        return datetime.fromisoformat(sent) == datetime.fromisoformat(given)
    except (TypeError, ValueError):
        return False
