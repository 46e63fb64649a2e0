# ruff: noqa: E501
"""HTML as its reader sees it: what mail programs show is shown, what they hide is hidden and counted."""

from __future__ import annotations

import string
import time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from reply_mcp.text.html import MOST_CHARACTERS, html_to_text, is_html, read_html, text_to_html
from reply_mcp.text.html_walk import Line
from tests.conftest import TIMES

SHOWN = {
    "a paragraph apart": ("<p>a</p><p>b</p>", "a\n\nb"),
    "blocks on lines": ("<div>a</div><div>b</div>", "a\nb"),
    "an empty line of Gmail": ("<div>a</div><div><br></div><div>b</div>", "a\n\nb"),
    "an empty paragraph of Outlook": (
        '<p class="MsoNormal">a<o:p></o:p></p><p class="MsoNormal"><o:p>&nbsp;</o:p></p><p class="MsoNormal">b</p>',
        "a\n\nb",
    ),
    "paragraphs of Outlook without a gap": ('<p class="MsoNormal">a</p><p class="MsoNormal">b</p>', "a\nb"),
    "line feeds in the source": ("<p>one\n  two</p>", "one two"),
    "preformatted": ("<pre>one\ntwo</pre>", "one\ntwo"),
    "white-space by style": ('<div style="white-space: pre-wrap">one\ntwo</div>', "one\ntwo"),
    "entities": ("<p>R&amp;D &lt;now&gt; &#8364;5</p>", "R&D <now> €5"),
    "entities of plain text": ("R&amp;D &lt;now&gt;", "R&D <now>"),
    "no tags at all": ("a < b, <jane@acme.com>, <Seats> and <https://a.example>", None),
    "plain text with an inline tag": ("one\ntwo <b>three</b>\n\nfour", "one\ntwo three\n\nfour"),
    "an address in HTML": ("<p>Jane <jane@acme.com> wrote</p>", "Jane <jane@acme.com> wrote"),
    "a link": ('<a href="https://a.example/x">here</a>', "here <https://a.example/x>"),
    "a link that says its target": ('<a href="https://a.example/">a.example</a>', "a.example"),
    "a link that lies": (
        '<a href="https://evil.example">https://bank.example</a>',
        "https://bank.example <https://evil.example>",
    ),
    "a mail link": ('<a href="mailto:a@b.example">a@b.example</a>', "a@b.example"),
    "a link around blocks": (
        '<a href="https://a.example/x"><table><tr><td>Book</td></tr></table></a>',
        "Book <https://a.example/x>",
    ),
    "a link never closed": ('<a href="https://a.example/x">here', "here <https://a.example/x>"),
    "a tag on two lines": ('Hi\n<a\nhref="https://a.example/x">here</a>', "Hi\nhere <https://a.example/x>"),
    "an address with &copy": ("https://a.example/?a=1&copy=2", None),
    "an anchor": ('<a href="#top">up</a>', "up"),
    "an emoji as a picture": ('<img alt="👍" src="x.png">', "👍"),
    "an emoji of Gmail": ('<img data-emoji="🙂" alt="Smiling face" src="x.png">', "🙂"),
    "an old smiley": ('<img alt=":-)" src="x.png">', ":-)"),
    "a described picture": ('<img alt="Our new price list" src="x.png">', "[image: Our new price list]"),
    "a pasted screenshot": ('see <img src="cid:1@x">', "see [image]"),
    "a tracker": ('a<img alt="open tracking" width="1" height="1" src="x.png">', "a"),
    "decoration": ('a<img src="https://x.example/line.png">', "a"),
    "struck out by tag": ("<s>40</s> 60", "~~40~~ 60"),
    "struck out by another tag": ("<p><del>40</del> 60</p>", "~~40~~ 60"),
    "struck out by style": ('<span style="text-decoration:line-through">40</span> 60', "~~40~~ 60"),
    "struck out by the longer style": ('<span style="text-decoration-line: line-through">40</span> 60', "~~40~~ 60"),
    "cells apart": (
        "<table><tr><td>Pro</td><td>40</td></tr><tr><td>Basic</td><td>9</td></tr></table>",
        "Pro | 40\nBasic | 9",
    ),
    "cells never closed": ("<table><tr><td>Pro<td>40<tr><td>Basic<td>9</table>", "Pro | 40\nBasic | 9"),
    "cells with paragraphs": ("<table><tr><td><p>Pro</p></td><td><p>40</p></td></tr></table>", "Pro | 40"),
    "an empty cell of a ruled table": ('<table border="1"><tr><td>a</td><td></td><td>c</td></tr></table>', "a | | c"),
    "an empty cell of a layout": ("<table><tr><td>a</td><td></td><td>c</td></tr></table>", "a | c"),
    "columns of blocks": ("<table><tr><td><p>a</p><p>b</p></td><td><p>c</p></td></tr></table>", "a\n\nb\nc"),
    "a list": ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
    "a numbered list": ("<ol><li>a<li>b</ol>", "1. a\n2. b"),
    "a list in a list": ("<ul><li>a<ul><li>b</ul><li>c</ul>", "- a\n- b\n- c"),
    "a bar": ("<p>yes</p><blockquote>when?</blockquote>", "yes\n\n> when?"),
    "an indent": ('<blockquote style="margin:0 0 0 40px;border:none;padding:0">mine</blockquote>', "mine"),
    "font-size 0 around visible text": ('<div style="font-size:0px"><p style="font-size:13px">seen</p></div>', "seen"),
    "font-size 0 in percent of itself": ('<div style="font-size:0">a<p style="font-size:90%">b</p></div><p>c</p>', "c"),
    "visibility given back": ('<div style="visibility:hidden">a<b style="visibility:visible">b</b></div>', "b"),
    "a color gives no visibility back": ('<div style="visibility:hidden">a<b style="color:red">b</b></div>c', "c"),
    "mso-hide": ('<a href="https://a.example" style="mso-hide:all">Book</a>', "Book <https://a.example>"),
    "conditional comments": ("<!--[if mso]><p>old</p><![endif]--><![if !mso]><p>new</p><![endif]>", "new"),
    "comments": ("<p>a<!-- no --><!-->b--></p>", "ab-->"),
    "a comment never closed": ("<p>a <!-- b</p>", "a <!-- b"),
    "rules for other screens": (
        "<style>@media (max-width:9px){.x{display:none}} p{color:red}</style><p class=x>a</p>",
        "a",
    ),
    "a tag broken off": ('<p>a</p>b <a href="x', 'a\n\nb <a href="x'),
}


