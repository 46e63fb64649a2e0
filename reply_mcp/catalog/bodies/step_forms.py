"""Steps as people write them, made steps as v3 takes them: `{type, subject, body, delay_days}` becomes an email step
with one variant and a delay in minutes.

Only what plainly means one thing is understood; everything else stays as given and is answered as a wrong argument. A
step that has v3's own form stays as it is.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

from reply_mcp.text.digits import whole_number
from reply_mcp.text.names import fold_name

DAY = 1440
MOST_STEPS, MOST_KEYS = 500, 50
"""Steps of a call, and keys of a step, beyond which other forms than v3's own are not looked for."""
_UNITS = {
    **dict.fromkeys(("minute", "min", "m"), 1),
    **dict.fromkeys(("hour", "hr", "h"), 60),
    **dict.fromkeys(("day", "d"), DAY),
    **dict.fromkeys(("week", "w"), 7 * DAY),
}
_SPAN = re.compile(r"\s*(\d{1,4})\s*([a-z]+?)s?\s*")
_TYPES = {
    **{
        name.casefold(): name
        for name in ("email", "linkedIn", "call", "sms", "whatsApp", "zapier", "task", "condition")
    },
    **dict.fromkeys(("mail", "autoemail", "automaticemail", "emailstep"), "email"),
    **dict.fromkeys(("phone", "phonecall", "callstep"), "call"),
    **dict.fromkeys(("textmessage", "text"), "sms"),
    **dict.fromkeys(("todo", "manual", "manualtask"), "task"),
}
_ACTIONS = {
    **{
        name.casefold(): name
        for name in ("message", "connect", "inMail", "viewProfile", "endorseSkills", "voiceMessage", "likeRecentPosts")
    },
    "followprofile": "followProfile",
    "commentonrecentpost": "commentOnRecentPost",
    **dict.fromkeys(("connection", "connectionrequest", "connectrequest", "invite", "invitation"), "connect"),
    **dict.fromkeys(("directmessage", "dm", "sendmessage"), "message"),
    **dict.fromkeys(("view", "visit", "visitprofile", "profileview", "profilevisit"), "viewProfile"),
    **dict.fromkeys(("like", "likeposts", "likepost"), "likeRecentPosts"),
    "follow": "followProfile",
}
_WAITS = {"wait", "delay", "pause"}
_MODES = {"auto": "automatic", "automatic": "automatic", "manual": "manual"}
_WITH_MODE = {"email", "sms"}
_WITH_VARIANTS = {"message", "connect", "inMail"}
_TEXTS = ("body", "text", "content", "html", "emailbody", "messagetext", "messagebody", "note", "script", "description")
"""Names under which the text of a step is given."""
_DELAYS = {
    **dict.fromkeys(("delayindays", "delaydays", "waitdays", "waitindays", "days"), DAY),
    **dict.fromkeys(("delayinhours", "delayhours", "waithours", "hours"), 60),
    **dict.fromkeys(("delayminutes", "waitminutes", "minutes"), 1),
}
_NULLABLE = {"id", "parentId", "ifConditionPositive", "skipIfNoPostsInDays"}
"""Where v3 takes null."""
_PLACES = {"step", "stepnumber", "number", "order", "position", "index"}

Given = dict[str, Any]


def understand_steps(value: Any) -> Any:
    """The list of steps, in which a wait between two is the delay of the next one, days that are counted from the first
    step on are delays, and numbers that only count the steps are left out.

    Raises:
        ValueError: where there are more than a call takes.
    """
    if isinstance(value, list) and len(value) > MOST_STEPS:
        raise ValueError(f"at most {MOST_STEPS} steps a call, got {len(value):,}")
    if not isinstance(value, list) or not all(map(_is_written, value)):
        return value
    steps = _without_numbers([_without_nulls(step) for step in value])
    understood: list[Any] = []
    for step in _days_as_delays(_waits_as_delays(steps)):
        understood.append(understand_step(_as_next_email(step, understood)))
    return understood


def _as_next_email(step: Given, before: list[Any]) -> Given:
    """A step of a body and a delay alone after an email: the next email of its thread."""
    keys = {fold_name(str(key)) for key in step}
    follows = bool(before) and isinstance(before[-1], dict) and before[-1].get("type") == "email"
    return {"type": "email", **step} if follows and "body" in keys and keys <= {"body", "delay", *_DELAYS} else step


