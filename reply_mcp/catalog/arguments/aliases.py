"""Arguments by other names than Reply's: `sequence_id` for the `id` of a sequence, `limit` for `top`.

Agents guess names, and prompts written for other servers bring theirs. A name is taken for another only where it can
mean one argument and no other; it then means exactly that one, and its value is kept as it is. Everything else stays
as given and is answered as a wrong argument. Nothing is ever left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, get_args

from pydantic.fields import FieldInfo

from reply_mcp.catalog.arguments.model_fields import is_list, names_inside
from reply_mcp.catalog.arguments.named_ids import named_in
from reply_mcp.catalog.arguments.shown_names import sources_shown
from reply_mcp.catalog.operation import Arguments, Effect, Part
from reply_mcp.errors import WrongArguments
from reply_mcp.text.names import fold_name

_SYNONYMS = {
    "campaign": "sequence",
    "cadence": "sequence",
    "prospect": "contact",
    "person": "contact",
    "people": "contact",
    "lead": "contact",
    "conversation": "thread",
    "owner": "user",
    "assignee": "user",
    "assigned": "user",
    "teammate": "user",
    "member": "user",
    "organization": "company",
    "ids": "id",
}
_COMPOUNDS = {"mailbox": ("email", "account"), "kb": ("knowledge", "base")}
_FILLERS = {"is", "the", "new", "team", "target"}
_TIME_ENDINGS = {"at", "date", "time", "on", "to"}
"""Last words that say only that something is a moment: `dueTo`, `due_date` and `dueAt` are one."""
_PAGING_AND_PERIODS = (
    ({"top"}, {"limit", "pagesize", "perpage", "maxresults", "maxitems", "count", "size", "take"}),
    ({"skip"}, {"offset", "startindex"}),
    (
        {"from"},
        {"start", "since", "startdate", "fromdate", "datefrom", "starttime", "periodstart", "period", "timeframe"},
    ),
    ({"to"}, {"end", "until", "enddate", "todate", "dateto", "endtime", "periodend"}),
)
_SEARCH_FIELDS = {"search", "searchTerm", "name", "query"}
_SEARCH_WORDS = {
    "query",
    "q",
    "search",
    "searchquery",
    "searchterm",
    "searchtext",
    "keyword",
    "keywords",
    "text",
    "term",
    "name",
}
_BODY_FIELDS = {"message", "body", "text", "content", "html", "notes"}
_BODY_WORDS = {"message", "body", "text", "content", "html", "note", "messagetext", "messagebody", "reply", "comment"}
_BY_OPERATION = {
    "GenerateOffer": dict.fromkeys(("url", "website", "websiteurl"), "prompt"),
    "AddKnowledgeBaseLink": dict.fromkeys(("website", "websiteurl", "source", "sourceurl", "link"), "url"),
    "DeleteKnowledgeBaseLink": dict.fromkeys(("source", "sourceid"), "linkId"),
    "RegenerateApproval": dict.fromkeys(("instructions", "feedback", "comment", "guidance"), "recommendations"),
    "CreateTask": {"type": "taskType"},
    "CreateWebhook": {"event": "eventType"},
    "ContactBrief": dict.fromkeys(("name", "person", "query", "fullname"), "contact"),
    "TriageInbox": dict.fromkeys(("from", "start", "startdate", "fromdate", "after"), "since"),
    "CreateContact": {"companyid": "accountId"},
    "UpdateContact": {"companyid": "accountId"},
    "BulkAddContactsToSequence": {"evenif": "allow", "email": "contactIds", "emails": "contactIds"},
    "CompleteTask": dict.fromkeys(("result", "outcome", "resolution", "callresult"), "callResolution"),
    "SendApprovalsBulk": dict.fromkeys(("approvals", "messages", "drafts"), "items"),
}
"""Names that fit one operation alone."""
_EMAIL_OF_CONTACT = {("email",), ("email", "address"), ("contact", "email"), ("contact", "email", "address")}
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")

_LONGEST = 80
"""Characters of a name that may stand for another."""

Words = tuple[str, ...]


def apply_aliases(model: type[Arguments], arguments: dict[str, Any]) -> dict[str, Any]:
    """The arguments under Reply's names, as far as it is plain which are meant; the others as given.

    Raises:
        WrongArguments: where two given names mean the same argument.
    """
    known = {info.alias or name: info for name, info in model.model_fields.items()}
    if all(name in known for name in arguments):
        return arguments
    meant = {name: name if name in known else _resolve(model, known, name, arguments[name]) for name in arguments}
    given = Counter(meant.values())
    clashes = [
        f"{name}: means {target} here, and there is another value for it; there are {', '.join(known)}"
        for name, target in meant.items()
        if name != target and given[target] > 1
    ]
    if clashes:
        raise WrongArguments(clashes)
    return _put_inside(model, known, {meant[name]: value for name, value in arguments.items()})


def _put_inside(model: type[Arguments], known: Mapping[str, FieldInfo], arguments: dict[str, Any]) -> dict[str, Any]:
    """The arguments, with those that one object among them alone has put into it: `from` into `filters`."""
    put = dict(arguments)
    for name in [name for name in arguments if name not in known]:
        places = [(outer, field) for outer, info in known.items() for field in _fields_meant(model, info, name)]
        if len(places) != 1:
            continue
        outer, field = places[0]
        held = put.get(outer)
        if held is None or (isinstance(held, Mapping) and field not in held):
            put[outer] = {**(held or {}), field: put.pop(name)}
    rest = [name for name in put if name not in known]
    homes = [outer for outer, info in known.items() if info.is_required() and outer not in put]
    homes = [outer for outer in homes if not names_inside(model, (outer,)).isdisjoint(rest)]
    if len(homes) == 1 and not is_list(known[homes[0]].annotation):
        # What is left is the object itself, written flat: `{"id": 7, "type": "call", "delayInMinutes": 60}`.
        put[homes[0]] = {name: put.pop(name) for name in rest}
    return put


def _fields_meant(model: type[Arguments], info: FieldInfo, name: str) -> list[str]:
    """The fields of an argument that is an object of one kind which a name surely means."""
    classes = [one for one in (info.annotation, *get_args(info.annotation)) if isinstance(one, type)]
    inner = [one for one in classes if issubclass(one, Part)]
    if len(inner) != 1 or len(name) > _LONGEST:
        return []
    fields = {field.alias or own: field for own, field in inner[0].model_fields.items()}
    bare, words = fold_name(name), _split(name)
    for found in (
        [field for field in fields if fold_name(field) == bare],
        [field for field in fields if words and _split(field) == words],
        [field for field, one in fields.items() if words in _names_of_id(model, field, one)],
        [field for field in _by_role(model, fields, bare) if field in ("from", "to")],
    ):
        if found:
            return found
    return []


def _resolve(model: type[Arguments], known: Mapping[str, FieldInfo], name: str, value: Any) -> str:
    """The argument that a name means; the name itself where none is meant or more than one may be."""
    if len(name) > _LONGEST:
        return name
    for candidates in _candidates(model, known, name, value):
        found = set(candidates)
        if found:
            return found.pop() if len(found) == 1 else name
    return name


def _candidates(model: type[Arguments], known: Mapping[str, FieldInfo], name: str, value: Any) -> Iterator[list[str]]:
    """The candidates by each way of understanding a name, the surest first."""
    bare, words = fold_name(name), _split(name)
    yield [field for field in known if fold_name(field) == bare]
    yield [field for field in (_BY_OPERATION.get(model.operation.id, {}).get(bare, ""),) if field]
    yield [field for field in known if words and _split(field) == words]
    yield [field for field in known if field in sources_shown(model, name)]
    yield [field for field, info in known.items() if words in _names_of_id(model, field, info)]
    if bare in ("id", "ids") or (bare in ("name", "fullname") and _goes_by_name_alone(known)):
        yield _single_id(model, known)
    if words in _EMAIL_OF_CONTACT and "email" not in known and "@" in str(value):
        yield [field for field, info in known.items() if _noun_of(info) == "contact"]
    yield _by_role(model, known, bare)
    tails = {words[len(noun) :] for noun in _nouns_of_tool(model) if words[: len(noun)] == noun}
    yield [field for field, info in known.items() if _split(field) in tails and not _is_id(field, info)]
    yield [field for field in known if _is_short_for(words, _split(field))]


def _nouns_of_tool(model: type[Arguments]) -> set[Words]:
    """What a tool is about, by its path and its name: `{("contact", "list"), ("list",)}`."""
    thing = _split(model.operation.tool)[2:]
    return _nouns_in_path(model.operation.path, "") | {thing[start:] for start in range(len(thing))}


def _names_of_id(model: type[Arguments], field: str, info: FieldInfo) -> set[Words]:
    """What an id may be called by the thing that it is of: `sequence`, `sequence_id`, `sequence_name`."""
    if not _is_id(field, info):
        return set()
    nouns = {_split(_noun_of(info))} if _noun_of(info) else set()
    if field in ("id", "ids"):
        nouns |= _nouns_in_path(model.operation.path, field)
    else:
        nouns.add(_split(field)[:-1] if _split(field)[-1:] == ("id",) else _split(field))
    ends: list[Words] = [("id",)]
    if _noun_of(info) or field not in ("id", "ids"):
        ends.append(())
    if _noun_of(info):
        ends.append(("name",))
    return {(*noun, *end) for noun in nouns if noun for end in ends}


def _nouns_in_path(path: str, field: str) -> set[Words]:
    """`{("contact", "list"), ("list",)}` for the `id` of `/v3/contact-lists/{id}/share`."""
    head = path.partition("/{id}")[0] if field == "id" else path
    collections = [part for part in head.split("/") if part.endswith("s") and part != "{}"]
    words = _split(collections[-1]) if collections else ()
    return {words[start:] for start in range(len(words))}


def _by_role(model: type[Arguments], known: Mapping[str, FieldInfo], bare: str) -> list[str]:
    found = [field for fields, names in _PAGING_AND_PERIODS for field in fields if bare in names and field in known]
    if found and (found[0] not in ("from", "to") or {"from", "to"} <= known.keys()):
        return found
    if model.operation.effect is Effect.READ and bare in _SEARCH_WORDS:
        return [field for field in known if field in _SEARCH_FIELDS]
    if model.operation.effect is not Effect.READ and bare in _BODY_WORDS:
        texts = [
            field for field, info in known.items() if field in _BODY_FIELDS and (info.is_required() or field != "notes")
        ]
        return texts if len([field for field in known if field in _BODY_FIELDS]) == len(texts) else []
    return []


def _goes_by_name_alone(known: Mapping[str, FieldInfo]) -> bool:
    """Whether the one name that a call can have is that of what it is about: none of its arguments is a name."""
    return not any("name" in _split(field) or field in _SEARCH_FIELDS for field in known)


def _single_id(model: type[Arguments], known: Mapping[str, FieldInfo]) -> list[str]:
    """The one argument that is an id, where no other is and the call is about what it stands for."""
    found = [field for field, info in known.items() if _is_id(field, info)]
    if len(found) != 1:
        return []
    info, path = known[found[0]], model.operation.path
    in_path = any(f"{{{name}}}" in path for name, one in model.model_fields.items() if one is info)
    named = bool(_noun_of(info)) and (info.is_required() or not path or model.operation.effect is Effect.READ)
    return found if in_path or named or (info.is_required() and found[0].endswith("Ids")) else []


def _is_id(field: str, info: FieldInfo) -> bool:
    return bool(_noun_of(info)) or _split(field)[-1:] == ("id",)


def _noun_of(info: FieldInfo) -> str:
    """What the id is of, where it may be given by name; for a list, what each of its ids is of."""
    named = named_in(info)
    return named.noun if named else ""


def _is_short_for(words: Words, whole: Words) -> bool:
    """`status` for `statusInSequence`, `company` for `companyName`, `type` for `taskType`, `step_id` for
    `sequenceStepId`: the end of an id, or what is left without words that say no more."""
    if not words or len(words) >= len(whole):
        return False
    begins, ends = whole[: len(words)] == words, whole[-len(words) :] == words
    if ends and (words == ("type",) or (words[-1] == "id" and len(words) > 1)):
        return True
    return begins and whole[len(words) :] in (("in", "sequence"), ("name",))


@lru_cache(maxsize=4096)
def _split(name: str) -> Words:
    """A name as words: small, in the singular, what means the same made one."""
    parts = [
        part.lower() for part in _WORD.findall(name.replace("linkedIn", "linkedin").replace("LinkedIn", "Linkedin"))
    ]
    found: list[str] = []
    for part in parts:
        for word in _COMPOUNDS.get(
            _singular(part), (_SYNONYMS.get(part) or _SYNONYMS.get(_singular(part)) or _singular(part),)
        ):
            if word not in _FILLERS and word not in found:
                found.append(word)
    if len(found) > 1 and found[0] == "to":
        del found[0]
    if len(found) > 1 and found[-1] in _TIME_ENDINGS:
        found.pop()
    while len(found) > 1 and found[0] == "linkedin" and found[-1] in ("url", "profile"):
        found.pop()
    return tuple(found)


def _singular(word: str) -> str:
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("boxes", "sses")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word
