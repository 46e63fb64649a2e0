"""Common words of German, French, Spanish and Portuguese for what the catalog calls in English.

Words are written without accents; one that ends in `*` stands for all that begin so. They are looked up only where a
word is not known in English.
"""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache

_SAID = """
contact: kontakt* kunde* interessent* person* personne* prospecto* contacto* contato* cliente* lead*
company: firm* unternehmen* entreprise* societe* empresa* compan* konto konten compte* cuenta* conta contas
sequence: sequenz* kampagne* sequence* campagne* secuencia* campana* campanha* sequencia*
list: liste listen lista* elenco
step: schritt* etape* paso* passo*
task: aufgabe* tache* tarea* tarefa*
call: anruf* telefon* appel* llamada* ligacao ligacoes chamada*
email: mail* nachricht* courriel* correo* mensaje* mensagen* mensagem
thread: posteingang* unterhaltung* gesprach* conversacion* conversa* boite* bandeja* bandej* caixa
reply: antwort* reponse* repons* respuesta* resposta*
unread: ungelesen* lues lus leid* lidas lidos
read: gelesen*
mailbox: postfach* absender* expedit* buzon* remetente*
template: vorlage* modele* plantilla* modelo*
holiday: feiertag* ferie* feriado* festivo* urlaub* vacanc* vacacion* jours
calendar: kalender* calendrier* calendari*
schedule: zeitplan* sendezeit* horaire* horario* agenda* planning*
report: bericht* rapport* informe* relatorio* reporte*
statistic: statisti* kennzahl* estadistic* estatistic* zahlen chiffre* cifras numeros
meeting: termin* rendez* reunion* reuniao reunioes treffen besprechung*
blacklist: sperrliste* noire negra bloqueio
block: sperr* blockier* bloquer* bloque* bloquear*
domain: domain* domaine* dominio*
opt out: abmeld* austrag* desabonn* desinscri* descadastr* desuscri* baja
address: adress* direccion* endereco*
owner: besitzer* inhaber* eigentum* proprieta* propieta* dueno dono zustandig*
team user: mitarbeiter* kolleg* teammitglied* collegue* companero* colega* equipe* equipo* membre* miembro* membro*
note: notiz* nota notas anmerkung*
field: feld* champ* campo*
category: kategorie* categorie* categoria*
label: etikett* etiquet*
folder: ordner* dossier* carpeta* pasta
webhook: webhook*
document: dokument* dokumente* documento* fichier* archivo* arquivo* datei*
knowledge base: wissen* connaissance* conocimiento* conhecimento*
offer: angebot* offre* oferta*
draft: entwurf entwurfe brouillon* borrador* rascunho*
approval: freigabe* approbation* aprobacion* aprovacao aprovacoes
setting: einstellung* parametre* reglage* ajuste* configurac* configuracion*
account: konto* compte*
import: importier* importer* importar*
create: anleg* erstell* erzeug* neue neuer neues neu creer cree* crear* criar* nouve* nuev* novo nova
add: hinzufug* eintrag* ajout* anadir* agreg* adicion* aufnehm*
delete: losch* entfern* supprim* effac* elimin* borr* exclu* apag* suprim* retirer quitar
update: ander* aktualisier* bearbeit* modifi* changer cambi* alter* actualiz* atualiz* mettre editar
search: such* find* cherch* recherch* trouv* busc* encontr* procur*
show: zeig* anzeig* affich* montr* mostr* voir ver
start: start* beginn* demarr* lanc* inici* comen* arranc* fortsetz* reprend* reanud* retom*
pause: pausier* anhalt* stopp* arret* pausa* deten* parar parer
send: send* schick* versend* verschick* envoy* envi* mand*
assign: zuweis* zuordn* attribu* assign* asign* atribu*
approve: freigeb* genehmig* approuv* aprob* aprov*
move: verschieb* deplac* mover* mueve*
copy: kopier* duplizier* copier* dupli* copiar*
complete: erledig* abschlie* terminer terminee terminad* complet* conclu*
enroll: inscri* einschreib*
answer: beantwort* repond* respond*
connect: verbind* conect* connect* verknupf*
today: heute aujourd* hoy hoje
yesterday: gestern hier ayer ontem
week: woche* semaine* semana*
overdue: uberfallig* retard* atrasad* vencid*
pending: offen* ausstehend* attente pendiente* pendente*
"""
_IGNORED = frozenset(
    """der die das den dem des ein eine einen einem einer und oder von vom zum zur mit fur auf aus bei ich mir mich mein
    meine meinen wir uns unser alle wie was wer ist sind bitte letzte letzten letzter diese diesen nicht im ins
    le la les un une du de des et ou pour dans sur avec mon ma mes notre nos tous toutes est sont qui que quoi cette ce
    non pas derniere dernier el los las del al por para con mi mis nuestro todos todas es son quien cual esta este no
    ultima ultimo o os a as um uma do da dos das em na nas nos com meu minha meus minhas todo toda nao que qual
    deste desta en sin sem""".split()
)


def without_accents(text: str) -> str:
    """`Postfächer` as `Postfacher`; `ß` as `ss`."""
    if text.isascii():
        return text
    parts = unicodedata.normalize("NFD", text.replace("ß", "ss"))
    return "".join(sign for sign in parts if not unicodedata.combining(sign))


@cache
def _tables() -> tuple[dict[str, str], dict[str, str]]:
    """What whole words mean, and what the beginnings of words do."""
    whole: dict[str, str] = {}
    begins: dict[str, str] = {}
    for line in _SAID.strip().splitlines():
        meant, _, said = line.partition(": ")
        for word in said.split():
            (begins if word.endswith("*") else whole).setdefault(word.rstrip("*"), meant)
    return whole, begins


@lru_cache(maxsize=2048)
def in_english(word: str) -> str | None:
    """The catalog's word for a foreign one in small letters, "" for one that carries no meaning, None where unknown."""
    whole, begins = _tables()
    if word in whole:
        return whole[word]
    if word in _IGNORED:
        return ""
    for length in range(len(word), 3, -1):
        if word[:length] in begins:
            return begins[word[:length]]
    return None
