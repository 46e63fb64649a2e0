"""The walk over a parsed page: which lines of text its reader sees."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Literal

from reply_mcp.text import styles
from reply_mcp.text.cleaning import one_line, short_link

INLINE = frozenset(
    "a abbr acronym b bdi bdo big button cite code data del dfn em font i img input ins kbd label map mark nobr object "
    "output q rp rt ruby s samp select small span strike strong sub sup textarea time tt u var wbr audio video source "
    "picture option svg".split()
)
BLOCKS = frozenset(
    "address article aside blockquote body br caption center col colgroup dd details dir div dl dt fieldset figcaption "
    "figure footer form h1 h2 h3 h4 h5 h6 head header hr html legend li main menu nav ol optgroup p pre section style "
    "script summary table tbody td template tfoot th thead title tr ul base link meta noscript iframe frame frameset "
    "noframes area param embed track".split()
)
SPACE = re.compile(r"[ \t\n\r\f\u00a0]+")

Mark = Literal["", "bar", "trail", "header", "signature"]
"""How a mail marks a line: quoted with a bar or `>`; within what a mail program appends of the message answered; as the
line above a quotation; as a signature."""

_DEEPEST_TABLE = 40
"""Tables nested deeper are read as plain blocks."""

_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_UNREAD = frozenset("script style head title template noscript svg object iframe select audio video".split())
_APART = frozenset("p h1 h2 h3 h4 h5 h6 ul ol dl table blockquote pre".split())
"""Elements that stand apart from their neighbors by an empty line."""

_HEADERS = frozenset({"gmail_attr", "moz-cite-prefix", "divrplyfwdmsg"})
_TO_THE_END = frozenset(
    {"divrplyfwdmsg", "appendonsend", "olk_src_body_section", "mail-editor-reference-message-container"}
)
_TRAILS = frozenset({"yahoo_quoted", "ms-outlook-mobile-reference-message", "zmail_extra"})
_SIGNATURES = frozenset(
    "gmail_signature gmail_signature_prefix moz-signature protonmail_signature_block ms-outlook-mobile-signature "
    "applemailsignature signature".split()
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text as it is shown, without the `>` before it, and how the mail marks it."""

    text: str
    mark: Mark = ""


@dataclass(slots=True)
class _Open:
    """An open element and what holds for the text in it."""

    tag: str
    hidden: int = 0
    """Number of the element that hides this one and all in it."""
    unseen: styles.Unseen = styles.SEEN
    struck: bool = False
    mark: Mark = ""
    pre: bool = False
    apart: bool = False
    opens: str = ""
    """The list or the part of a table that it opened."""


@dataclass(slots=True)
class _List:
    numbered: bool
    count: int = 0


@dataclass(slots=True)
class _Link:
    target: str
    label: list[str] = field(default_factory=list)


