"""Who asks to be left alone, and who needs an answer by when, in several languages."""

from __future__ import annotations

import pytest

from reply_mcp.text.intents import find_deadline, find_opt_out_request

ALONE = [
    "Please take me off this list.",
    "Thanks, but remove me from your mailing list",
    "STOP",
    "unsubscribe",
    "Stop emailing me.",
    "Bitte nehmen Sie mich aus Ihrem Verteiler, ich möchte nicht mehr kontaktiert werden. Abmelden!",
    "Bitte keine weiteren E-Mails.",
    "Merci de me désinscrire de cette liste",
    "Ne me contactez plus.",
    "Por favor, denme de baja de esta lista.",
    "Não me envie mais e-mails",
    "Vi prego di cancellarmi dalla lista: non mi contattate più",
    "Graag uitschrijven",
    "Proszę mnie wypisać",
    "Отпишите меня",
]
WRITE_ON = [
    "Can you stop by on Tuesday?",
    "Our list of requirements is attached. Please take a look at it by Friday.",
    "Interested! Please contact my colleague Anna.",
    "Wir nehmen das gerne mit auf die Liste.",
    "We do not email contracts, please send a link.",
    "Stop by in Berlin if you can",
]
DEADLINES = {
    "Got it. Can you change that before Friday? Thanks": "Can you change that before Friday?",
    "We decide by the end of March.": "We decide by the end of March.",
    "Bitte bis spätestens Montag ein Angebot.": "Bitte bis spätestens Montag ein Angebot.",
    "Il me faut le devis avant vendredi": "Il me faut le devis avant vendredi",
    "Necesito la oferta antes del lunes.": "Necesito la oferta antes del lunes.",
    "Preciso até amanhã": "Preciso até amanhã",
    "Ci serve entro venerdì": "Ci serve entro venerdì",
    "Need this ASAP!": "Need this ASAP!",
    "I am out of the office. Please send the offer by Monday.": "Please send the offer by Monday.",
    "I am away until Monday. Urgent: the invoice.": "Urgent: the invoice.",
}


@pytest.mark.parametrize("text", ALONE)
def test_who_asks_to_be_left_alone(text: str) -> None:
    assert find_opt_out_request(text)


@pytest.mark.parametrize("text", WRITE_ON)
def test_who_does_not(text: str) -> None:
    assert find_opt_out_request(text) is None


@pytest.mark.parametrize("text", DEADLINES)
def test_deadlines(text: str) -> None:
    assert find_deadline(text) == DEADLINES[text]


@pytest.mark.parametrize(
    "text",
    [
        "Sounds good, tell me more.",
        "We met two years before.",
        "Written by Ann.",
        "I am out of the office until Monday with limited access to email.",
        "Ich bin bis Montag nicht im Büro",
        "",
    ],
)
def test_no_deadline(text: str) -> None:
    assert find_deadline(text) == ""
