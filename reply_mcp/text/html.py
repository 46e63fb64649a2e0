"""HTML as the text that its reader sees: one walk over the standard library's parser, for everything that is HTML.

What mail programs show is shown and what they hide is hidden and counted: `display:none`, `visibility`, `opacity`, a
font of size 0 (inherited until a nearer element sets a size, as MJML's containers have it), boxes of no height, and
simple rules of the mail's own style sheet outside media queries. `mso-hide` hides from Outlook alone: not followed.

Every line says how the mail marks it (`Line.mark`), which is a hint for those who look for quoted mail and never more.
The time is linear in the length: comments and stray `<` go before parsing, nesting costs no recursion, and of markup
beyond `MOST_CHARACTERS` only the count is shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from reply_mcp.text.cleaning import clean, decode_entities
from reply_mcp.text.html_walk import BLOCKS, INLINE, SPACE, Line, Walk

MOST_CHARACTERS = 500_000
"""Characters of markup that are read, embedded pictures not counted."""

_TAG = re.compile(r"""<(/?)([a-zA-Z][\w:-]*+)(?=[\s/>])(?:[^<>"']++|"[^"<]*+"|'[^'<]*+'|["'])*+>""")
_BARE_AMPERSAND = re.compile(r"&(?!#?\w+;)")
_DECLARATION = re.compile(r"<[!?][^<>]*>")
_TARGET = re.compile(r"""\b(?:href|src|srcset|background)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""", re.IGNORECASE)
_EMBEDDED = re.compile(r"data:[\w/+.-]*;base64,[A-Za-z0-9+/=\s]{200,}")


@dataclass(frozen=True, slots=True)
class Page:
    """The lines of a text and how many of its parts had words that its reader does not see."""

    lines: list[Line]
    hidden: int = 0


def is_html(text: str) -> bool:
    """Whether `text` has HTML tags; `a < b`, `<jane@acme.com>` and `<Seats>` are none."""
    return any(_is_tag(match) for match in _TAG.finditer(text))


def html_to_text(text: str) -> str:
    """HTML, or plain text, as its reader sees it; what stands behind a bar begins with `> `."""
    return "\n".join(
        f"> {line.text}" if line.mark == "bar" and line.text else line.text for line in read_html(text).lines
    )


def text_to_html(text: str) -> str:
    """A message as HTML that shows the paragraphs and lines of `text`; HTML with breaks of its own goes as it is.

    Text on one line stays as it is but for `<` and `&` that would read as HTML. Entities stay.
    """
    tags = [match[2].lower() for match in _TAG.finditer(text) if _is_tag(match)]
    if any(name in BLOCKS for name in tags):
        return text
    if tags:
        text = _TAG.sub(lambda match: " ".join(match.group().split("\n")), text)
    else:
        text = _BARE_AMPERSAND.sub("&amp;", text).replace("<", "&lt;")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    if "\n" not in lines:
        return text
    paragraphs = re.split(r"\n(?:[ \t]*\n)+", lines)
    return "".join(f"<p>{'<br>'.join(line.rstrip() for line in part.split(chr(10)))}</p>" for part in paragraphs)


def read_html(text: str) -> Page:
    """The lines of HTML or of plain text. Plain text keeps its line breaks; entities are decoded in both."""
    source = clean(text)
    if "<" not in source or not is_html(source):
        return Page(_finish(Line(line) for line in clean(decode_entities(source)).split("\n")))
    source, more = _prepare(source)
    walk = Walk()
    walk.feed(source)
    walk.close()
    lines = walk.finish()
    if more:
        lines.append(Line(f"[… {more:,} more characters of markup]"))
    return Page(_finish(lines), len(walk.hidden_with_words))


def words_and_targets(text: str) -> str:
    """All words of HTML, seen or not, and where its links and pictures lead, without the rest of its tags; plain text
    as it is. Entities stay."""
    if "<" not in text or not is_html(text):
        return text
    return _TAG.sub(_break_and_targets, _without_comments(text))


def _break_and_targets(match: re.Match[str]) -> str:
    if not _is_tag(match):
        return match.group()
    targets = [target.strip("\"'") for target in _TARGET.findall(match.group())]
    gap = " " if targets or match[2].lower() in BLOCKS else ""
    return f"{gap}{' '.join(targets)}{gap}"


def _is_tag(match: re.Match[str]) -> bool:
    name = match[2].lower()
    return name in INLINE or name in BLOCKS or ":" in name[1:-1]


def _finish(lines: Iterable[Line]) -> list[Line]:
    """Lines without needless blanks, `>` at the start taken for the bar that it is, never two empty ones in a row."""
    kept: list[Line] = []
    for line in lines:
        for text in clean(line.text).split("\n"):
            text, mark = SPACE.sub(" ", text).strip(), line.mark
            while text.startswith(">"):
                text, mark = text[1:].lstrip(), "bar"
            if text or (kept and kept[-1].text):
                kept.append(Line(text, mark))
    while kept and not kept[-1].text:
        kept.pop()
    return kept


def _prepare(source: str) -> tuple[str, int]:
    """The source without comments, declarations and embedded pictures, with nothing but tags after a `<`; and how many
    characters were too many. The parser of older Pythons takes quadratic time for what is not closed."""
    source = _without_comments(_EMBEDDED.sub("data:", source))
    source, more = source[:MOST_CHARACTERS], max(0, len(source) - MOST_CHARACTERS)
    kept: list[str] = []
    end = 0
    blocks = False
    for match in _TAG.finditer(source):
        kept.append(_without_tags(source[end : match.start()]))
        if _is_tag(match):
            blocks = blocks or match[2].lower() in BLOCKS
            kept.append(match.group().replace("\n", " "))
        else:
            kept.append(match.group().replace("<", "&lt;"))
        end = match.end()
    kept.append(_without_tags(source[end:]))
    prepared = "".join(kept)
    # Text with a few inline tags and no breaks but its own was written as plain text.
    return (prepared if blocks else prepared.replace("\n", "<br>")), more


def _without_comments(source: str) -> str:
    """The source without its comments; one that is never closed is none."""
    first, *others = source.split("<!--")
    kept = [first]
    for part in others:
        _, closed, after = part.partition("-->")
        empty = part.startswith((">", "->"))
        kept.append(part.partition(">")[2] if empty else after if closed else "<!--" + part)
    return "".join(kept)


def _without_tags(text: str) -> str:
    return _DECLARATION.sub("", text).replace("<", "&lt;") if "<" in text else text
