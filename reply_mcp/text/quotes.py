"""What each message of a thread adds to it: its words without the mail that it quotes and a signature seen before.

Nothing is cut on a guess. Lines go where their words, in their order, are those of an earlier message of the thread and
one of these holds besides: the mail marks them as quoted (`>`, a bar, a mail program's container), the header of a
quotation stands right above them, they follow what was cut before in the message that they repeat, or they are so long
that nobody writes them twice. Words that stand nowhere else stay, whatever looks like a header, a signature or a
postscript around them. Before an answer within a quotation stands the line that it answers, as `> …`.

Where there is no earlier message, marked quotations are shortened to their first words, with their length. A signature
goes where the same last lines ended an earlier message of its sender.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from reply_mcp.text.html import read_html
from reply_mcp.text.html_walk import Line
from reply_mcp.text.quote_headers import header_above, header_length, is_ruled

_LONG_WORDS = 12
_LONG_LETTERS = 60
"""From here on, words that repeat an earlier message are taken for a quotation without any other sign of it."""
_NEXT_WITHIN = 200
"""Letters of an earlier message that may lie between two quoted parts of it."""
_CONTEXT = 100
_FIRST_LETTERS = 300
"""What is shown of a quotation that no earlier message has, where there is none."""
_MOST_KNOWN = 60_000
"""Letters of one message that later ones are compared with."""
_MOST_LINES = 3000
"""Lines of one message that are compared; those beyond stay."""
_TAIL = 40

_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e00-\u0e7f]|[^\W_]+")
_TARGET = re.compile(r"<?\b(?:https?://|www\.)[^\s<>]+>?|<mailto:[^\s<>]+>", re.IGNORECASE)
_PICTURE = re.compile(r"\[(?:image|cid)\b[^\]]*\]", re.IGNORECASE)
_BROKEN_TARGET = re.compile(r"<(?:https?://|mailto:)[^\s<>]*$", re.IGNORECASE)
_SENTENCE_ENDS = re.compile(r"[.?!…。？！]\W*$|[?？]")
_SIGNATURE_MARK = re.compile(r"(?:--|__|—|–)\s*$")


@dataclass(frozen=True, slots=True)
class OwnWords:
    """The words that a message adds to its thread, and what was left out of it."""

    text: str
    quotes: int = 0
    """Quotations left out, each without an own word between its lines."""
    shortened: int = 0
    """Quotations shortened to their first words."""
    signature: bool = False
    hidden: int = 0
    """Parts whose words a reader of the mail does not see."""

    def left_out(self) -> str:
        """What was left out, in words; "" where nothing was."""
        quotes = self.quotes + self.shortened
        parts = [
            f"{quotes} quotes" if quotes > 1 else "quote" if quotes else "",
            "signature" if self.signature else "",
            "hidden text" if self.hidden else "",
        ]
        return ", ".join(filter(None, parts))


def own_words(messages: Sequence[Any], earlier: Sequence[Any] = ()) -> list[OwnWords]:
    """What each of `messages`, oldest first, adds to those before it and to `earlier` ones."""
    thread = _Thread()
    for message in earlier:
        thread.read(message)
    return [thread.read(message) for message in messages]


def body_of(message: Any) -> str:
    """The text of a message, as Reply stores it; "" where there is none."""
    return next((b for key in ("body", "message", "text", "html") if isinstance(b := _field(message, key), str)), "")


def _field(message: Any, key: str) -> Any:
    """A field of a message, its name in any case; None where there is none."""
    if not isinstance(message, Mapping):
        return None
    return message.get(key, next((value for name, value in message.items() if str(name).lower() == key.lower()), None))


@dataclass(slots=True)
class _Row:
    """A line, its words, and where an earlier message has them."""

    line: Line
    words: list[str]
    targets: list[str]
    source: int = -1
    start: int = 0
    end: int = 0
    repeats: bool = False
    cut: bool = False

    @property
    def neutral(self) -> bool:
        """Whether the line says nothing: it goes with its neighbors."""
        return not self.line.text or is_ruled(self.line.text)

    @property
    def quoted(self) -> bool:
        return self.line.mark in {"bar", "trail"}


@dataclass(slots=True)
class _Known:
    """The words of the earlier messages."""

    sources: list[str] = field(default_factory=list)
    vocabulary: set[str] = field(default_factory=set)
    lines: set[str] = field(default_factory=set)
    """Lines without letters: rules, emoji."""
    targets: set[str] = field(default_factory=set)

    def add(self, rows: Sequence[_Row]) -> None:
        words = [word for row in rows for word in row.words]
        text = " ".join(words)[:_MOST_KNOWN]
        self.sources.append(f" {text} ")
        self.vocabulary.update(words)
        self.lines.update(row.line.text for row in rows if not row.words)
        self.targets.update(target for row in rows for target in row.targets)

    def find(self, rows: Sequence[_Row]) -> None:
        """Marks the rows that repeat an earlier message, and where it has them."""
        source, end = -1, 0
        for row in rows:
            if not row.words:
                known = self.targets.issuperset(row.targets) if row.targets else row.line.text in self.lines
                row.repeats = bool(row.line.text) and known
                continue
            if not self.vocabulary.issuperset(row.words):
                continue
            needle = f" {' '.join(row.words)} "
            place = self.sources[source].find(needle, end) if source >= 0 else -1
            if place < 0:
                source, place = next(
                    ((at, found) for at in self._latest_first() if (found := self.sources[at].find(needle)) >= 0),
                    (source, -1),
                )
            if place >= 0:
                row.source, row.start, row.end, row.repeats = source, place, place + len(needle) - 1, True
                end = row.end

    def _latest_first(self) -> range:
        return range(len(self.sources) - 1, -1, -1)


class _Thread:
    """The messages read so far."""

    def __init__(self) -> None:
        self._known = _Known()
        self._names: set[frozenset[str]] = set()
        self._endings: defaultdict[str, list[list[str]]] = defaultdict(list)
        """The last lines of each sender's messages."""

    def read(self, message: Any) -> OwnWords:
        page = read_html(body_of(message))
        lines = [*_whole_targets(page.lines[:_MOST_LINES]), *_as_one(page.lines[_MOST_LINES:])]
        rows = [_Row(line, _words(line.text), _targets(line.text)) for line in lines]
        sender, name = _sender(message)
        if self._known.vocabulary:
            self._known.find(rows)
            quotes = self._cut_quotations(rows)
            signature = self._cut_signature(rows, sender, name)
            quotes += self._cut_long_repeats(rows)
            words = OwnWords(_shown(rows), quotes, 0, signature, page.hidden)
        else:
            text, shortened = _shortened(rows)
            self._remember_ending(rows, sender)
            words = OwnWords(text, 0, shortened, False, page.hidden)
        self._known.add(rows)
        self._names |= _names(message)
        return words

    def _cut_quotations(self, rows: list[_Row]) -> int:
        """Cuts what repeats and is quoted by its form, by a header or by following what was cut."""
        lines = [row.line for row in rows]
        count = 0
        free = 0  # the first line below the cut before
        source, end = -1, 0
        for first, last in _runs(rows):
            placed = next((row for row in rows[first:last] if row.source >= 0), None)
            follows = placed is not None and placed.source == source and 0 <= placed.start - end <= _NEXT_WITHIN
            head = header_above(lines, first, free, self._names, barred=rows[first].quoted)
            if head == first and not follows:
                head = self._quoted_from(rows, lines, first, last)
            cut = rows[head:last]
            if not any(row.repeats for row in cut):
                continue
            count += free == 0 or any(row.line.text for row in rows[free:head])
            for row in cut:
                row.cut = True
            free = last
            source, end = max(((row.source, row.end) for row in cut if row.source >= 0), default=(source, end))
        return count

    def _quoted_from(self, rows: Sequence[_Row], lines: Sequence[Line], first: int, last: int) -> int:
        """The line of a run from which on it is quoted, by its form or by a header within the run."""
        barred = next((at for at in range(first, last) if rows[at].quoted), last)
        if barred < last:
            return header_above(lines, barred, first, self._names, barred=True)
        return next((at for at in range(first, last) if header_length(lines, at, last, self._names)), last)

    def _cut_long_repeats(self, rows: list[_Row]) -> int:
        """Cuts long repeats without any other sign, unless they are all that the message says."""
        count = 0
        for first, last in _runs(rows):
            part = [row for row in rows[first:last] if not row.cut]
            words = [word for row in part for word in row.words]
            letters = sum(len(word) if word.isascii() or len(word) > 1 else 2 for word in words)
            long = letters >= _LONG_LETTERS or sum(len(word) > 1 for word in words) >= _LONG_WORDS
            others = any(row.line.text for row in (*rows[:first], *rows[last:]) if not row.cut)
            if part and long and others:
                for row in part:
                    row.cut = True
                count += 1
        return count

    def _cut_signature(self, rows: list[_Row], sender: str, name: str) -> bool:
        """Cuts the last own lines where they ended an earlier message of this sender."""
        endings = self._endings[sender][-5:]
        block = self._remember_ending(rows, sender)
        same = max((_same_ending(block, other) for other in endings), default=0)
        start = _signature_start(block, len(block) - same, name) if same > 1 else len(block)
        if start == 0 or len(block) - start < 2:
            return False
        first = next(at for at, row in enumerate(rows) if row is block[start])
        last = next(at for at, row in enumerate(rows) if row is block[-1])
        for row in rows[first : last + 1]:
            row.cut = True
        return True

    def _remember_ending(self, rows: list[_Row], sender: str) -> list[_Row]:
        """The own lines before the first quotation; they are kept as this sender's."""
        quoted = next((at for at, row in enumerate(rows) if row.cut or row.quoted), len(rows))
        block = [row for row in rows[:quoted] if row.line.text] or [
            row for row in rows if row.line.text and not row.cut
        ]
        self._endings[sender].append([row.line.text.casefold() for row in block[-_TAIL:]])
        return block


