"""Letters that look like others: `conﬁrm`, `ｃｏｎｆｉｒｍ` and `соnfirm` (with Cyrillic letters) read as `confirm`."""

from __future__ import annotations

import unicodedata

_ALIKE = {
    **dict(zip("аеорсухіјѕԁһոԛԝӏкмтвнь", "aeopcyxijsdhnqwlkmtbhb", strict=True)),
    **dict(zip("АВЕКМНОРСТУХІЈЅҮԌ", "abekmhopctyxijsyg", strict=True)),
    **dict(zip("αορντυικεΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "aopvtuikeabezhikmnoptyx", strict=True)),
    **dict(zip("ıɑɡᴀʙᴄᴅᴇɢʜɪᴊᴋʟᴍɴᴏᴘʀѕᴛᴜᴠᴡʏᴢ", "iagabcdeghijklmnoprstuvwyz", strict=True)),
}
"""Letters of other alphabets, and small capitals, that nobody tells from Latin ones."""


class _Read(dict[int, str]):
    """By code point, what a letter reads as; found when first asked for."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        plain = unicodedata.normalize("NFKC", letter) if letter.isalpha() or code in _OTHER_FORMS else letter
        # The letters with marks that names have are letters of their own.
        found = plain if plain.isascii() else letter
        self[code] = found = _ALIKE.get(letter, found)
        return found


_OTHER_FORMS = range(0xFF01, 0xFF5F)
_READ = _Read()


def as_read(text: str) -> str:
    """`text` with the letters that it seems to have; its length may be another."""
    return text if text.isascii() else text.translate(_READ)
