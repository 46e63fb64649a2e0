"""HTML of messages to text: what a reader would see, with links' real targets, and quoted messages set apart.

`html2text` does the layout. Before it, one pass over the tags takes away what only a machine would read (hidden text,
trackers, images) and what mail programs mark as the quoted message or the signature, which plain text no longer shows.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from reply_mcp.text.cleaning import clean, one_line, short_link

QUOTE_MARK = "\ue000"
"""Stands, alone on a line with the quote's number, where a quoted message was."""

_MARKUP = re.compile(r"<(?:[a-zA-Z][^<>]*|/[a-zA-Z][^<>]*|!doctype[^<>]*)>", re.IGNORECASE)
_RULED_BOXES = 40  # looked into per message: each look reads from the start of the markup
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])|(?<![-\w])opacity\s*:\s*0(?![.\d])"
    r"|mso-hide\s*:\s*all|max-height\s*:\s*0(?![.\d])",
    re.IGNORECASE,
)
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_UNREAD = frozenset("script style head title template noscript svg object iframe".split())
_OUTLOOK_LINE = re.compile(r"border(?:-top)?\s*:[^;]*\bsolid\b[^;]*", re.IGNORECASE)
_HEADER_FOLLOWS = re.compile(
    r"^\W*(?:from|von|de|da|van|od|fra|från|від|от|发件人|差出人|보낸)\W*:.{0,400}@?.{0,400}?"
    r"(?:sent|gesendet|date|datum|envoyé|enviado|inviato|verzonden|wysłano|odesláno|sendt|skickat|дата|发送)",
    re.IGNORECASE | re.DOTALL,
)
_ATTRIBUTED = re.compile(r"(?:\d.{0,200}|@.{0,120})[:：]\s*$", re.DOTALL)
_TO_THE_END = frozenset(
    {"divrplyfwdmsg", "appendonsend", "olk_src_body_section", "mail-editor-reference-message-container"}
)
_QUOTES = frozenset(
    {"yahoo_quoted", "ms-outlook-mobile-reference-message", "zmail_extra", "moz-cite-prefix", "gmail_attr"}
)
_SIGNATURES = frozenset(
    {
        "gmail_signature",
        "gmail_signature_prefix",
        "moz-signature",
        "protonmail_signature_block",
        "ms-outlook-mobile-signature",
        "applemailsignature",
        "signature",
    }
)


@dataclass
class Plain:
    """Markup as text: `quotes` holds the quoted messages that a `QUOTE_MARK` line stands for."""

    text: str
    quotes: list[str] = field(default_factory=list)
    signatures: int = 0
    hidden: int = 0


def is_markup(text: str) -> bool:
    """Whether `text` has HTML tags; `a < b` and `<jane@acme.com>` are none."""
    return any("@" not in match.group() or "=" in match.group() for match in _MARKUP.finditer(text))


def to_text(source: str, *, split: bool = False) -> Plain:
    """HTML as text. With `split`, quoted messages and marked signatures are taken out and told apart."""
    source = _without_comments(clean(source).replace(QUOTE_MARK, ""))
    if not is_markup(source):
        return Plain(tidy(clean(html.unescape(source))))
    sieve = _Sieve(split)
    try:
        sieve.feed(source)
        sieve.close()
        sieve.finish()
        text = _layout("".join(sieve.out))
        quotes = [_layout(quote) for quote in sieve.quotes]
    except Exception:  # a parser's fault on odd input must not cost the message
        text, quotes = html.unescape(re.sub(r"<[^>]*>", " ", source)), []
    return Plain(tidy(clean(text)), [tidy(clean(quote)) for quote in quotes], sieve.signatures, sieve.hidden)


def _without_comments(source: str) -> str:
    """Comments go before parsing: unclosed ones would cost the parser quadratic time."""
    first, *others = source.split("<!--")
    return first + "".join(part.partition("-->")[2] if "-->" in part else "<!--" + part for part in others).replace(
        "<!--", "&lt;!--"
    )


def tidy(text: str) -> str:
    """No trailing spaces, no more than one empty line in a row."""
    lines = "\n".join(re.sub(r"[ \t\u00a0]+", " ", line).strip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines).strip()


def _layout(markup: str) -> str:
    import html2text  # imported here: most calls show no HTML

    layout = html2text.HTML2Text(bodywidth=0)
    layout.ignore_links = layout.ignore_images = layout.ignore_emphasis = layout.ignore_tables = True
    layout.unicode_snob = True
    layout.single_line_break = True
    layout.ul_item_mark = "-"
    text = layout.handle(markup)
    # It escapes what Markdown would read as a list; ours is read as it stands.
    return re.sub(r"(?m)^(\s*(?:\d+)?)\\([.+-])", r"\1\2", text)