def _as_one(lines: Sequence[Line]) -> list[Line]:
    return [Line("\n".join(line.text for line in lines))] if lines else []


def _whole_targets(lines: Sequence[Line]) -> list[Line]:
    """The lines with links that were broken at the end of a line put together."""
    whole: list[Line] = []
    for line in lines:
        before = whole[-1] if whole else Line("")
        if line.text and _BROKEN_TARGET.search(before.text) and ">" in line.text and before.mark == line.mark:
            whole[-1] = Line(before.text + line.text, line.mark)
        else:
            whole.append(line)
    return whole


def _words(text: str) -> list[str]:
    plain = _PICTURE.sub(" ", _TARGET.sub(" ", text))
    return _WORD.findall(plain.casefold() if plain.isascii() else unicodedata.normalize("NFKC", plain).casefold())


def _targets(text: str) -> list[str]:
    """The links of a line, without their queries; of a checking service's link, the one that it leads to."""
    found = []
    for match in _TARGET.findall(text) if "://" in text or "www." in text.lower() else ():
        target = match.strip("<>").rstrip(".,;:!?)")
        try:
            parts = urlsplit(target)
            if inner := parse_qs(parts.query).get("url"):
                parts = urlsplit(inner[0])
            found.append(f"{parts.netloc}{parts.path}".casefold().rstrip("/"))
        except ValueError:
            found.append(target)
    return found


