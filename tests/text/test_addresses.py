"""Letters of addresses and hosts that pass for others are told; names of other languages stay readable."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reply_mcp.text.addresses import MOST_NOTED, comparable, describe_odd_letters, hide_userinfo

PLAIN = [
    "sam@acme.com",
    "o'neil+tag@sub.acme.co.uk",
    "o\u2019neil@acme.com",
    "müller@acme.com",
    "josé.garcía@acme.com",
    "zażółć@acme.com",
    "иван@acme.com",
    "γιώργος@acme.com",
    "田中ひろし@acme.com",
    "김철수@acme.com",
    "https://acme.com/?q=ü&x=1",
    "https://acme.com/сосо",
    "naïve — besuche müller.de, im Büro.danach",
    "{{Имя}}, привет.как дела",
    "100% of ann@acme.com & bob@acme.com",
]
DOMAINS = [
    ("ann@müller.de", "xn--mller-kva.de"),
    ("иван@пример.рф", "xn--e1afmkfd.xn--p1ai"),
    ("taro@例え.jp", "xn--r8jz45g.jp"),
    ("a@ελλάδα.gr", "xn--hxakic4aa.gr"),
    ("a@paypaĺ.com", "xn--paypa-b6a.com"),
    ("https://bücher.example/x?y#z", "xn--bcher-kva.example"),
    ("https://BÜCHER.example:8443", "xn--bcher-kva.example"),
    ("https://b%C3%BCcher.example/", "xn--bcher-kva.example"),
    ("<a href='https://b&uuml;cher.example'>Books</a>", "xn--bcher-kva.example"),
]
PASSING = [
    ("s\u0430m@acme.com", "before the @, Latin and Cyrillic letters mixed"),
    ("\u0441\u043e\u0441\u043e@acme.com", "before the @, it only looks like coco"),
    ("\u03bfmar@acme.com", "before the @, Greek and Latin letters mixed"),
    ("\u0131an@acme.com", "before the @, it only looks like ian"),
    ("\uff46ull@acme.com", "before the @, Fullwidth and Latin letters mixed"),
    ("sam@ex\u0430mple.com", "Latin and Cyrillic letters mixed; its domain is xn--exmple-4nf.com"),
    ("s\u0430m@ex\u0430mple.com", "before the @, Latin and Cyrillic letters mixed; Latin and Cyrillic letters mixed"),
    ("https://p\u0430ypal.com/login", "Latin and Cyrillic letters mixed; it is xn--pypal-4ve.com"),
    ("https://\u0440\u0430\u0443\u0440\u0430l.com", "Cyrillic and Latin letters mixed; it is"),
    ("https://\u0430\u0440\u0440\u04cf\u0435.com", "it is xn--80ak6aa92e.com"),
    ("Go to ex\u0430mple.com now", "Latin and Cyrillic letters mixed; it is xn--exmple-4nf.com"),
    ("Go to \u0430\u0440\u0440\u04cf\u0435.com, please", "it is xn--80ak6aa92e.com"),
    ("ann@" + "ä" * 70 + ".de", "no host has such a name"),
]


@pytest.mark.parametrize("text", PLAIN)
def test_plain_and_international_names_need_no_word(text: str) -> None:
    assert describe_odd_letters(text) == ""


@pytest.mark.parametrize(("text", "known"), DOMAINS)
def test_a_domain_of_other_letters_is_told_as_dns_knows_it(text: str, known: str) -> None:
    assert describe_odd_letters({"to": [text]}).endswith(f" is {known}).")
    assert "mixed" not in describe_odd_letters(text)


@pytest.mark.parametrize(("text", "words"), PASSING)
def test_letters_that_pass_for_others_are_told(text: str, words: str) -> None:
    assert words in describe_odd_letters(("Sends it", {"count": 1, "to": [{"email": text}]}))


def test_each_is_told_once_and_many_are_counted() -> None:
    odd = [f"s\u0430m{at}@acme.com" for at in range(MOST_NOTED + 3)]
    told = describe_odd_letters([odd, odd, " ".join(odd)])
    assert told.count("Not all letters") == MOST_NOTED
    assert told.endswith("So are 3 more addresses or hosts.")


def test_words_of_outsiders_in_an_address_are_disarmed() -> None:
    told = describe_odd_letters("confirm=\u0430\u0430\u0430\u0430\u0430s@acme.com https://<<<\u0430.com")
    assert "confirm=" not in told
    assert "<<<" not in told


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("to https://bob:s3@hooks.acme.com/x", "to https://[hidden]@hooks.acme.com/x"),
        ("https://token@acme.com and http://a:b@b.com", "https://[hidden]@acme.com and http://[hidden]@b.com"),
        ("https://bob:s@3@acme.com", "https://[hidden]@acme.com"),
        ("https://[hidden]@acme.com", "https://[hidden]@acme.com"),
        ("https://acme.com/?to=ann@acme.com", "https://acme.com/?to=ann@acme.com"),
        ("https://acme.com/@ann", "https://acme.com/@ann"),
        ("ann@acme.com", "ann@acme.com"),
    ],
)
def test_secrets_in_urls_are_hidden(text: str, shown: str) -> None:
    assert hide_userinfo(text) == shown


@given(st.text(st.sampled_from("ab\u0430\u043e@.:/&%<> \u3002ü"), max_size=60))
def test_any_text_is_taken(text: str) -> None:
    told = describe_odd_letters(text)
    assert not told or told.startswith("Not all letters of ")


@given(st.from_regex(r"[a-z0-9.]{1,20}@[a-z0-9]{1,20}\.[a-z]{2,6}", fullmatch=True))
def test_plain_addresses_are_never_odd(address: str) -> None:
    assert describe_odd_letters(address) == ""
    assert comparable(address) == address
