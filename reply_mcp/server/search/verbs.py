"""What a request wants done, by its verb, and what a tool does, by its name."""

from __future__ import annotations

import re
from functools import lru_cache

from reply_mcp.server.search.words import tokens

_ACTIONS = {
    "read": """show list get find search see read view check fetch retrieve lookup look browse compare report tell
        display pull poll who whom whose which what when where how why is are was were does did has have
        preview open count sum number export download inspect review estimate diagnose explain give watch
        monitor track know""",
    "create": """create add make build set register save upload draft compose establish define introduce put insert
        connect log record import load attach link sign start write associate enter generate append
        subscribe store schedule wire hook train teach feed upsert bring remind size""",
    "change": """change merge combine update edit rename set modify rewrite reword adjust lower raise correct fix
        alter tweak cap limit relabel retitle recolor redefine increase reduce switch extend reset replace
        swap move shorten translate turn use reorder rearrange reschedule customize configure personalize
        regenerate redo snooze postpone require""",
    "delete": """delete remove drop erase rid wipe discard destroy trash purge scrap cancel clear take withdraw kick
        unlink detach disconnect unassign strip unenroll dissociate toss throw archive retire shelve reject
        abort revoke forget clean kill dump trim undo shut untag unfile pull""",
    "send": """send reply answer respond write message email invite approve test execute fire post deliver dispatch
        ping shoot dm drop tell ask leave suggest warn notify inmail text thank follow reach nudge bump
        confirm decline""",
    "start": """start launch activate enable resume begin run unpause reactivate restart go kick unblock lift turn
        switch unlock warm trigger reconnect renew publish open whitelist allow resubscribe""",
    "stop": """stop pause disable halt suspend deactivate hold freeze unsubscribe finish end block suppress exclude
        blacklist turn switch abort quit opt never cease mute prevent unplug don""",
    "copy": "copy clone duplicate replicate save",
    "move": """move transfer put file shift switch reassign hand assign give delegate enroll enrol push add
        organize pass group place sort restore bring return""",
    "share": "share publish expose unshare make hide",
    "mark": """mark flag label tag categorize classify set record sort check complete tick done skip close star
        call log note opt""",
    "spend": "validate verify enrich buy find source prospect",
}
_BY_NAME = {
    "read": """get list search filter count compare preview export diagnose overview report whoami triage estimate
        render test contact""",
    "create": """create add upload connect save schedule generate import bulk link assign personalize blacklist clone
        duplicate attach reconnect start""",
    "change": "update rename change set attach regenerate mark",
    "delete": "delete remove clear detach unlink unshare reset reject archive cancel",
    "send": "send approve execute test generate regenerate",
    "start": "start resume enable run toggle reconnect",
    "stop": "pause disable blacklist toggle delete remove unlink archive cancel",
    "copy": "clone duplicate save",
    "move": "move change assign add",
    "share": "share unshare",
    "mark": "mark set complete",
    "spend": "schedule start",
}
_LEAD_IN = re.compile(
    r"^(?:(?:please|can|could|would|will|you|i|we|us|want|need|have|got|like|wish|to|let|let's|hey|hi|just|now|go|"
    r"ahead|how|do|should|is|there|a|way|help|me|try|and|the|ai|again|quickly|also|then|it|that|ll|d|m|bulk|mass|"
    r"batch)\b\W*)+",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"^(?:how (?:many|much|often|long|is|are|was|were|did|does|far)|do (?:i|we|you) have|"
    r"is (?!there a way)|have (?:i|we)|are )",
    re.IGNORECASE,
)
"""Questions that begin as a request for something done might."""
_NOUNS = frozenset(
    """email reply call message test record label schedule export answer note log list view text post file draft contact
    step track number limit use follow group place review invite open hold feed source prospect sum""".split()
)
"""Verbs that are nouns or adjectives as often: they are verbs where what they are done to follows."""
_HEADS = re.compile(
    r"\W+(?:of|status|states?|lists?|rates?|jobs?|stats|statistics|history|logs?|reports?|results?|counts?|dates?|times?|"
    r"details|ids?|settings|options|exceptions|types?|rules?|reasons?)\b",
    re.IGNORECASE,
)
"""What makes any verb before it a noun: `import status`."""
_OBJECT = re.compile(
    r"(?:\W+(?:a|an|the|this|that|these|those|my|our|his|her|their|its|all|every|each|both|some|any|to|me|him|them|us|it|"
    r"up|in|on|off|out|as|for|with|back|\d+|two|three|four|five|several|everyone|everybody|somebody|someone|nobody|new|"
    r"another|one|only)\b|\W+[A-Z]|\s\S+@)"
)


@lru_cache(maxsize=64)
def wanted(query: str) -> frozenset[str]:
    """The kinds of action that a request asks for; none where it reads or names a thing: `deliveries that bounced`."""
    rest = query[:300].strip()
    if not _ASKS.match(rest):
        rest = _LEAD_IN.sub("", rest)
        first = re.match(r"[^\W_]+", rest)
        verb, after = (first[0].lower(), rest[first.end() :]) if first else ("", "")
        if verb == "get" and re.match(r"\W+rid\b", after):
            return frozenset({"delete"})
        if not _HEADS.match(after) and (verb not in _NOUNS or _OBJECT.match(after)):
            return _kinds(_ACTIONS, verb)
    return frozenset()


@lru_cache(maxsize=64)
def is_reading(query: str) -> bool:
    """Whether a request asks to be shown or told something, by its verb or because it has none."""
    kinds = wanted(query)
    return not kinds or "read" in kinds


@lru_cache(maxsize=1024)
def done_by(tool: str) -> frozenset[str]:
    """The kinds of action of a tool, by its name."""
    words = tokens(tool.removeprefix("reply_"))
    return _kinds(_BY_NAME, next((word for word in words if word not in ("bulk", "batch")), ""))


def _kinds(table: dict[str, str], verb: str) -> frozenset[str]:
    return frozenset(kind for kind, verbs in table.items() if verb in verbs.split())