def understand_new_steps(value: Any) -> Any:
    """As `understand_steps`, for a new sequence: its first step has no delay unless one is given."""
    steps = understand_steps(value)
    if isinstance(steps, list) and steps and isinstance(steps[0], dict):
        steps = [{"delayInMinutes": 0, **steps[0]}, *steps[1:]]
    return steps


def understand_step(value: Any) -> Any:
    """One step by v3's names, as far as it is plain what is meant."""
    if not _is_written(value):
        return value
    step = _without_nulls(_unwrapped(value))
    _name_type(step)
    _set_delay(step)
    kind, action = step.get("type"), step.get("actionType")
    if not isinstance(kind, str):
        return step
    if kind in _WITH_MODE or (kind == "linkedIn" and action in (*_WITH_VARIANTS, "viewProfile")):
        _set_mode(step)
    if kind == "email" or (kind == "linkedIn" and action in _WITH_VARIANTS):
        _gather_variants(step)
    elif kind in ("call", "sms", "whatsApp"):
        _rename_text(step, "message")
    elif kind == "task":
        _rename_text(step, "description", "title", "message", "name", "subject")
        step.setdefault("actionType", "toDo")
    return step


def _is_written(value: Any) -> bool:
    """Whether this is an object that somebody may have written as a step."""
    return isinstance(value, dict) and len(value) <= MOST_KEYS


def _take(step: Given, *names: str) -> Any:
    """Takes out the one value that is given under any of these folded names; None where there is none, or several."""
    found = [key for key in step if fold_name(str(key)) in names]
    return step.pop(found[0]) if len(found) == 1 else None


def _without_nulls(step: Given) -> Given:
    return {key: held for key, held in step.items() if held is not None or key in _NULLABLE}


def _unwrapped(value: Given) -> Given:
    """`{"email": {…}, "wait": …}` is a step whose type is its key."""
    inner = [key for key, held in value.items() if _TYPES.get(fold_name(str(key))) and isinstance(held, dict)]
    if len(inner) == 1 and "type" not in value and not value.keys() & value[inner[0]].keys():
        rest = {key: held for key, held in value.items() if key != inner[0]}
        return {"type": inner[0], **value[inner[0]], **rest}
    return {**value}


def _name_type(step: Given) -> None:
    """Gives type and action v3's words; where no type is given, a subject makes an email and an action LinkedIn."""
    given = step.get("type")
    if given is None:
        given = _take(step, "steptype", "channel", "kind")
    if given is None and any(fold_name(str(key)) == "subject" for key in step):
        given = "email"
    if not isinstance(given, str):
        return
    bare = fold_name(given)
    action = _take(step, "actiontype", "action", "linkedinaction") if _TYPES.get(bare) != "zapier" else None
    if bare in _TYPES:
        step["type"] = _TYPES[bare]
    elif bare.removeprefix("linkedin") in _ACTIONS and (bare.startswith("linkedin") or bare != "message"):
        step["type"], action = "linkedIn", action or bare.removeprefix("linkedin")
    else:
        step["type"] = given
    if step["type"] == "linkedIn" and action is None:
        keys = {fold_name(str(key)) for key in step}
        action = "connect" if "note" in keys else "message" if keys & {"message", *_TEXTS} else None
    if action is not None:
        known = _ACTIONS if step["type"] == "linkedIn" else {"todo": "toDo", "meeting": "meeting"}
        step["actionType"] = known.get(fold_name(action), action) if isinstance(action, str) else action


def _set_delay(step: Given) -> None:
    """Makes any delay one in minutes; a bare number under a name without a unit stays, but for nothing at all."""
    if any(fold_name(str(key)) == "delayinminutes" for key in step):
        return
    for key in [key for key in step if fold_name(str(key)) in _DELAYS]:
        amount = _number(step[key])
        if amount is not None:
            step.pop(key)
            step["delayInMinutes"] = amount * _DELAYS[fold_name(str(key))]
        return
    for key in [key for key in step if fold_name(str(key)) in ("delay", "wait", "waittime", "after")]:
        minutes = minutes_of(step[key])
        if minutes is not None:
            step.pop(key)
            step["delayInMinutes"] = minutes
        return


