"""The letters beyond a to z that languages in Latin script use: what tells `Muñoz` from `Muńoz`."""

from __future__ import annotations

from collections.abc import Iterable, Set

_LETTERS = {
    "German": "äöüß",
    "French": "àâæçèéêëîïôœùûüÿ",
    "Spanish": "áéíñóúü",
    "Portuguese": "àáâãçéêíóôõúü",
    "Italian": "àèéìíîòóùú",
    "Catalan": "àçèéíïòóúü",
    "Dutch": "áèéêëíïóöúü",
    "Danish": "åæéø",
    "Norwegian": "åæéòôø",
    "Swedish": "åäéö",
    "Finnish": "åäöšž",
    "Icelandic": "áæéíðóöúýþ",
    "Irish": "áéíóú",
    "Polish": "ąćęłńóśźż",
    "Czech": "áčďéěíňóřšťúůýž",
    "Slovak": "áäčďéíľňóôšťúýž",
    "Hungarian": "áéíóöőúüű",
    "Romanian": "âăîşșţț",
    "Croatian": "ćčđšž",
    "Slovenian": "čšž",
    "Turkish": "âçğıîöşüû\u0307",  # the dot of İ when it is made small
    "Albanian": "çë",
    "Latvian": "āčēģīķļņšūž",
    "Lithuanian": "ąčėęįšūųž",
    "Estonian": "äõöšüž",
}
_ALPHABETS = [frozenset(letters) for letters in _LETTERS.values()]


def accents(word: str) -> frozenset[str]:
    """The small letters of a word that are not those of English."""
    return frozenset(
        letter for letter in word.lower() if not letter.isascii() and (letter.isalpha() or letter == "\u0307")
    )


def alphabets_needed(words: Iterable[Set[str]]) -> tuple[int, int]:
    """How many languages it takes to write these words (each given by its `accents`), and how many words none has."""
    open_words = [word for word in words if word]
    needed = 0
    while open_words:
        alphabet = max(_ALPHABETS, key=lambda letters: sum(word <= letters for word in open_words))
        rest = [word for word in open_words if not word <= alphabet]
        if len(rest) == len(open_words):
            break
        needed, open_words = needed + 1, rest
    return needed, len(open_words)