def _runs(rows: Sequence[_Row]) -> list[tuple[int, int]]:
    """Stretches of lines that repeat earlier messages, with the empty lines between them, not yet cut."""
    found: list[tuple[int, int]] = []
    start, end = -1, 0
    for at, row in enumerate(rows):
        if row.repeats and not row.cut:
            start, end = (at if start < 0 else start), at + 1
        elif not row.neutral or row.cut:
            if start >= 0:
                found.append((start, end))
            start = -1
    return [*found, (start, end)] if start >= 0 else found


def _shown(rows: Sequence[_Row]) -> str:
    """The lines that are left; before one below a cut, the line that it answers."""
    shown: list[str] = []
    above = ""
    for row in rows:
        text = row.line.text
        if row.cut:
            above = text if row.repeats and row.words else above
            continue
        if row.line.mark == "bar" and text:
            shown.append(f"> {text}")
            continue
        if above and row.words:
            shown.append("> " + (above if len(above) <= _CONTEXT else above[:_CONTEXT].rstrip() + "…"))
            above = ""
        shown.append(text)
    return tidy("\n".join(shown))


def tidy(text: str) -> str:
    """Never two empty lines in a row, and no rule left over at the end."""
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _shortened(rows: Sequence[_Row]) -> tuple[str, int]:
    """The text with each marked quotation cut to its first words, and how many were."""
    shown: list[str] = []
    count = 0
    at = 0
    while at < len(rows):
        mark = rows[at].line.mark
        end = at + 1
        while end < len(rows) and (rows[end].line.mark == mark or not rows[end].line.text):
            end += 1
        lines = [row.line.text for row in rows[at:end]]
        text = "\n".join(lines)
        if mark in {"bar", "trail"} and len(text) > _FIRST_LETTERS:
            first = text[:_FIRST_LETTERS].rstrip()
            lines = f"{first}… [quoted, {len(text) - len(first):,} more characters: detail=full]".split("\n")
            lines.append("")
            count += 1
        shown += [f"> {line}" if mark == "bar" and line else line for line in lines]
        at = end
    return tidy("\n".join(shown)), count


def _sender(message: Any) -> tuple[str, str]:
    name, address = (str(_field(message, key) or "") for key in ("fromName", "fromAddress"))
    return f"{_field(message, 'isOutbound')} {address or name}".casefold(), name.casefold().split(" <")[0].strip()


def _names(message: Any) -> set[frozenset[str]]:
    found = (_words(str(_field(message, key) or "")) for key in ("fromName", "fromAddress"))
    return {frozenset(words) for words in found if words}


def _same_ending(block: Sequence[_Row], other: Sequence[str]) -> int:
    same = 0
    while same < min(len(block), len(other)) and block[-1 - same].line.text.casefold() == other[-1 - same]:
        same += 1
    return same


def _signature_start(block: Sequence[_Row], first: int, name: str) -> int:
    """Where the signature begins within the lines from `first` on, all of which were seen before.

    It begins with a mark or the sender's name, and the closing above; else after the last line that is a sentence.
    """
    texts = [row.line.text for row in block]
    begins = (name, name.split(" ")[0]) if name else ()
    for at in range(first, len(block)):
        text = texts[at].casefold().strip(" ,*")
        if block[at].line.mark == "signature" or _SIGNATURE_MARK.match(texts[at]) or text in begins:
            while at > first and at > 1 and texts[at - 1].endswith(",") and len(block[at - 1].words) <= 5:
                at -= 1
            return at
    start = len(block)
    while start > first and not _SENTENCE_ENDS.search(texts[start - 1]):
        start -= 1
    return start
