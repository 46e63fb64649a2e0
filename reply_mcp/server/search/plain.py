"""A query in plain words: phrases by what they mean, and a word for what stands for an address, a link or a name."""

from __future__ import annotations

import re
from collections.abc import Iterable

from reply_mcp.server.search.languages import without_accents
from reply_mcp.server.search.phrases import Rewording, reworded
from reply_mcp.server.search.words import apart

_ASKS = frozenset("who whose which what when where how why is are does did has have".split())
_HAPPENED = frozenset(("sent", "opened", "clicked", "booked"))

_SHORT = (
    Rewording(
        ("n't", "n’t"),
        r"\b(can|do|does|did|is|are|was|were|has|have|had|should|would|could)n['’]t\b",
        r"\1 not",
    ),
    Rewording(("won't", "won’t"), r"\bwon['’]t\b", "will not"),
    Rewording(("'s", "’s"), r"\b(what|who|that|it|where|how)['’]s\b", r"\1 is"),
)
_LEAD_IN = (
    Rewording(
        tuple("please hey hi can could would will i we i' i’ give get show help let".split()),
        r"^(please |hey |hi )?((can|could|would|will) (you|i|we) (please )?"
        r"|(i|we)( would|['’]d)? (like|want|need|have) to |(give|get|show|help) (me|us) (?!an?\b)"
        r"|let me |i['’]d like |please )",
        "",
    ),
)
"""What comes before a request and says nothing of it."""
_VERB_OF_NAME = (
    Rewording(
        ("list", "get", "fetch", "search", "find"), r"^\s*(list|get|fetch|search|find)(?=[_A-Z])", "", exactly=True
    ),
)
_PRODUCT = (
    Rewording(("reply",), r"\breply_|\b(in|from|of|into) Reply\b|\bReply(’s|'s)|\b(in|from) reply$", " ", exactly=True),
)
_STANDS_FOR = (
    Rewording(("list", "show", "see"), r"^\s*(list|show|see)( me)?( all)?\b(?![_-])", " "),
    Rewording(("linkedin",), r"https?://\S*linkedin\S*", " linkedin contact ", exactly=True),
    Rewording(("@",), r"\S+@\S+", " contact address ", exactly=True),
    Rewording(
        ("how ",), r"^how (is|are|was|did) (.+) (doing|performing|going|do|perform)$", r"\2 statistic", exactly=True
    ),
    Rewording(("how many",), r"\bhow many\b", " count "),
    Rewording(
        ("is ", "has ", "did ", "does ", "was ", "will "),
        r"(?<!how )\b(is|has|did|does|was|will) [A-Z][a-z]+\b",
        " contact ",
        exactly=True,
    ),
    Rewording((".",), r"\b[\w-]+\.(com|io|org|net|co|de|eu|ai)\b", " domain ", exactly=True),
    Rewording(
        tuple("0123456789"),
        r"(?<!\bstep )(?<!\blist )(?<!\bthread )(?<!\btask )\b\d[\d,]{0,5} (?=[a-z]{3})",
        " several ",
        exactly=True,
    ),
    Rewording(("'s", "’s"), r"['’]s\b", "", exactly=True),
)


def is_question(query: str) -> bool:
    """Whether a query asks rather than orders."""
    found = re.findall(r"\w+", query.lower())
    return found[:1] != [] and (found[0] in _ASKS or not _HAPPENED.isdisjoint(found))


def is_proper_name(word: str) -> bool:
    """Whether a word, as typed in a query whose first letter was made small, is written like a name."""
    return word[:1].isupper()


def plain(query: str, phrases: Iterable[Rewording]) -> str:
    """The query with phrases by what they mean; the first letter, large or not, says nothing."""
    if "/" not in query:
        query = reworded(apart(query), _VERB_OF_NAME).replace("_", " ")
    query = reworded(query.strip(), _LEAD_IN)
    query = reworded(without_accents(query), (*_SHORT, *phrases, *_PRODUCT))
    query = reworded(query.strip(), _STANDS_FOR).strip()
    return query[:1].lower() + query[1:]


def bare(text: str) -> list[str]:
    """The bare words in order, for finding names and sayings as they are. Ids in a path, or what stands for them, are
    left out."""
    if "/" in text:
        text = re.sub(r"/(\d+|\{\w*\}|:\w+)(?![\w])", "/", text)
    return re.findall(r"[a-z0-9@_]+", text.lower())
