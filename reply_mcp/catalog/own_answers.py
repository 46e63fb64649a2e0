"""Reply's own answer beside what hooks make of it.

Hooks complete, rename and leave out. `detail=full` shows what Reply sent, of the rows that are shown, and `fields`
finds what Reply sent under Reply's names. So where either is asked for, hooks work on a copy that knows the original:
the answer, and each of its rows, under a key of its own, which a row keeps when a hook makes another one of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_OWN = "_own"
_MORE = "hasMore"
"""Says whether more follows what is shown, which may be several of Reply's pages, or a part of one."""


def copy_of(value: Any) -> Any:
    """The same JSON data in dictionaries and lists of its own. An answer may be shared with other calls."""
    # Most parts are neither, and every answer is copied.
    if isinstance(value, dict):
        return {key: copy_of(part) if isinstance(part, dict | list) else part for key, part in value.items()}
    if isinstance(value, list):
        return [copy_of(part) if isinstance(part, dict | list) else part for part in value]
    return value


def with_own(answer: Any) -> Any:
    """A copy for hooks to work on, in which the answer and the rows in it know what Reply sent."""
    if isinstance(answer, list):
        return [_marked(row) for row in answer]
    if not isinstance(answer, dict):
        return answer
    copy = _marked(answer)
    for key, rows in answer.items():
        if isinstance(rows, list):
            copy[key] = [_marked(row) for row in rows]
    return copy


def _marked(row: Any) -> Any:
    if not isinstance(row, dict):
        return copy_of(row)
    return copy_of(row) if _OWN in row else {**copy_of(row), _OWN: row}


def own_of(value: Any) -> Any:
    """What Reply sent, wherever it is known in `value`; else `value` without the keys that were made for a view, which
    begin with an underscore."""
    if isinstance(value, Mapping):
        if _OWN in value:
            return value[_OWN]
        return {key: own_of(part) for key, part in value.items() if not str(key).startswith("_")}
    return [own_of(part) for part in value] if isinstance(value, list) else value


def own_answer(answer: Any, sent: Any, key: str) -> Any:
    """What Reply sent, without the rows that hooks left out.

    Args:
        answer: as the hooks left it, from `with_own`.
        sent: as Reply sent it; None where an answer was made of several.
        key: where the list is in an answer that is an object.
    """
    if sent is None and isinstance(answer, Mapping):
        sent = answer.get(_OWN)
    if sent is None or isinstance(sent, str):
        return own_of(answer)
    shown, listed = _list_in(answer, key), _list_in(sent, key)
    if shown is None or listed is None:
        return sent
    rebuilt = not any(_knows_own(row) for row in shown)
    if rebuilt and (shown or isinstance(answer, Mapping) is not isinstance(sent, Mapping)):
        return sent
    rows = [own_of(row) for row in shown]
    if not isinstance(sent, Mapping):
        return rows
    more = {_MORE: answer[_MORE]} if isinstance(answer, Mapping) and _MORE in answer else {}
    return {**sent, **more, key: rows}


def leave_out(row: dict[str, Any], *names: str) -> None:
    """Takes fields out of a row, also out of what it keeps of Reply's answer."""
    for name in names:
        row.pop(name, None)
    if _OWN in row:
        row[_OWN] = {name: value for name, value in row[_OWN].items() if name not in names}


def _list_in(answer: Any, key: str) -> list[Any] | None:
    found = answer.get(key) if isinstance(answer, Mapping) else answer
    return found if isinstance(found, list) else None


def _knows_own(row: Any) -> bool:
    return isinstance(row, Mapping) and _OWN in row


def with_own_fields(answer: Any) -> Any:
    """The answer in which every field that Reply sent has the value that Reply sent, beside what hooks added."""
    if isinstance(answer, list):
        return [with_own_fields(row) for row in answer]
    if not isinstance(answer, Mapping):
        return answer
    made = {key: with_own_fields(part) for key, part in answer.items() if key != _OWN}
    # Rows that know their own answer have it by now, wherever they stand.
    rows = {key for key, part in answer.items() if isinstance(part, list) and any(_knows_own(row) for row in part)}
    sent = {key: part for key, part in answer.get(_OWN, {}).items() if key not in rows and key != _MORE}
    return _joined(sent, made)


def _joined(sent: Any, made: Any) -> Any:
    if isinstance(sent, Mapping) and isinstance(made, Mapping):
        if "id" in sent and "id" in made and sent["id"] != made["id"]:
            return made
        return {**made, **{key: _joined(part, made[key]) if key in made else part for key, part in sent.items()}}
    if isinstance(sent, list) and isinstance(made, list) and len(sent) == len(made):
        return [_joined(*pair) for pair in zip(sent, made, strict=True)]
    return made if isinstance(sent, list | Mapping) else sent
