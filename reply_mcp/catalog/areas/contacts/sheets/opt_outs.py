"""Columns that say who does not want to be contacted, and what their cells say."""

from __future__ import annotations

from reply_mcp.text.names import fold_name

_YES_IS_OUT = """
    Unsubscribed | Unsubscribe | Is unsubscribed | Unsubscribed from all email | Unsubscribed at | Unsub time |
    Unsubscribe date | Unsubscribed date | Global unsubscribe | Opted out | Opted out of email | Has opted out |
    Has opted out of email | Is opted out | Opt out | Opt out date | Email opt out | Do not contact | Do not email |
    Do not mail | Do not e-mail | Do not bulk email | Don't contact | Don't email | DNC | No email | Suppressed |
    Blacklisted | Email blacklisted |
    Abgemeldet | Abgemeldet am | Nicht kontaktieren | Keine E-Mails | Werbesperre | Widerspruch | Werbewiderspruch |
    Désabonné | Désinscrit | Ne pas contacter | Opposition | Dado de baja | Baja | No contactar | Descadastrado |
    Não contatar | Disiscritto | Non contattare | Uitgeschreven | Afgemeld | Niet benaderen | Wypisany |
    Nie kontaktować | Avregistrerad | Отписан | Отписался | Не беспокоить | Не контактировать | 配信停止 | 退订
"""
_NO_IS_OUT = """
    Subscribed | Is subscribed | Opted in | Opt in | Email opt in | Email consent | Marketing consent |
    Accepts marketing | Accepts email marketing | Newsletter consent | Einwilligung | Consentement | Consentimiento
"""
_STATUS = """
    Subscription status | Email status | Marketing status | Email marketing status | Email marketing consent |
    Email subscription status | Newsletter status | Opt-in status | Opt-out status | Subscriber status
"""
_OUT, _IN, _STATES = (
    frozenset(fold_name(name) for name in names.split("|")) for names in (_YES_IS_OUT, _NO_IS_OUT, _STATUS)
)
_YES = set(
    """
    1 1.0 true t yes y x ✓ ✔ on wahr ja j vrai oui o verdadero si sí s sim vero sì waar tak sant kyllä ano igen evet
    да истина はい 是 예
    """.split()
)
_NO = set(
    """
    0 0.0 false f no n off falsch nein faux non falso não nao onwaar nee fałsz nie falskt nej ei ne nem
    hayır нет ложь いいえ 否 아니요
    """.split()
)
_OUT_STATES = frozenset(
    map(
        fold_name,
        """
        unsubscribed | opted out | opt-out | out | do not contact | do not email | suppressed | blacklisted |
        blocked | complained | spam complaint | never subscribed | not subscribed | non-subscribed | revoked |
        withdrawn | denied | abgemeldet | désabonné | baja | descadastrado | disiscritto | uitgeschreven |
        wypisany | отписан
        """.split("|"),
    )
)
_IN_STATES = frozenset({"subscribed", "optedin", "optin", "active", "granted", "pending", "confirmed"})


def marks_opt_outs(column: str) -> bool:
    """Whether a column of this name says who opted out."""
    return fold_name(column) in _OUT | _IN | _STATES


def says_opted_out(column: str, cell: str) -> bool | None:
    """Whether the cell says that this person opted out; None where it says neither yes nor no.

    A date counts as yes: when they did.
    """
    name, value = fold_name(column), cell.strip().casefold()
    if fold_name(cell) in _OUT_STATES:
        return True
    if name in _STATES:
        return False
    if value in _YES or value in _NO:
        return (value in _YES) != (name in _IN)
    if name in _OUT and value[:1].isdigit() and len(value) >= 6:
        return True
    return False if fold_name(cell) in _IN_STATES else None
