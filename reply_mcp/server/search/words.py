"""The words of a text: without those that say nothing, cut to their stems, synonyms made one."""

from __future__ import annotations

import re
from functools import lru_cache

_STOP = frozenset(
    """a an and are as at be been by called can could did do does for from get had has have he her him his how i if in
    into is it its me my of on or our out so she some that the their them then there these they this to too up us was
    we were what when where which while who whom whose why will with would you your any please show tell want need
    doing going much now v1 v2 v3 api""".split()
)
_SAME = {
    "people": "contact",
    "person": "contact",
    "prospect": "contact",
    "lead": "contact",
    "everyone": "contact",
    "everybody": "contact",
    "someone": "contact",
    "somebody": "contact",
    "guy": "contact",
    "campaign": "sequence",
    "cadence": "sequence",
    "teammate": "user",
    "colleague": "user",
    "remove": "delete",
    "erase": "delete",
    "drop": "delete",
    "wipe": "delete",
    "kick": "delete",
    "abort": "cancel",
    "insert": "add",
    "all": "several",
    "every": "several",
    "stat": "statistic",
    "number": "statistic",
    "analytic": "statistic",
    "metric": "statistic",
    "enrol": "enroll",
    "resume": "start",
    "launch": "start",
    "activate": "start",
    "stop": "pause",
    "halt": "pause",
    "todo": "task",
    "conversation": "thread",
    "mail": "email",
    "e-mail": "email",
    "answer": "reply",
    "respond": "reply",
    "sent": "send",
    "find": "search",
    "seek": "search",
    "firm": "company",
    "organization": "company",
    "organisation": "company",
    "make": "create",
    "new": "create",
    "build": "create",
    "edit": "update",
    "change": "update",
    "modify": "update",
    "many": "several",
    "multiple": "several",
    "verify": "validate",
    "validation": "validate",
    "give": "transfer",
    "reassign": "transfer",
    "hand": "transfer",
    "own": "owner",
    "wrote": "write",
    "written": "write",
    "duplicate": "copy",
    "clone": "copy",
    "valid": "validate",
    "deliverable": "validate",
    "cut": "delete",
    "trash": "delete",
    "discard": "delete",
    "destroy": "delete",
    "freeze": "pause",
    "suspend": "pause",
    "restart": "start",
    "unpause": "start",
    "fetch": "search",
    "lookup": "search",
    "setup": "create",
    "register": "create",
    "adjust": "update",
    "alter": "update",
    "postpone": "update",
    "reschedule": "update",
    "coworker": "user",
    "salesperson": "user",
    "customer": "contact",
    "client": "contact",
    "recipient": "contact",
    "appointment": "meeting",
    "business": "company",
    "begin": "start",
    "enter": "add",
    "undo": "delete",
    "revoke": "delete",
    "colour": "color",
    "column": "field",
    "attribute": "field",
    "append": "add",
    "include": "add",
    "reopen": "update",
    "swap": "update",
    "replace": "update",
    "increase": "update",
    "decrease": "update",
    "raise": "update",
    "reduce": "update",
    "lower": "update",
    "blacklisted": "blacklist",
    "blocklist": "blacklist",
}
_CHANGING = """add approve archive assign attach block cancel change clear clone complete connect copy create delete
    disable draft drop duplicate edit enable enroll execute finish give hand import insert label link lower make mark
    move new opt pause postpone post put raise reject remove rename reply reset resume save schedule send set share
    start stop submit switch tag take test toggle transfer turn unarchive unassign unblock unlock unshare update upload
    use write""".split()
"""Words of a request that changes something; without one, what only reads is meant more often."""

_ENDINGS = (("ied", "y", 5), ("ies", "y", 5), ("ing", "", 6), ("ed", "", 5), ("es", "", 5), ("s", "", 4))
_CAMEL = re.compile(r"([a-z0-9]{2})([A-Z])")
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)?")
_PRODUCT = re.compile(r"\breply_|\bReply(’s|'s)?\b")


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """The part of a word that its forms share; rough, and the same for query and index."""
    for ending, instead, least in _ENDINGS:
        if word.endswith(ending) and len(word) >= least and not word.endswith("ss"):
            word = word[: -len(ending)] + instead
            break
    return word.removesuffix("e") if len(word) > 3 else word


_SAME_STEMS = {stem(word): stem(meant) for word, meant in _SAME.items()}
CHANGING_STEMS = frozenset(_SAME_STEMS.get(stem(word), stem(word)) for word in _CHANGING)


def tokens(text: str) -> list[str]:
    """The words of a text in small letters, as written; those of a name such as `listCampaigns` apart."""
    return _WORD.findall(apart(text).lower())


def apart(text: str) -> str:
    """The words of a name such as `listCampaigns` apart."""
    if text.islower():
        return text
    return _CAMEL.sub(r"\1 \2", text.replace("LinkedIn", "linkedin").replace("InMail", "inmail"))


@lru_cache(maxsize=8192)
def meanings(token: str) -> tuple[str, ...]:
    """What a word in small letters stands for: its stem or that of a synonym, and those of its parts; nothing for a
    word without meaning of its own."""
    pieces = (token, *token.split("-")) if "-" in token else (token,)
    stems = [stem(piece) for piece in pieces if piece not in _STOP]
    return tuple(_SAME_STEMS.get(one, one) for one in stems)


def words(text: str) -> list[str]:
    """Stems of the words that carry meaning, synonyms made one."""
    return [meaning for token in tokens(text) for meaning in meanings(token)]


def own_words(text: str) -> list[str]:
    """Words of our own names and descriptions, where `Reply` is the product and not an answer."""
    return words(_PRODUCT.sub(" ", text))


SPOKEN = frozenset(_SAME) | frozenset(_CHANGING)
"""Words that mean something here though the catalog may not use them."""
