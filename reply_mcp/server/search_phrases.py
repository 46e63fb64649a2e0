"""Ways of speaking that single words do not carry: `throw away` is deleting, `hold off` is pausing.

A line says what is meant in the catalog's words, then how people say it; `*` stands for up to five words, which stay.
"""

from __future__ import annotations

import re

_SAID = r"""
phone: (?:phone|mobile|cell|telephone) numbers?
opt out: (?:removed?|off|out) (?:from|of) (?:our|my|the|your|all) (?:e?-?mailings?|newsletters?|mailing lists?)
create webhook: (?:call|ping|hit|post to|inform) (?:our|my|an?|the) (?:api|url|endpoint|server|webhook)
save sequence template: as an? template
statistic: (?:go|going|gone|went) (?:well|badly|wrong) | worth (?:it|the effort)
list status: ^(?:paused|archived|finished|active|stopped|completed|inactive) (?=\w)
update contact: is now | got promoted | changed jobs? | new job | married
contact brief: leave off | left off | up to speed | background on
transfer: split \w+ * between | share out | distribute
share: (?:able to|can) see | visible (?:to|for)
delete: (?:not|no longer) need * any ?more | no longer need
unanswered thread: need an answer | waiting for (?:an|our) (?:answer|reply) | still open replies
list calls report: (?:the|all) calls (?:that|of|from|longer|we)
validate email: (?:working|correct|real|existing|good) (?:e-?mail )?address(?:es)?
find: missing | fill in
disable: (?:not|stop) * for (?:the moment|now|a while)
step: between (?:e?-?mails?|messages?|steps?)
step: (?:first|second|third|fourth|fifth|last|next|opening|initial) (?:e?-?mail|message|touch)
step: (?:e?-?mail|message) (?:one|two|three|four|\d)
task call: (?:open|due|planned|scheduled) calls? | calls? (?:due|to make|for today) | (?:my|\w+) \w+ calls to
channel efficiency: (?:e?mails?|linkedin|calls?|sms|phone) (?:and|versus|vs|or) (?:e?mails?|linkedin|calls?|sms|phone)
custom field: (?:additional|extra|own|new|another) (?:fields?|columns?|attributes?|properties|property)
create: we need | i need (?:an?|another) (?!link) | set up | come up with
statistic: los(?:es|t) (?:most|the most) | drop-?offs? | most people (?:leave|quit) | how successful
instructions playbook: ai (?:should|must|may) (?:not|never|always) | tell the ai
inbox thread message: (?:e-?mails|messages) from
status in sequence: (?:not|nothing) * (?:for|until) * (?:days?|weeks?|months?|\w+day)
settings: tracking | time ?zone | signature default
add blacklist: block(?:ed)? (?:them|him|her) | ban
connection broken: can not send | stopped sending | (?:not|no longer) connected | disconnected | broken mailbox\w*
task: to-?dos? | chores?
transfer: give * to | pass * (?:to|on) | hand * (?:to|over)
find: where (?:is|are|can i find)
delete: throw * away | throw * out | get rid of | do away with
remove contact from sequence: (?:take|pull|kick|drop|remove) * (?:out of|from) (?:everything|all|every \w+)
remove: take * out of | take * off | pull * out of | pull * from | kick * out | drop * out of
pause: hold off | put * on hold | on hold | take a break | nothing should go out | keep * from sending
pause: does not receive anything | should not get anything
start enable: (?:turn|switch|put) * back on | going again | carry on | kick off | fire up | go live | pick up again
start enable: set * off
disable pause: (?:turn|switch|shut) * off
enable start: (?:turn|switch) * on
complete task: tick * off | check * off | cross * off
task: on my plate | left to do | left for me to do | have to do | next actions? | follow-up reminders?
create task: remind me | reminder | do not let me forget
call: ring | rang | phoned | phone call | on the phone | gave * a ring | give * a ring
blacklist: do-?not-?(?:contact|call|email|mail) | dnc | suppression
create blacklist: never * (?:mail|email|write|contact|message|bother)
create blacklist: not * (?:any|be) * (?:cold mails?|contacted|written to)
opt out blacklist: never * hear | (?:not|never) * bother | leave * alone
opt out blacklist: stop (?:emailing|mailing|writing|contacting)
opt out: take me off | no longer interested in mails | unsubscrib\w* | opt-?outs?
domain: (?:any|every)(?:body|one) at
remove email account from sequence: (?:not|no longer|never|stop) send\w* from
blacklist exception: (?:keep|stay|still|remain) * (?:reachable|contactable) | allow ?list\w* | white ?list\w*
delete blacklist rule: (?:may|can|want to) * (?:write|mail|email|contact|reach) * again | unblock | unban
inbox thread category: out of (?:the )?office | ooo
inbox thread interested: (?:hot|warm|interested|positive) (?:leads?|replies|answers|people)
inbox thread: came in | come in | incoming | inbound
compare statistic: works? (?:best|better) | performs? (?:best|better) | (?:best|better|worst) performing
compare statistic: which * better
statistic: how well | success of | (?:open|reply|click|bounce|response|conversion) rates?
report: (?:last|this|previous) (?:month|quarter|year) | month over month | how did we do | compared? to the * before
report statistic: how many \w+ did * (?:make|do|send|get|book|have)
report sent emails list: e?-?mails? (?:that|which) (?:went|were sent|have gone) out
read thread: (?:did|does) * (?:say|write|mean|ask)
search contact: by e-?mail | by linkedin
update contact: (?:her|his|their) (?:company|title|job|phone|position|number|address|name)
generate draft: suggest\w* | propose\w*
team report: leader ?board | who of (?:us|my people|the team) | per rep | by rep | reps?
diagnose: why (?:is|are|does|do|did) * (?:sequences?|campaigns?|it|e?mails?|messages?) (?:not|going)
diagnose: why (?:is|are) (?:no|nothing) | what is wrong | something is wrong | is stuck | stalled
diagnose: not going out | no longer sends? | (?:is|are) not sending
overview: anything wrong | all (?:good|fine|right) | what should i do | first (?:thing|this morning|today)
overview: ^help$ | what can (?:you|this) do | start (?:my|the) day | what needs | what is (?:new|going on|up)
contact brief: prepare * (?:meeting|call|demo) | tell me (?:about|everything)
contact brief: who is (?!\w+ed\b|in\b|on\b|my\b|the\b|responsible)
send direct message: drop * a line | shoot * an? | reach out to | ping | get in touch with
send direct email: shoot * e-?mail | one-off e-?mail | single e-?mail
send linkedin connect: to my network | (?:send|invite) * invit\w+ | add * on linkedin | connection requests?
send inbox reply: tell (?!me|the ai|us)\w+ that | let (?!it|me|us)\w+ know | get back to | ^respond to | write back
assign transfer: take over
change owner: (?:should|must|will) * belong to | belongs? to | responsible for | in charge of | hand over
change owner: has left(?: the company| us)? | (?:quit|leav\w+) the company | leaver
meeting: wants? to meet | book\w* * (?:demo|appointment|slot) | demos? booked | appointments?
variant: (?:second|another|other|different|new) version | version [a-d] | a/b | split tests? | which subject
variant: subject lines?
update step: wait * days? | days? (?:later|earlier|instead) | too (?:early|late|soon)
update step: goes out * (?:early|late|after)
approval draft: drafts? * (?:ai wrote|waiting|go out|went out) | ai(?:'s)? drafts? | (?:ai|waiting) drafts?
approval draft: (?:messages?|mails?) * waiting
regenerate: try again | rewrite | redo | write * anew | once more
knowledge base: teach * ai | ai knows? | knows? about | (?:give|show|feed) the ai | train * ai
document file: pdf | docx? | price list | brochure | one-pager | slides?
reply handler: ai * (?:react|answer|respond|reply) (?:when|if|to) | when (?:someone|somebody|people) asks?
reengagement card: did not (?:react|reply|answer|respond) | went (?:quiet|silent) | ghosted
reengagement card: no (?:answer|reaction) for
reengagement card: have not (?:heard|answered|replied) | days of silence | write again
playbook tone: sounds? too | tone of voice | writing style | too formal | too long | style of
autopilot: (?:by itself|without me|automatic(?:ally)?) | look for new | finds? people by
autopilot: (?:automatic\w*|auto) (?:lead|people|contact)\w* | lead finding
live data search: (?:find|get|buy|look for) * (?:new )?(?:ctos?|ceos?|cfos?|vps?|heads of|decision makers|directors)
preview live data search: how many * are there | audience | market size
start live data search: (?:get|find|need|want) * new (?:leads?|prospects?|contacts?|people) | buy * leads?
start live data search: purchase * (?:leads?|contacts?) | new leads from
validate email: still valid | (?:check|verify|clean) * address(?:es)? | deliverab\w+
estimate: how much would | would * cost | what * cost
company contact: (?:works?|employed|people|who|everyone|anyone) at (?!the\b)
activity: (?:seen|read|opened|clicked) (?:the|my|our|on)
add note: log (?:that|what) | write down | note that | minutes of | what we (?:discussed|talked)
preview message: (?:will|would) \w+ (?:receive|get|see) | gets? next | look for \w+
move: from \w+ to the? | into another | to another
move: skip (?:the )?(?:step|mail|message)
template variable: merge (?:tags?|fields?) | place ?holders? | snippet variables?
template: canned | boilerplate | snippets?
holiday calendar: bank holidays? | public holidays? | days? off | closing the office | closed | christmas | labour day
schedule: office hours | working hours | business hours | weekdays? | time windows? | sending hours | from \d+ to \d+
connect: hook up | link up | plug in | log(?:ged)? in
reconnect: logged out | sign in again | log in again | signed (?:me )?out
update account limits: (?:fewer|less|more|reduce|lower|raise|increase|cap) * (?:(?:a|per|each) day|daily)
account limit: warm-?ups? | sending limits? | (?:a|per|each) day | daily
resume sending: locked? | unlock | (?:google|microsoft|outlook) blocked | suspended by
background job: (?:import|upload|export|job)\w* * (?:status|progress|finished|done|ready|complete)
webhook: call ?back url | (?:our|my) (?:endpoint|system) | the hook
create webhook: (?:tell|notify|inform|post to) (?:our|my|the) \w+
create webhook: (?:to|into) (?:slack|zapier|make|hubspot|salesforce)
enroll contact sequence: (?:push\w*|put|add) * (?:leads?|guys|people|contacts?|prospects?|persons?) * in(?:to)?
member: on (?:the|my|this) list | list members? | in the list
"""

_GAP = r"((?:\S+ ){0,5}?)"
"""A place for words that stay; the only groups of the patterns."""


def _pattern(said: str) -> re.Pattern[str]:
    ways = "|".join(one.strip().replace("* ", _GAP) for one in said.split(" | "))
    return re.compile(rf"(?<![\w-])(?:{ways})(?![\w-])", re.IGNORECASE)


_PHRASES = [(meant, _pattern(said)) for meant, _, said in (line.partition(": ") for line in _SAID.strip().splitlines())]
_SHORT = (
    (
        re.compile(r"\b(can|do|does|did|is|are|was|were|has|have|had|should|would|could)n['’]t\b", re.IGNORECASE),
        r"\1 not",
    ),
    (re.compile(r"\bwon['’]t\b", re.IGNORECASE), "will not"),
    (re.compile(r"\b(what|who|that|it|where|how)['’]s\b", re.IGNORECASE), r"\1 is"),
)


def said_plainly(text: str) -> str:
    """The text with what its phrases mean in their place."""
    for short, long in _SHORT:
        text = short.sub(long, text)
    for meant, pattern in _PHRASES:
        text = pattern.sub(lambda found: f"{meant} {' '.join(filter(None, found.groups()))}", text)  # noqa: B023
    return text