@pytest.mark.parametrize("case", SHOWN)
def test_what_is_shown(case: str) -> None:
    source, seen = SHOWN[case]
    assert html_to_text(source) == (source if seen is None else seen)


HIDDEN = {
    "display": '<div style="display:none">no</div>',
    "display, important": '<div style="DISPLAY : none !important;">no</div>',
    "opacity": '<div style="opacity:0"><b style="opacity:1">no</b></div>',
    "visibility": '<div style="visibility:hidden"><b>no</b></div>',
    "font-size": '<span style="font-size:0.0pt">no</span>',
    "font": '<span style="font:0/0 serif">no</span>',
    "no height": '<div style="max-height:0;overflow:hidden">no</div>',
    "transparent": '<span style="color:transparent">no</span>',
    "an alpha of none": '<span style="color:rgba(0,0,0,0)">no</span>',
    "the attribute": "<p hidden>no</p>",
    "a rule for a class": '<style>.x, #y {display:none} /* } */</style><div class="a x">no</div>',
    "a rule for a tag": "<style>@import url(x); b{font-size:0}</style><b>no</b>",
}


@pytest.mark.parametrize("case", HIDDEN)
def test_what_is_hidden_is_counted(case: str) -> None:
    page = read_html(f"<p>seen</p>{HIDDEN[case]}<p>after</p>")
    assert [line.text for line in page.lines if line.text] == ["seen", "after"]
    assert page.hidden == 1


def test_a_quote_never_closed_loses_no_words() -> None:
    assert html_to_text("<p>a</p><a title=\"it's>b</a> c").endswith("b c")


def test_what_no_reader_reads_is_not_counted() -> None:
    page = read_html(
        "<head><title>t</title><style>p{}</style></head><p>seen</p><script>x()</script><template>y</template>"
    )
    assert page.lines == [Line("seen")]
    assert page.hidden == 0


def test_lines_say_how_the_mail_marks_them() -> None:
    page = read_html(
        '<div>own</div><div class="gmail_signature">Dana</div><div class="gmail_quote"><div class="gmail_attr">On x:</div>'
        '<blockquote>old</blockquote><div>between</div></div><div id="x_divRplyFwdMsg">From: Jo</div><div>older</div>'
    )
    assert [(line.text, line.mark) for line in page.lines if line.text] == [
        ("own", ""),
        ("Dana", "signature"),
        ("On x:", "header"),
        ("old", "bar"),
        ("between", ""),
        ("From: Jo", "header"),
        ("older", "trail"),
    ]
    assert [line.mark for line in read_html("own\n> old\n>> older").lines] == ["", "bar", "bar"]


def test_nothing_invisible_is_shown() -> None:
    assert html_to_text("<p>a\u202eb&#8203;c&#x200d;d</p>\u200b") == "abcd"


@pytest.mark.parametrize("text", ["a<b>c", "<P>", "<br/>", '<a href="a@b.example">', "<o:p>"])
def test_tags_make_html(text: str) -> None:
    assert is_html(text)


