# ruff: noqa: E501
"""How mail programs quote: 24 forms and the headers of 17 languages, to build threads from."""

from __future__ import annotations

import html
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Language:
    """What a mail program of this language writes above what it quotes."""

    attribution: str
    labels: tuple[str, str, str, str]
    original: str
    date: str


LANGUAGES = {
    "en": Language("On {date}, {name} <{address}> wrote:", ("From", "Sent", "To", "Subject"), "Original Message", "Tue, Nov {day}, 2025 at 3:00 PM"),
    "de": Language("Am {date} schrieb {name} <{address}>:", ("Von", "Gesendet", "An", "Betreff"), "Ursprüngliche Nachricht", "Di., {day}. Nov. 2025 um 15:00 Uhr"),
    "fr": Language("Le {date}, {name} <{address}> a écrit :", ("De", "Envoyé", "À", "Objet"), "Message d'origine", "mar. {day} nov. 2025 à 15:00"),
    "es": Language("El {date}, {name} (<{address}>) escribió:", ("De", "Enviado", "Para", "Asunto"), "Mensaje original", "mar, {day} nov 2025 a las 15:00"),
    "it": Language("Il giorno {date} {name} <{address}> ha scritto:", ("Da", "Inviato", "A", "Oggetto"), "Messaggio originale", "mar {day} nov 2025 alle ore 15:00"),
    "nl": Language("Op {date} schreef {name} <{address}>:", ("Van", "Verzonden", "Aan", "Onderwerp"), "Oorspronkelijk bericht", "di {day} nov 2025 om 15:00"),
    "pl": Language("{date} {name} <{address}> napisał(a):", ("Od", "Wysłano", "Do", "Temat"), "Wiadomość oryginalna", "wt., {day} lis 2025 o 15:00"),
    "pt": Language("{name} <{address}> escreveu ({date}):", ("De", "Enviada em", "Para", "Assunto"), "Mensagem original", "terça, {day}/11/2025 à(s) 15:00"),
    "ru": Language("{date}, {name} <{address}>:", ("От", "Отправлено", "Кому", "Тема"), "Исходное сообщение", "вт, {day} нояб. 2025 г. в 15:00"),
    "uk": Language("{date} {name} <{address}> пише:", ("Від", "Надіслано", "Кому", "Тема"), "Вихідне повідомлення", "вт, {day} лист. 2025 р. о 15:00"),
    "cs": Language("{date} odesílatel {name} <{address}> napsal:", ("Od", "Odesláno", "Komu", "Předmět"), "Původní zpráva", "út {day}. 11. 2025 v 15:00"),
    "sv": Language("Den {date} skrev {name} <{address}>:", ("Från", "Skickat", "Till", "Ämne"), "Ursprungligt meddelande", "tis {day} nov. 2025 kl 15:00"),
    "fi": Language("{date} {name} ({address}) kirjoitti:", ("Lähettäjä", "Lähetetty", "Vastaanottaja", "Aihe"), "Alkuperäinen viesti", "ti {day}. marrask. 2025 klo 15.00"),
    "tr": Language("{name} <{address}>, {date} tarihinde şunu yazdı:", ("Kimden", "Gönderildi", "Kime", "Konu"), "Özgün İleti", "{day} Kas 2025 Sal, 15:00"),
    "ja": Language("{date} {name} <{address}>:", ("差出人", "送信日時", "宛先", "件名"), "元のメッセージ", "2025年11月{day}日(火) 15:00"),
    "zh": Language("{name} <{address}> 于{date}写道:", ("发件人", "发送时间", "收件人", "主题"), "原始邮件", "2025年11月{day}日周二 15:00"),
    "ko": Language("{date}, {name} <{address}>님이 작성:", ("보낸 사람", "보낸 날짜", "받는 사람", "제목"), "원본 메시지", "2025년 11월 {day}일 (화) 오후 3:00"),
}  # fmt: skip


@dataclass(frozen=True)
class Quoted:
    """The message that is quoted, and what stands above it."""

    lines: Sequence[str]
    name: str
    address: str
    day: int
    language: Language

    @property
    def attribution(self) -> str:
        date = self.language.date.format(day=self.day)
        return self.language.attribution.format(date=date, name=self.name, address=self.address)

    def labels(self, *, mailto: bool = False) -> list[str]:
        sender, sent, to, subject = self.language.labels
        address = f"[mailto:{self.address}]" if mailto else f"<{self.address}>"
        date = self.language.date.format(day=self.day)
        return [f"{sender}: {self.name} {address}", f"{sent}: {date}", f"{to}: Dana", f"{subject}: Re: Pricing"]


Style = Callable[[Sequence[str], Quoted], str]
"""Own lines and what is quoted below them, as the body of a mail."""


def _plain(own: Sequence[str], head: Sequence[str], quoted: Sequence[str]) -> str:
    return "\n".join([*own, "", *head, *quoted])


def _bars(lines: Sequence[str]) -> list[str]:
    return [f"> {line}" if line and not line.startswith(">") else f">{line}" for line in lines]


def _wrapped(lines: Sequence[str]) -> list[str]:
    return [part for line in lines for part in textwrap.wrap(line, 30, break_long_words=False) or [""]]


def _divs(lines: Sequence[str]) -> str:
    return "".join(f"<div>{html.escape(line) or '<br>'}</div>" for line in lines)


def _paragraphs(lines: Sequence[str]) -> str:
    return "".join(f'<p class="MsoNormal">{html.escape(line) or "&nbsp;"}<o:p></o:p></p>' for line in lines)


