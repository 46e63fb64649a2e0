"""What people ask for in their messages, by the words they use: to be left alone, or an answer by some day.

Hints for whoever reads; nothing is decided by them.
"""

from __future__ import annotations

import re

_ALONE = re.compile(
    r"\b(?:stop (?:writing|e-?mailing|messaging|contacting|spamming|it)|never (?:write|e-?mail|contact|message)"
    r"|unsubscribe|(?:remove|delete|take) (?:me|us|my (?:e-?mail|address|name)|our (?:e-?mail|address)) ?(?:off|from)?"
    r"|(?<!we )(?<!I )(?:do not|don'?t|please stop) (?:write|e-?mail|contact|messag)\w*"
    r"|opt(?:ing)? (?:me )?out|no more e-?mails|leave (?:me|us) alone"
    r"|abmelden|austragen|abbestellen|nicht mehr (?:an|schreiben|kontaktieren|anschreiben)|keine (?:weiteren )?e-?mails"
    r"|(?:aus|von) (?:ihrer|eurer|der|dem) (?:liste|verteiler|newsletter)"
    r"|d[ée]sinscri\w*|d[ée]sabonn\w*|ne (?:me|nous) (?:contactez|écrivez|ecrivez)|plus de mails?"
    r"|no me (?:escriba|contacte)\w*|d(?:ar|en|e|é)me de baja|darme de baja|no (?:enviar|enviarme|envíen) más"
    r"|n[ãa]o (?:me )?(?:escreva|contacte|envie)\w*|descadastr\w*|remova(?:-me| meu)|cancelar (?:a )?inscri\w*"
    r"|non (?:mi )?(?:scriva|contatta|contattat|scrivet)\w*|disiscri\w*|cancellat?e?mi|rimuov\w*mi"
    r"|uitschrijven|afmelden|niet meer (?:mailen|contacteren|benaderen)|geen (?:e-?)?mails meer"
    r"|wypis\w*|nie (?:pisz|kontaktuj)\w*|avregistrera\w*|avsluta prenumeration\w*|afmeld\w*)\b"
    r"|отпи[сш]\w*|не пишите|退订|配信停止"
    r"|^\W*stop\b(?!\s*(?:by|in|over)\b)",
    re.IGNORECASE,
)
_DAY = (
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|today|tonight|tomorrow|noon|midday|eod|eow|cob"
    r"|(?:the )?(?:end|close|start|beginning) of|next (?:week|month)|(?:the )?\d{1,2}(?:st|nd|rd|th)\b"
    r"|\d{1,2}(?::\d\d|[./-]\d{1,2}| ?[ap]m\b)"
    r"|(?:\d{1,2}\.? )?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)"
)
_TAG = (
    r"(?:heute|morgen|übermorgen|mittag|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|ende|anfang|nächste[rn]? woche"
    r"|\d{1,2}(?:\.|:\d\d| uhr))"
)
_DEADLINE = re.compile(
    rf"\b(?:(?:by|before|until|till|no later than) {_DAY}"
    rf"|bis (?:spätestens |zum |am |zu )*{_TAG}|vor {_TAG}|spätestens|noch heute|dringend|frist\b|eilt"
    r"|d'ici|avant (?:le |la |lundi|mardi|mercredi|jeudi|vendredi|demain|fin)|au plus tard|échéance"
    r"|antes (?:del?|del? fin|que) |a más tardar|plazo|até (?:amanhã|segunda|terça|quarta|quinta|sexta|o |dia )"
    r"|o mais tardar|prazo|entro (?:il |le |luned|marted|mercoled|gioved|venerd|domani|fine)|al più tardi|scadenza"
    r"|uiterlijk|vóór |deadline|due date|asap|as soon as possible|urgent\w*|expir(?:es|ing))",
    re.IGNORECASE,
)
_AWAY = re.compile(
    r"\b(?:out of (?:the )?office|(?:on|away on) (?:annual |parental |sick )?(?:leave|vacation|holidays?)"
    r"|(?:am|are) away|abwesend|nicht im b(?:ü|ue)ro|im urlaub|absent\w*|en vacances|fuera de la oficina|de vacaciones"
    r"|fora do escrit\w*|fuori ufficio|in ferie|afwezig|met vakantie)\b",
    re.IGNORECASE,
)
"""Until when somebody is away is no day by which they need an answer."""
_UNTIL = re.compile(r"until|till|bis|até", re.IGNORECASE)


def find_opt_out_request(text: str) -> re.Match[str] | None:
    """The words with which somebody asks not to be written to."""
    return _ALONE.search(text)


def find_deadline(text: str) -> str:
    """The sentence that says by when something is needed; "" where none does."""
    for found in _DEADLINE.finditer(text):
        begin = max(text.rfind(mark, 0, found.start()) for mark in ".!?\n") + 1
        ends = [end for mark in ".!?\n" if (end := text.find(mark, found.end())) >= 0]
        sentence = text[begin : min(ends) + 1 if ends else len(text)].strip()
        if not (_UNTIL.match(found[0]) and _AWAY.search(sentence)):
            return sentence
    return ""