class _Sieve(HTMLParser):
    """Rewrites HTML without what a reader of the message would not see or has read before."""

    def __init__(self, split: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.split = split
        self.out: list[str] = []
        self.quotes: list[str] = []
        self.signatures = 0
        self.hidden = 0
        self._open: list[tuple[str, str]] = []  # each open tag and what became of it
        self._links: list[tuple[str, int]] = []
        self._drop: list[tuple[str, list[str]]] = []  # why, and the output set aside meanwhile
        self._recent = ""
        self._boxes = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in _VOID:
            if tag in {"br", "hr"}:
                self.out.append(f"<{tag}>")
                self._recent += "\n"
            return
        why = self._why_drop(tag, given)
        self._open.append((tag, why))
        if why == "rest":
            # Outlook closes the box around its reply header at once; what that heads runs to the end of the message.
            self._open[-1] = (tag, "")
        if why:
            self._drop.append((why, self.out))
            self.out = []
        if tag == "a":
            self._links.append((given.get("href", ""), len(self.out)))
        elif tag == "blockquote":
            self.out.append("<div>")
        else:
            self.out.append(f"<{tag}>")

    def handle_endtag(self, tag: str) -> None:
        if not any(name == tag for name, _ in self._open):
            return
        while self._open:
            name, why = self._open.pop()
            self._close(name)
            if why:
                self._end_drop(why)
            if name == tag:
                return

    def handle_data(self, data: str) -> None:
        self.out.append(html.escape(data, quote=False))
        self._recent = (self._recent + data)[-400:]

    def finish(self) -> None:
        """Ends whatever the markup left open."""
        while self._drop:
            self._end_drop(self._drop[-1][0])

    def _close(self, name: str) -> None:
        if name == "a" and self._links:
            target, start = self._links.pop()
            said = html.unescape("".join(self.out[start:]))
            target = one_line(target)
            address = re.sub(r"^(?:mailto|tel):", "", target)
            if target and not target.startswith("#") and address.rstrip("/") not in re.sub(r"<[^>]*>", "", said):
                bare = one_line(re.sub(r"<[^>]*>", "", said))
                if bare and target.removeprefix("https://").removeprefix("http://").rstrip("/") != bare.rstrip("/"):
                    self.out.append(html.escape(f" <{short_link(target)}>"))
                elif bare:
                    return
        elif name == "blockquote":
            self.out.append("</div>")
        elif name != "a":
            self.out.append(f"</{name}>")

    def _end_drop(self, why: str) -> None:
        while self._drop and self._drop[-1][0] != why:
            self._end_drop(self._drop[-1][0])
        if not self._drop:
            return
        _, before = self._drop.pop()
        inside, self.out = "".join(self.out), before
        words = bool(re.sub(r"<[^>]*>|\s", "", inside))
        if why == "hidden":
            self.hidden += words
        elif why == "signature":
            self.signatures += words
        elif why in {"quote", "rest"} and words:
            self.out.append(f"<p>{QUOTE_MARK}{len(self.quotes)}</p>")
            self.quotes.append(inside)

    def _why_drop(self, tag: str, given: dict[str, str]) -> str:
        style = given.get("style", "")
        if tag in _UNREAD:
            return "unread"
        if "hidden" in given or _HIDDEN.search(style):
            return "hidden"
        if not self.split or any(why in {"quote", "rest"} for why, _ in self._drop):
            return ""
        names = {given.get("id", "").lower(), *given.get("class", "").lower().split()}
        names |= {name.removeprefix("x_") for name in names}
        if names & _SIGNATURES:
            return "signature"
        if names & _TO_THE_END or (tag == "div" and self._heads_reply(style)):
            return "rest"
        if names & _QUOTES:
            return "quote"
        if tag == "blockquote":
            cited = given.get("type", "").lower() == "cite" or any("quote" in name or "cite" in name for name in names)
            bar = "border-left" in style.replace(" ", "").lower()
            return "quote" if cited or bar or _ATTRIBUTED.search(self._recent) else ""
        return ""

    def _heads_reply(self, style: str) -> bool:
        """Whether this is the ruled box in which Outlook puts From, Sent, To and Subject of what it quotes."""
        if not _OUTLOOK_LINE.search(style) or "border-top" not in style.replace(" ", "").lower():
            return False
        self._boxes += 1
        if self._boxes > _RULED_BOXES:
            return False
        line, column = self.getpos()
        start = sum(len(part) + 1 for part in self.rawdata.split("\n")[: line - 1]) + column
        ahead = re.sub(r"<[^>]*>", " ", self.rawdata[start : start + 3000])
        return bool(_HEADER_FOLLOWS.search(html.unescape(ahead).strip()))