def minutes_of(span: Any) -> int | None:
    """The minutes of `2 days`, `48h`, `{"days": 2}` or `{"value": 2, "unit": "days"}`; None where no unit is given,
    unless the span is nothing."""
    if isinstance(span, dict):
        if {"unit", "value"} == span.keys() or {"unit", "amount"} == span.keys():
            return minutes_of(f"{span.get('value', span.get('amount'))} {span['unit']}")
        pairs = [(_number(amount), _unit(str(unit))) for unit, amount in span.items()]
        known = [amount * unit for amount, unit in pairs if amount is not None and unit is not None]
        return sum(known) if known and len(known) == len(pairs) else None
    if _number(span) == 0:
        return 0
    found = _SPAN.fullmatch(span.casefold()) if isinstance(span, str) else None
    unit = _unit(found[2]) if found else None
    return None if found is None or unit is None else int(found[1]) * unit


def _unit(word: str) -> int | None:
    bare = word.strip().casefold()
    return _UNITS.get(bare, _UNITS.get(bare.removesuffix("s")))


def _number(value: Any) -> int | None:
    if isinstance(value, bool):
        return None
    return value if isinstance(value, int) and value >= 0 else whole_number(value) if isinstance(value, str) else None


def _set_mode(step: Given) -> None:
    mode = _take(step, "executionmode", "mode", "execution")
    step["executionMode"] = _MODES.get(fold_name(mode), mode) if isinstance(mode, str) else mode or "automatic"


def _gather_variants(step: Given) -> None:
    """Puts a subject and a text of the step itself into a variant, and gives those in variants v3's names."""
    variants = _take(step, "variants")
    if variants is None:
        texts = [key for key in step if fold_name(str(key)) in ("message", *_TEXTS)]
        keys = [*texts, *(key for key in step if fold_name(str(key)) in ("subject", "attachmentids"))]
        variants = [{key: step.pop(key) for key in keys}] if keys and len(texts) < 2 else None
    if isinstance(variants, dict):
        lettered = all(isinstance(one, dict) for one in variants.values())
        variants = list(variants.values()) if lettered and variants else [variants]
    if isinstance(variants, list):
        step["variants"] = [_variant(one) for one in variants]


def _variant(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    variant = {**value}
    _rename_text(variant, "message")
    return variant


def _rename_text(holder: Given, name: str, *also: str) -> None:
    """Gives the text its name where it goes by another one."""
    if name in holder:
        return
    text = _take(holder, name, *_TEXTS, *also)
    if text is not None:
        holder[name] = text


def _without_numbers(steps: list[Given]) -> list[Given]:
    """The steps without a key that counts them from nought or one on."""
    for key in {key for step in steps for key in step if fold_name(str(key)) in _PLACES}:
        numbers = [_number(step.get(key)) for step in steps]
        if numbers in (list(range(len(steps))), list(range(1, len(steps) + 1))):
            for step in steps:
                del step[key]
    return steps


def _waits_as_delays(steps: list[Given]) -> list[Given]:
    """The steps without those that only wait, whose time the next step has as its delay."""
    kept: list[Given] = []
    waited = 0
    for at, step in enumerate(steps):
        minutes = _minutes_waited(step) if at + 1 < len(steps) else None
        if minutes is not None:
            waited += minutes
            continue
        kept.append({**step, "delayInMinutes": waited} if waited and not _has_delay(step) else step)
        waited = 0
    return kept


def _minutes_waited(step: Given) -> int | None:
    """How long a step waits that does nothing else; None for any other."""
    if not isinstance(step.get("type"), str) or fold_name(step["type"]) not in _WAITS:
        return None
    spans = {key: held for key, held in step.items() if key != "type"}
    _set_delay(spans)
    minutes = spans.get("delayInMinutes", minutes_of(spans.get("duration")))
    return minutes if isinstance(minutes, int) and spans.keys() <= {"delayInMinutes", "duration"} else None


def _has_delay(step: Given) -> bool:
    names = {fold_name(str(key)) for key in step}
    return bool(names & {"delayinminutes", "delay", "wait", "waittime", "after", *_DELAYS})


def _days_as_delays(steps: list[Given]) -> list[Given]:
    """Days counted from the first step on (1, 4, 8) as the delays between them."""
    days = [_number(step.get("day")) for step in steps]
    numbers = [day for day in days if day is not None]
    rising = all(one < other for one, other in pairwise(numbers))
    if not steps or len(numbers) != len(steps) or numbers[0] not in (0, 1) or not rising or any(map(_has_delay, steps)):
        return steps
    before = [numbers[0], *numbers]
    delays = [(day - last) * DAY for day, last in zip(numbers, before, strict=False)]
    rest = [{key: held for key, held in step.items() if key != "day"} for step in steps]
    return [{**step, "delayInMinutes": delay} for step, delay in zip(rest, delays, strict=True)]