def _breaks(lines: Sequence[str]) -> str:
    return "<br>".join(html.escape(line) for line in lines)


def _gmail(own: Sequence[str], old: Quoted) -> str:
    return (
        f'<div dir="ltr">{_divs(own)}</div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" '
        f'class="gmail_attr">{html.escape(old.attribution)}<br></div><blockquote class="gmail_quote" '
        f'style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204)">{_divs(old.lines)}</blockquote></div>'
    )


def _outlook_desktop(own: Sequence[str], old: Quoted) -> str:
    labels = "<br>".join(
        f"<b>{html.escape(line.partition(':')[0])}:</b>{html.escape(line.partition(':')[2])}" for line in old.labels()
    )
    return (
        f'<html><head><style>p.MsoNormal{{margin:0}}</style></head><body><div class="WordSection1">{_paragraphs(own)}'
        '<p class="MsoNormal"><o:p>&nbsp;</o:p></p><div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3pt">'
        f'<p class="MsoNormal">{labels}<o:p></o:p></p></div></div>{_paragraphs(old.lines)}</div></body></html>'
    )


def _outlook_web(own: Sequence[str], old: Quoted) -> str:
    labels = "".join(f"<b>{html.escape(line)}</b><br>" for line in old.labels())
    return (
        f'<div class="elementToProof">{_divs(own)}</div><div id="appendonsend"></div><hr style="width:98%">'
        f'<div id="divRplyFwdMsg" dir="ltr"><font>{labels}</font><div>&nbsp;</div></div><div>{_divs(old.lines)}</div>'
    )


STYLES: dict[str, Style] = {
    "gmail plain": lambda own, old: _plain(own, [old.attribution, ""], _bars(old.lines)),
    "gmail plain, header wrapped": lambda own, old: _plain(
        own, textwrap.wrap(old.attribution, 60, break_long_words=False, break_on_hyphens=False), _bars(old.lines)
    ),
    "gmail plain, quotation wrapped": lambda own, old: _plain(own, [old.attribution], _bars(_wrapped(old.lines))),
    "mutt": lambda own, old: _plain(own, [old.attribution], _bars(old.lines)),
    "bars alone": lambda own, old: _plain(own, [], _bars(old.lines)),
    "header alone": lambda own, old: _plain(own, [old.attribution, ""], old.lines),
    "header alone, wrapped": lambda own, old: _plain(own, [old.attribution, ""], _wrapped(old.lines)),
    "outlook plain": lambda own, old: _plain(
        own, [f"-----{old.language.original}-----", *old.labels(mailto=True), ""], old.lines
    ),
    "outlook plain, ruled": lambda own, old: _plain(own, ["_" * 32, *old.labels(), ""], old.lines),
    "outlook plain, labels alone": lambda own, old: _plain(own, [*old.labels(), ""], old.lines),
    "notes": lambda own, old: _plain(own, [f"----- {old.language.original} -----", "", *old.labels(), ""], old.lines),
    "bars above the answer": lambda own, old: "\n".join([old.attribution, *_bars(old.lines), "", *own]),
    "gmail": _gmail,
    "gmail, bottom": lambda own, old: _gmail([], old) + _divs(own),
    "outlook desktop": _outlook_desktop,
    "outlook web": _outlook_web,
    "apple": lambda own, old: (
        f'<html><body style="word-wrap:break-word">{_divs(own)}<div><br><blockquote type="cite"><div>'
        f"{html.escape(old.attribution)}</div><br><div>{_divs(old.lines)}</div></blockquote></div></body></html>"
    ),
    "thunderbird": lambda own, old: (
        f'<p>{_breaks(own)}</p><div class="moz-cite-prefix">{html.escape(old.attribution)}<br></div>'
        f'<blockquote type="cite" cite="mid:x">{_breaks(old.lines)}</blockquote>'
    ),
    "yahoo": lambda own, old: (
        f'<div class="ydp1">{_divs(own)}</div><div id="yahoo_quoted_1" class="yahoo_quoted"><div>'
        f"<div>{html.escape(old.attribution)}</div>{_divs(old.lines)}</div></div>"
    ),
    "proton": lambda own, old: (
        f'<div>{_breaks(own)}</div><div class="protonmail_quote">{html.escape(old.attribution)}<br><br>'
        f'<blockquote class="protonmail_quote" type="cite">{_breaks(old.lines)}</blockquote><br></div>'
    ),
    "outlook mobile": lambda own, old: (
        f'<div>{_divs(own)}</div><div class="ms-outlook-mobile-reference-message skipProofing"><hr>'
        f"{_divs(old.labels())}{_divs(old.lines)}</div>"
    ),
    "zoho": lambda own, old: (
        f'{_divs(own)}<div class="zmail_extra"><div>---- {html.escape(old.attribution)} ----</div>'
        f'<blockquote style="border-left:1px solid #ccc">{_divs(old.lines)}</blockquote></div>'
    ),
    "blockquote alone": lambda own, old: f"{_divs(own)}<blockquote>{_paragraphs(old.lines)}</blockquote>",
    "gmx": lambda own, old: (
        f'<html><body>{_divs(own)}<div name="quote" style="margin:10px 5px 5px 10px"><div style="margin:0 0 10px 0">'
        f'{_breaks(old.labels())}</div><div name="quoted-content">{_divs(old.lines)}</div></div></body></html>'
    ),
}
