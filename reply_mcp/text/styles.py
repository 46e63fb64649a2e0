"""Styles of HTML as far as they decide whether a text is seen: `style` attributes and simple rules of a style sheet."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

Style = dict[str, str]
"""Declarations by property, in lower case."""

_ZERO = re.compile(r"[+-]?(?:0+(?:\.0*)?|\.0+)(?:[a-z]+|%)?$")
_RELATIVE = re.compile(r"[\d.]+(?:em|%|ex|ch)$|(?:smaller|larger|inherit|unset)$")
_FONT_SIZE = re.compile(r"(?:^|\s)([\d.]+(?:[a-z]+|%)?)(?=[/\s])")
_TRANSPARENT = re.compile(r"transparent$|(?:rgb|hsl)a\([^)]*[,/]\s*0*\.?0+%?\s*\)$")
_RULE = re.compile(r"([^{}]*)\{([^{}]*)\}")
_SIMPLE = re.compile(r"[a-z]*\d?(?:[.#][\w-]+)?$")
_HIDING = frozenset({"display", "visibility", "opacity", "font-size"})
_MOST_CHARACTERS = 100_000


class Unseen(NamedTuple):
    """The elements, by number, that make text invisible; each until an element within says otherwise."""

    visibility: int = 0
    color: int = 0
    size: int = 0

    def within(self, style: Style, number: int) -> Unseen:
        """What holds in element `number` of this style."""
        return Unseen(
            _visibility(style, self.visibility, number),
            _color(style, self.color, number),
            _size(style, self.size, number),
        )


SEEN = Unseen()


class StyleSheet:
    """Rules for one tag, class or id that hide text; those within media queries are for other screens."""

    def __init__(self) -> None:
        self._rules: dict[str, Style] = {}

    def add(self, text: str) -> None:
        """Takes in the text of a `style` element."""
        for selectors, declared in _RULE.findall(_without_at_rules(_without_comments(text[:_MOST_CHARACTERS]))):
            hiding = {name: value for name, value in declarations(declared).items() if name in _HIDING}
            for selector in selectors.lower().split(",") if hiding else ():
                if _SIMPLE.match(selector.strip()):
                    self._rules.setdefault(selector.strip(), {}).update(hiding)

    def style_of(self, tag: str, names: Iterable[str], inline: str) -> Style:
        """The declarations for an element with these classes and this id."""
        own = declarations(inline) if inline else {}
        if not self._rules:
            return own
        found = dict(self._rules.get(tag, {}))
        for name in names:
            for selector in (f".{name}", f"{tag}.{name}", f"#{name}"):
                found |= self._rules.get(selector, {})
        return found | own


def declarations(style: str) -> Style:
    """The declarations of a `style` attribute."""
    found: Style = {}
    for declaration in style.lower().split(";"):
        name, _, value = declaration.partition(":")
        found[name.strip()] = value.replace("!important", "").strip()
    return found


def hides(style: Style) -> bool:
    """Whether an element of this style is not shown, with all in it."""
    if not style:
        return False
    if style.get("display") == "none" or is_zero(style.get("opacity", "1")):
        return True
    boxless = any(is_zero(style.get(name, "1")) for name in ("max-height", "height", "max-width", "width"))
    return boxless and style.get("overflow", "").startswith(("hidden", "clip"))


def strikes(style: Style) -> bool:
    """Whether text is struck out."""
    return any("line-through" in value for name, value in style.items() if name.startswith("text-decoration"))


def stands_flush(style: Style) -> bool:
    """Whether a paragraph follows the one before without a gap."""
    return is_zero(style.get("margin", "1").split(" ")[0]) or is_zero(style.get("margin-bottom", "1"))


def has_rule_above(style: Style) -> bool:
    """Whether a line is drawn above the element, as Outlook draws it above the header of what it quotes."""
    return "solid" in style.get("border-top", "")


def is_zero(length: str) -> bool:
    """Whether a length is 0, in whatever unit."""
    return _ZERO.match(length) is not None


def _visibility(style: Style, around: int, number: int) -> int:
    value = style.get("visibility", "")
    return number if value in {"hidden", "collapse"} else 0 if value == "visible" else around


def _color(style: Style, around: int, number: int) -> int:
    value = style.get("color", "inherit")
    return around if value == "inherit" else number if _TRANSPARENT.match(value) else 0


def _size(style: Style, around: int, number: int) -> int:
    size = style.get("font-size", "")
    if not size and (found := _FONT_SIZE.search(style.get("font", "") + " ")):
        size = found[1]
    if is_zero(size):
        return around or number
    return around if not size or _RELATIVE.match(size) else 0


def _without_comments(text: str) -> str:
    first, *others = text.split("/*")
    return first + "".join(part.partition("*/")[2] for part in others)


def _without_at_rules(text: str) -> str:
    """`text` without `@media` and its like, braces and all."""
    first, *others = text.split("@")
    kept = [first]
    depth = 0
    for part in others:
        end = part.find(";")
        if depth == 0 and 0 <= end < (part.find("{") if "{" in part else len(part)):
            kept.append(part[end + 1 :])
            continue
        for place, letter in enumerate(part):
            depth = max(0, depth + (letter == "{") - (letter == "}"))
            if depth == 0 and letter == "}":
                kept.append(part[place + 1 :])
                break
    return "".join(kept)
