# ruff: noqa: E501
"""Of each message its own words and no others, in every form of quoting and every language."""

from __future__ import annotations

import html
import itertools
import re
import time
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reply_mcp.text.html import html_to_text
from reply_mcp.text.quotes import own_words
from tests.condense.quoting import LANGUAGES, STYLES, Quoted
from tests.conftest import check_each

PEOPLE = (("Maria Silva", "maria@ourco.example", True), ("Dana Fox", "dana@client.example", False))
LETTERS = {
    "ru": "абвгдежзиклмн",
    "uk": "абвгдеєжзиїкл",
    "ja": "あいうえおかきくけこ",
    "zh": "天地玄黄宇宙洪荒日月",
    "ko": "가나다라마바사아자차",
}
EXTRAS = (
    "From: {} seats", "To: {}", "Subject: {} {}", "PS: {} {}", "-- ", "—", "Best regards,", "Thanks! {} {}", "On 24 Nov we said: {}",
    "* {}", "{}: {}", "2026-01-01 15:00 {}", "Call {} at 10:30, bob@client.example {}", "____", "{}?", "1. {}", "{} 👍",
)  # fmt: skip


@st.composite
def threads(draw: st.DrawFn) -> list[tuple[dict[str, object], list[str]]]:
    """Messages, oldest first, each with the words that it alone has; each quotes all before it."""
    language = draw(st.sampled_from(sorted(LANGUAGES)))
    letters = LETTERS.get(language, "abcdefghijklmnopqrstuvwxyzäöéñ")
    numbers = count()

    def word() -> str:
        base = draw(st.text(letters, min_size=1, max_size=5))
        number = next(numbers)
        return base + "".join(letters[int(digit)] for digit in f"{number:03d}") + letters[-1]

    said: list[tuple[dict[str, object], list[str]]] = []
    lines: list[str] = []
    for number in range(draw(st.integers(2, 5))):
        words: list[str] = []
        own: list[str] = []
        for _ in range(draw(st.integers(1, 4))):
            shape = draw(st.one_of(st.just("{} {} {} {}"), st.sampled_from(EXTRAS)))
            new = [word() for _ in range(shape.count("{}"))]
            words += new
            own.append(shape.format(*new).strip())
        if not words:
            words.append(word())
            own.insert(0, words[-1])
        name, address, ours = PEOPLE[number % 2]
        if lines:
            before = PEOPLE[(number - 1) % 2]
            quoted = Quoted(lines, before[0], before[1], 9 + number, LANGUAGES[language])
            body = STYLES[draw(st.sampled_from(sorted(STYLES)))](own, quoted)
        else:
            body = "\n".join(own) if draw(st.booleans()) else "".join(f"<p>{html.escape(line)}</p>" for line in own)
        lines = html_to_text(body).split("\n")
        message = {"body": body, "fromName": name, "fromAddress": address, "isOutbound": ours}
        said.append((message, words))
    return said


def words_of(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]+", text))


@given(threads())
def test_every_new_word_is_shown_and_no_earlier_one_as_theirs(
    thread: list[tuple[dict[str, object], list[str]]],
) -> None:
    shown = own_words([message for message, _ in thread])
    earlier: set[str] = set()
    for (message, words), own in zip(thread, shown, strict=True):
        found = words_of(own.text)
        assert found.issuperset(words), f"lost of {message['body']!r}: {own.text!r}"
        theirs = words_of("\n".join(line for line in own.text.split("\n") if not line.startswith("> ")))
        assert not theirs & earlier, f"shown as theirs of {message['body']!r}: {own.text!r}"
        earlier.update(words)


def test_a_short_question_goes_with_its_header() -> None:
    asked = {
        "body": "Fits Tuesday?",
        "fromName": "Maria Silva",
        "fromAddress": "maria@ourco.example",
        "isOutbound": True,
    }

    def check(shape: tuple[str, str]) -> None:
        style, language = shape
        quoted = Quoted(["Fits Tuesday?"], "Maria Silva", "maria@ourco.example", 25, LANGUAGES[language])
        answer = {"body": STYLES[style](["Yes, it does."], quoted), "fromName": "Dana Fox", "isOutbound": False}
        own = own_words([asked, answer])[1]
        theirs = [line for line in own.text.split("\n") if line and not line.startswith("> ")]
        assert theirs == ["Yes, it does."]
        assert own.left_out() == "quote"

    check_each(itertools.product(STYLES, LANGUAGES), check)