class Walk(HTMLParser):
    """Collects the lines that a reader sees."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.hidden_with_words: set[int] = set()
        self._elements = 0
        self._open: list[_Open] = [_Open("")]
        self._names: Counter[str] = Counter()
        self._sheet = styles.StyleSheet()
        self._lines: list[Line] = []
        self._outer: list[list[Line]] = []
        """Lines around each open cell."""
        self._rows: list[list[list[Line]]] = []
        self._tables: list[str] = []
        """Which parts of tables are open: table, row, cell."""
        self._ruled: list[bool] = []
        """For each open table, whether its cells stand in columns that are to be kept."""
        self._lists: list[_List] = []
        self._links: list[_Link] = []
        self._parts: list[str] = []
        self._line_mark: Mark = ""
        self._bullet = ""
        self._gap = False
        self._striking = False
        self._rest: Mark = ""

    def finish(self) -> list[Line]:
        """The lines, after whatever the markup left open."""
        self._pop_to(1)
        self._break()
        return self._lines

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._close_implied(tag)
        if tag in _VOID:
            self._void(tag, given)
            return
        self._elements += 1
        around = self._open[-1]
        names = {given.get("id", "").lower(), *given.get("class", "").lower().split()} if given else set()
        names |= {name.removeprefix("x_") for name in names}
        style = self._sheet.style_of(tag, names, given.get("style", ""))
        opened = _Open(
            tag,
            around.hidden or (self._elements if tag in _UNREAD or "hidden" in given or styles.hides(style) else 0),
            around.unseen.within(style, self._elements) if style else around.unseen,
            around.struck or tag in {"s", "strike", "del"} or styles.strikes(style),
            self._marked(tag, names, style, around.mark),
            around.pre or tag in {"pre", "textarea"} or style.get("white-space", "").startswith("pre"),
        )
        if tag not in INLINE:
            self._break()
            opened.apart = _stands_apart(tag, names, style) and not (self._lists and tag in {"ul", "ol"})
            self._gap = self._gap or opened.apart
        self._structure(tag, given, opened)
        if tag == "a":
            self._links.append(_Link(one_line(given.get("href", ""))))
        self._open.append(opened)
        self._names[tag] += 1

    def handle_endtag(self, tag: str) -> None:
        if tag == "br" and not self._open[-1].hidden:
            self._break(empty=True)
        if self._names[tag]:
            place = len(self._open) - 1
            while self._open[place].tag != tag:
                place -= 1
            self._pop_to(place)

    def handle_data(self, data: str) -> None:
        now = self._open[-1]
        if now.tag == "style":
            self._sheet.add(data)
            return
        if hidden := now.hidden or max(now.unseen):
            if now.tag not in _UNREAD and not data.isspace() and not any(o.tag in _UNREAD for o in self._open[-8:]):
                self.hidden_with_words.add(hidden)
            return
        if now.pre:
            first, *others = data.split("\n")
            self._add(first)
            for line in others:
                self._break(empty=True)
                self._add(line)
        elif self._parts or data.strip(" \t\n\r\f"):
            self._add(data)

    def _add(self, text: str) -> None:
        if not text:
            return
        now = self._open[-1]
        if not self._parts:
            self._line_mark = now.mark or self._rest
        if now.struck != self._striking and (text.strip() or not now.struck):
            self._parts.append("~~")
            self._striking = now.struck
        self._parts.append(text if now.pre else SPACE.sub(" ", text))
        if self._links:
            self._links[-1].label.append(text)

    def _break(self, *, empty: bool = False) -> None:
        """Ends the line; with `empty`, also one without words."""
        if self._striking:
            self._parts.append("~~")
            self._striking = False
        if not self._parts and not empty:
            return
        text = "".join(self._parts)
        self._parts = []
        if text.strip() and self._bullet:
            text, self._bullet = self._bullet + text.strip(), ""
        mark = self._line_mark if text.strip() else (self._open[-1].mark or self._rest)
        if self._gap and self._lines and self._lines[-1].text.strip():
            self._lines.append(Line("", mark))
        self._gap = False
        self._lines.append(Line(text, mark))

    def _void(self, tag: str, given: dict[str, str]) -> None:
        now = self._open[-1]
        if now.hidden:
            return
        if tag == "br":
            self._break(empty=True)
        elif tag == "hr":
            self._break()
            self._add("---")
            self._break()
        elif tag == "img" and not (max(now.unseen[:2]) or styles.hides(styles.declarations(given.get("style", "")))):
            self._add(_picture(given))

    def _structure(self, tag: str, given: dict[str, str], opened: _Open) -> None:
        """Lists, and the parts of tables: cells are collected, so that a row can be put together at its end."""
        if tag in {"ul", "ol"}:
            self._lists.append(_List(tag == "ol"))
            opened.opens = "list"
        elif tag == "li" and self._lists:
            innermost = self._lists[-1]
            innermost.count += 1
            self._bullet = f"{innermost.count}. " if innermost.numbered else "- "
        elif tag == "table" and len(self._outer) < _DEEPEST_TABLE:
            opened.opens = "table"
            self._tables.append("table")
            self._ruled.append(given.get("border", "0") not in {"", "0"})
        elif tag == "tr" and self._tables[-1:] == ["table"]:
            opened.opens = "row"
            self._tables.append("row")
            self._rows.append([])
        elif tag in {"td", "th"} and self._tables[-1:] == ["row"]:
            opened.opens = "cell"
            self._tables.append("cell")
            self._ruled[-1] = self._ruled[-1] or tag == "th"
            self._outer.append(self._lines)
            self._lines, self._gap = [], False

    def _close_implied(self, tag: str) -> None:
        """Ends what HTML ends without an end tag: a paragraph before a block, an item or cell before the next."""
        top = self._open[-1].tag
        if (top == "p" and tag in BLOCKS and tag not in {"br", "area", "col", "link", "meta"}) or (
            top == tag and tag in {"li", "dt", "dd", "option", "a"}
        ):
            self._pop_to(len(self._open) - 1)
        elif tag in {"td", "th"} and self._tables[-1:] == ["cell"]:
            self._close_part({"cell"})
        elif tag == "tr" and self._tables[-1:] in (["cell"], ["row"]):
            self._close_part({"row"})

    def _close_part(self, parts: set[str]) -> None:
        place = len(self._open) - 1
        while self._open[place].opens not in parts:
            place -= 1
        self._pop_to(place)

    def _pop_to(self, place: int) -> None:
        while len(self._open) > place:
            closed = self._open[-1]
            if closed.tag == "a" and self._links:
                self._end_link(self._links.pop())
            if closed.tag not in INLINE:
                self._break()
                self._gap = self._gap or closed.apart
            self._open.pop()
            self._names[closed.tag] -= 1
            self._end_structure(closed.opens)

    def _end_structure(self, opened: str) -> None:
        if opened == "list":
            self._lists.pop()
            self._bullet = ""
        elif opened:
            self._tables.pop()
            if opened == "cell":
                cell, self._lines = self._lines, self._outer.pop()
                self._rows[-1].append(cell)
                self._gap = False
            elif opened == "row":
                self._lines += _row(self._rows.pop(), self._ruled[-1])
            else:
                self._ruled.pop()
                self._gap = True

    def _end_link(self, link: _Link) -> None:
        target, label = link.target, one_line("".join(link.label))
        address = re.sub(r"^(?:mailto|tel):", "", target).rstrip("/")
        if not label or not target or target.startswith("#") or address in label:
            return
        if target.startswith("tel:") and re.sub(r"\D", "", address) == re.sub(r"\D", "", label):
            return
        if re.sub(r"^https?://", "", target).rstrip("/") == label.rstrip("/"):
            return
        shown = f" <{short_link(target)}>"
        if self._parts or not self._lines:
            self._parts.append(shown)
        else:
            self._lines[-1] = Line(self._lines[-1].text + shown, self._lines[-1].mark)

    def _marked(self, tag: str, names: set[str], style: styles.Style, around: Mark) -> Mark:
        if tag == "blockquote":
            # Mail programs indent with a blockquote that has no border.
            indents = style.get("border", "").startswith(("none", "0")) and "border-left" not in style
            return around if indents else "bar"
        if names & _TO_THE_END:
            self._break()
            self._rest = self._rest or "trail"
        if names & _HEADERS and not around:
            return "header"
        if around or self._rest:
            return around
        if names & _TRAILS:
            return "trail"
        return "signature" if names & _SIGNATURES else ""


def _stands_apart(tag: str, names: set[str], style: styles.Style) -> bool:
    if styles.has_rule_above(style):
        return True
    if tag == "p":
        return not styles.stands_flush(style) and not any(name.startswith("mso") for name in names)
    return tag in _APART


def _picture(given: dict[str, str]) -> str:
    """What stands for a picture: an emoji itself, else its description; nothing for spacers and decoration."""
    described = one_line(given.get("data-emoji") or given.get("alt", ""))
    if any(styles.is_zero(given.get(side, "")) or given.get(side, "") in {"1", "1px"} for side in ("width", "height")):
        return ""
    if described and (len(described) <= 4 or not any(letter.isalpha() for letter in described)):
        return described
    if described:
        return f"[image: {described if len(described) <= 100 else described[:99] + '…'}]"
    return "[image]" if given.get("src", "").startswith(("cid:", "data:")) else ""


def _row(cells: list[list[Line]], ruled: bool) -> list[Line]:
    """A row of a table: its cells side by side where each is one line, else one below the other."""
    filled = [[line for line in cell if line.text.strip()] for cell in cells]
    if all(len(cell) <= 1 for cell in filled):
        shown = filled if ruled else [cell for cell in filled if cell]
        first = next((cell[0] for cell in shown if cell), None)
        if first is None:
            return [Line("")]
        return [Line(" | ".join(cell[0].text.strip() if cell else "" for cell in shown), first.mark)]
    return [line for cell in cells for line in cell]