UNIT = {
    "nested": "<div>",
    "tables": "<table><tr><td>x",
    "lists": "<ul><li>",
    "closed otherwise": "<b></i>",
    "comments": "<!--",
    "stray signs": "<",
    "tags never closed": "<a ",
    "quotes never closed": "<a x='\" ",
    "references": "&",
    "declarations": "<!",
    "blanks": " \u00a0",
    "styles": "<style>a{",
    "at-rules": "<style>@a{{}",
    "attributes": "a=b ",
    "embedded": "data:;base64,",
    "links": "<a href=x>y",
}


@pytest.mark.parametrize("case", UNIT)
@pytest.mark.parametrize("before", ["<p>", "<p ", '<p style="'])
def test_much_of_anything_takes_seconds(case: str, before: str) -> None:
    # What grows with the square takes minutes at either size.
    source = before + UNIT[case] * ((5_000_000 if TIMES > 1 else 200_000) // len(UNIT[case]))
    began = time.process_time()
    html_to_text(source)
    assert time.process_time() - began < 5


def test_markup_beyond_the_most_is_counted() -> None:
    assert html_to_text("<p>a</p>" + "<b>b</b>" * MOST_CHARACTERS).endswith(
        f"[… {7 * MOST_CHARACTERS + 8:,} more characters of markup]"
    )
    picture = f'<img src="data:image/png;base64,{"A" * MOST_CHARACTERS}">'
    assert html_to_text(f"<p>a</p>{picture}<p>b</p>") == "a\n\n[image]\n\nb"


WORDS = st.lists(st.text(string.ascii_letters, min_size=1, max_size=8), min_size=1, max_size=5)
TAGS = ("p", "div", "b", "span", "td", "li", "blockquote", "table", "tr", "ul", "pre", "s", "h1", "center", "a href=x")
PIECES = st.lists(
    st.one_of(
        WORDS.map(lambda words: ("text", " ".join(words))),
        st.sampled_from(TAGS).map(lambda tag: ("tag", f"<{tag}>")),
        st.sampled_from(TAGS).map(lambda tag: ("tag", f"</{tag.split()[0]}>")),
        st.sampled_from(["<br>", "<hr>", "<!-- c -->", "&nbsp;", "\n"]).map(lambda piece: ("tag", piece)),
    ),
    max_size=30,
)


@given(PIECES)
def test_every_word_between_tags_is_shown_in_order(pieces: list[tuple[str, str]]) -> None:
    """However the tags are nested or left open, text that nothing hides is there."""
    shown = html_to_text("<p>" + "".join(piece for _, piece in pieces))
    squeezed = "".join(letter for letter in shown.replace(" <x>", "") if letter.isalpha())
    assert squeezed == "".join(text for kind, text in pieces if kind == "text").replace(" ", "")


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    html_to_text(text)
    html_to_text(f"<p {text}><b>{text}</b>")


PARAGRAPHS = st.lists(
    st.lists(
        st.text(string.ascii_letters + " ,.<&>;üж", min_size=1).map(lambda line: " ".join(line.split())), min_size=1
    ),
    min_size=1,
)


@given(PARAGRAPHS)
def test_plain_text_is_sent_as_the_lines_that_it_shows(paragraphs: list[list[str]]) -> None:
    kept = [[line for line in lines if line and not line.startswith(">")] for lines in paragraphs]
    text = "\n\n".join("\n".join(lines) for lines in kept if lines)
    assume(not is_html(text))
    shown = html_to_text(text_to_html(text))
    assert shown == html_to_text(text)


SENT = {
    "one line": ("Tuesday works.", "Tuesday works."),
    "lines": (
        "Hi Dana,\n\nTuesday works.\nReally.\n\n\nMaria",
        "<p>Hi Dana,</p><p>Tuesday works.<br>Really.</p><p>Maria</p>",
    ),
    "line breaks of Windows": ("Hi,\r\n\r\nyes", "<p>Hi,</p><p>yes</p>"),
    "signs": ("a < b & c", "a &lt; b &amp; c"),
    "entities": ("R&amp;D\nnow", "<p>R&amp;D<br>now</p>"),
    "variables": ("Hi {{FirstName}},\nyes", "<p>Hi {{FirstName}},<br>yes</p>"),
    "a link within text": (
        'Hi,\n\n<a href="https://a.example">here</a>',
        '<p>Hi,</p><p><a href="https://a.example">here</a></p>',
    ),
    "a tag on two lines": (
        'Hi\n<a\nhref="https://a.example">here</a>',
        '<p>Hi<br><a href="https://a.example">here</a></p>',
    ),
    "HTML": ("<p>Hi</p>\n<p>yes & no</p>", "<p>Hi</p>\n<p>yes & no</p>"),
    "breaks": ("Hi<br>\nyes", "Hi<br>\nyes"),
}


@pytest.mark.parametrize("case", SENT)
def test_what_is_sent(case: str) -> None:
    given, sent = SENT[case]
    assert text_to_html(given) == sent
    assert text_to_html(sent) == sent or case == "signs", "once is enough"