KEPT = {
    "closing word, Swedish": "Hej Maria,\nTack!\n\nVi har ingen budget i år\nHör av dig i mars",
    "closing word, Dutch": "Met vriendelijke groet\n\nneem mij van de lijst",
    "closing word, Portuguese": "Obrigada\n\nnão temos interesse agora",
    "opt-out below two dashes": "Hola\n\n--\n\nBorren mis datos, por favor",
    "opt-out below a long dash": "Bonjour\n\n—\n\nDésinscrivez-moi",
    "postscript, French": "Oui.\n\nCordialement,\nDana\n\nP.-S. Envoyez le contrat à legal@client.example",
    "postscript, Italian": "Sì.\n\nSaluti\nDana\n\nPS: chiamare solo il 333 000",
    "labels, German": "Bitte ändern:\n\nVon: 40 Plätze\nAn: 60 Plätze\nDatum: 2026-01-01",
    "labels with a subject": "Use this:\nSubject: Winter 2026\nFrom: news@initech.example\nDate: 2026-01-05 10:00",
    "a train": "Von: München 10:40\nNach: Berlin 14:20\nDatum: 25.11.2025",
    "a dated sentence, German": "Am 24.11.2025 schrieb unser Chef um 15:00 an den Vorstand:\nWir kaufen 40 Plätze.\n\nBitte den Vertrag senden.",
    "a dated sentence, Spanish": "El 24/11/2025 a las 15:00 escribimos a bob@client.example:\n¿Precio?\n\nRespondan, por favor.",
    "forward, German": "Siehe unten.\n\n---------- Weitergeleitete Nachricht ---------\nVon: Bob Lee <bob@client.example>\nDatum: 25.11.2025 15:00\nBetreff: Budget\n\nWir haben 12k.",
    "forward, Outlook": "FYI\n\n-----Original Message-----\nFrom: Bob Lee <bob@client.example>\nSent: 25 November 2025 15:00\nSubject: Budget\n\nWe have 12k.",
    "quotation of a stranger": "He says:\n\nOn Tue, 25 Nov 2025 at 15:00, Bob <bob@client.example> wrote:\n> We have 12k for this.",
    "underscores": "____\nForty seats, please.",
    "facts of the sender": "Dana Fox\nnew number: 555 0199\nfrom 2026-01-01",
}


@pytest.mark.parametrize("case", KEPT)
def test_words_that_stand_nowhere_else_stay(case: str) -> None:
    asked = {
        "body": "Shall we talk?",
        "fromName": "Maria Silva",
        "fromAddress": "maria@ourco.example",
        "isOutbound": True,
    }
    own = own_words([asked, {"body": KEPT[case], "fromName": "Dana Fox", "isOutbound": False}])[1]
    assert own.text == KEPT[case]
    assert own.left_out() == ""


@pytest.mark.parametrize("case", KEPT)
def test_they_stay_above_a_quotation_too(case: str) -> None:
    asked = {
        "body": "Shall we talk?",
        "fromName": "Maria Silva",
        "fromAddress": "maria@ourco.example",
        "isOutbound": True,
    }
    for style in ("gmail plain", "header alone", "outlook plain", "gmail", "outlook desktop", "outlook web"):
        quoted = Quoted(["Shall we talk?"], "Maria Silva", "maria@ourco.example", 25, LANGUAGES["de"])
        body = STYLES[style](KEPT[case].split("\n"), quoted)
        own = own_words([asked, {"body": body, "fromName": "Dana Fox", "isOutbound": False}])[1]
        assert words_of(own.text) == words_of(KEPT[case]), style


def test_a_thread_of_sixty_messages_that_quote_all_before_is_read_in_a_second() -> None:
    messages: list[dict[str, object]] = []
    body = ""
    for number in range(60):
        quoted = "\n".join(f"> {line}" for line in body.split("\n"))
        body = f"word{number} " * 80 + f"\n\nOn 25 Nov 2025 at 15:{number:02d}, Maria <m@o.example> wrote:\n{quoted}"
        body = body[:35_000]
        messages.append({"body": body, "fromName": "Maria", "isOutbound": number % 2 == 0})
    began = time.process_time()
    own_words(messages)
    assert time.process_time() - began < 2
