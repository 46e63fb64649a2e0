"""What a mail program writes above the message that it quotes, recognized by its form alone, in whatever language.

A header is only looked for right above lines that repeat an earlier message. It is one to three lines that end in a
colon and name a time and a person ("On Tue, 25 Nov 2025 at 15:00, Maria Silva wrote:"), or a block of labels ("From: …
Sent: … Subject: …"), or a ruled line ("-----Original Message-----"). Labels have no digits and a person must be named,
so that a client's own list of facts is none.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from reply_mcp.text.html_walk import Line

_MOST_LINES = 12
_MOST_CHARACTERS = 400
_ATTRIBUTION_LINES = 3
_NARROWEST = 55
"""Characters of a line from which on the next word may have been wrapped."""
_ENDS_IN_COLON = re.compile(r"[:：]\W*$")
_LABEL = re.compile(r"[*>\s]*[^\W\d_][^\d:：@]{0,28}?\*?\s?[:：]\*?(?=\s|$|[^\x00-\x7f])")
_RULED = re.compile(r"[-_=*–—\s]{2,}$|[-_=*–—]{2,}[^-_=*–—].{0,60}?[-_=*–—]{2,}$")
_PLAIN_RULE = re.compile(r"[-_=*–—\s]{2,}$")
_ADDRESS = re.compile(r"[\w.+-]@[\w-]")
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_DAY = re.compile(r"\d{1,4}\s?[./年년-]\s?\d{1,2}\s?[./月월-]\s?\d{1,4}")
_TIME = re.compile(r"\d{1,2}\s?[:.h時时시]\s?\d\d|\d\s?(?:[ap]\.?m\.?|uhr|klo)\b|[時时시点]", re.IGNORECASE)


def is_ruled(text: str) -> bool:
    """Whether a line is nothing but a rule."""
    return _PLAIN_RULE.match(text) is not None


def header_above(
    lines: Sequence[Line], end: int, start: int, names: Collection[frozenset[str]], *, barred: bool
) -> int:
    """The first line of the header that ends right above line `end`, not above `start`; `end` where there is none.

    `names` are the words of the names of people who wrote before, in lower case. `barred` says that what follows is
    marked as quoted anyway, so that more is asked of a block of labels.
    """
    last = end - 1
    blanks = 0
    while last >= start and blanks < 3 and (not lines[last].text or is_ruled(lines[last].text)):
        blanks += 1
        last -= 1
    if last < start or not lines[last].text:
        return _with_rules(lines, end, start) if blanks else end
    found = last + 1
    while found > start and last - found < _MOST_LINES and lines[found - 1].mark == "header":
        found -= 1
    if found > last:
        found = _attribution(lines, last, start, names)
    if found > last:
        found = _labels(lines, last, start, names, least=3 if barred else 2)
    if found > last and _RULED.match(lines[last].text):
        found = last
    return _with_rules(lines, found if found <= last else end, start)


def header_length(lines: Sequence[Line], start: int, end: int, names: Collection[frozenset[str]]) -> int:
    """How many of the first lines from `start` are a header; 0 where they begin with something else."""
    for length in range(1, min(_MOST_LINES, end - start) + 1):
        if lines[start].text and header_above(lines, start + length, start, names, barred=False) == start:
            return length
    return 0


def _with_rules(lines: Sequence[Line], found: int, start: int) -> int:
    """Takes in the ruled line right above."""
    above = found - 1
    while above >= start and not lines[above].text:
        above -= 1
    while above >= start and _RULED.match(lines[above].text):
        found = above
        above -= 1
    return found


def _attribution(lines: Sequence[Line], last: int, start: int, names: Collection[frozenset[str]]) -> int:
    """One line, or up to three of which each was wrapped for the next."""
    if not _ENDS_IN_COLON.search(lines[last].text):
        return last + 1
    impersonal = last + 1
    for first in range(last, max(start, last - _ATTRIBUTION_LINES + 1) - 1, -1):
        if first < last and not _was_wrapped(lines[first].text, lines[first + 1].text):
            break
        text = " ".join(line.text for line in lines[first : last + 1])
        if len(text) > _MOST_CHARACTERS:
            break
        dated, timed = bool(_YEAR.search(text) or _DAY.search(text)), bool(_TIME.search(text))
        if (dated or timed) and _names_somebody(text, names):
            return first
        if dated and timed:
            impersonal = first if impersonal > last else impersonal
    return impersonal


def _was_wrapped(text: str, following: str) -> bool:
    return bool(text) and len(text) + len(following.split(" ")[0]) > _NARROWEST


def _labels(lines: Sequence[Line], last: int, start: int, names: Collection[frozenset[str]], *, least: int) -> int:
    """Lines of labels, from the one that names a person on: above it may stand labels of the client's own."""
    first = last + 1
    while first > start and last - first < _MOST_LINES:
        text = lines[first - 1].text
        if not _LABEL.match(text) and not ("@" in text and text.endswith((">", ",", ";"))):
            break
        first -= 1
    labelled = [at for at in range(first, last + 1) if _LABEL.match(lines[at].text)]
    known = [at for at in labelled if _has_name(lines[at].text, names)]
    persons = known or [at for at in labelled if _ADDRESS.search(lines[at].text)]
    text = "\n".join(line.text for line in lines[persons[0] : last + 1]) if persons else ""
    when = _YEAR.search(text) or _TIME.search(text) or _DAY.search(text)
    return persons[0] if when and sum(at >= persons[0] for at in labelled) >= least else last + 1


def _names_somebody(text: str, names: Collection[frozenset[str]]) -> bool:
    return bool(_ADDRESS.search(text)) or _has_name(text, names)


def _has_name(text: str, names: Collection[frozenset[str]]) -> bool:
    words = set(re.findall(r"[^\W_]+", text.casefold()))
    return any(name <= words for name in names)
