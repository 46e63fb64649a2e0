"""What of an answer the agent sees, as data. `reply_mcp.condense` renders it.

A *source* is a dotted path in an item of the answer (`contact.fullName`); several, in a tuple, are joined by a space,
of the kind `list` by commas.
Reading is forgiving: keys match without regard to case, and a missing, null or empty value is nothing.
Keys that begin with an underscore were made for a view out of others: no list of what is left out names them. A full
answer is Reply's own (see `catalog.own_answers`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "text", "date", "time", "html", "preview", "outside", "percent", "flag", "enum", "list", "link", "duration", "size"
]
"""How a value reads.

- `text`: as it is, on one line, cut when long
- `date`: `2026-07-04`; `time`: `2026-07-04 14:02` (UTC unless the value says otherwise)
- `html`: to text, on one line in tables
- `preview`: the beginning of a message, as far as it is not a quotation of the one before
- `duration`: seconds, as `5 min 20 s`
- `size`: how many people a company has, `11-50`, whichever of v3's two spellings says it
- `outside`: words that outsiders wrote: cleaned and fenced, since they are data and no instructions
- `percent`: v3's 0..100 with at most two decimals: `6.6 %`
- `flag`: the column's name when true, nothing when false
- `enum`: v3's camelCase word as words in lower case; its words for nothing (`empty`, `none`) are nothing
- `list`: the parts' names or ids, joined by commas
- `link`: an address to open, never cut
"""


@dataclass(frozen=True, slots=True)
class Column:
    """One fact of an item: the word that heads it, where it is, how it reads."""

    name: str
    source: str | tuple[str, ...] = ""
    kind: Kind = "text"

    @property
    def sources(self) -> tuple[str, ...]:
        """The paths that are read; the column's name where none is given."""
        if isinstance(self.source, tuple):
            return self.source
        return (self.source or self.name,)


@dataclass(frozen=True, slots=True)
class Table:
    """A list: a header line, then a row for each item. Columns that are empty in every row go.

    `items` is the key of the list in the answer; an answer that is a bare array needs none.
    `empty` is shown when there are no rows, and names what to try instead.
    """

    noun: str
    columns: tuple[Column | str, ...]
    items: str = "items"
    empty: str = ""
    shown_elsewhere: tuple[str, ...] = ()
    """Keys of an item that repeat what is shown in other words, or what was asked for: what is left out does not name
    them."""


@dataclass(frozen=True, slots=True)
class Card:
    """One thing: a title (a format string over the answer, `Contact {id}: {firstName} {lastName}`), then its facts,
    related ones together: each inner tuple is a line. Facts that are empty go. `tables` are lists inside of it."""

    title: str
    lines: tuple[tuple[Column | str, ...], ...] = ()
    tables: tuple[Table, ...] = ()
    shown_elsewhere: tuple[str, ...] = ()
    """As of `Table`."""


@dataclass(frozen=True, slots=True)
class Blocks:
    """A list, or one thing, that is read for its texts: a line for each item, then its texts, uncut, below it.

    `title` is a format string over an item; `texts` the key of its list of `{"label", "subject", "text"}`, where each
    part may be missing and the text may be HTML. Items that do not fit are named by their titles; `one` says how to
    read one of them. Where `fields` are asked for, the items are shown as `table`."""

    table: Table
    title: str
    texts: str = "_texts"
    one: str = ""
    head: str = ""
    """A format string over the answer: whose texts these are."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """The messages of one thread, oldest first, outsiders' words fenced, quoted trails and signatures cut.

    The answer is `{"thread": {...}, "items": [messages]}`, or `{"items": [messages]}`, or one message."""

    answer_with: str = ""
    """How to answer, a format string over the thread: `reply_send_inbox_reply {{"id": {id}, …}}`."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """Counts on one line with their rates beside them, ` · ` between. `rates` maps a count's source to its rate's.

    `title` is a format string over arguments and answer; the period comes from the arguments `from` and `to`."""

    title: str
    counts: tuple[Column | str, ...]
    rates: dict[str, str] | None = None
    groups: str = ""
    """The key of a list with the same counts for each of something (per sequence, per user), shown as a table."""
    group_columns: tuple[Column | str, ...] = ()


@dataclass(frozen=True, slots=True)
class Done:
    """After a write: what is now true (a format string over the arguments and the answer, the answer's value first),
    and the one next step that matters."""

    text: str
    next: str = ""


@dataclass(frozen=True, slots=True)
class PerItem:
    """After a bulk call: the counts, then every failure grouped by its reason.

    The answer takes one of v3's forms: a failures-only dictionary keyed by id (`{}`: all done), `added`/`notProcessed`,
    or a list of results in the order of the input. `ids` names the argument that holds what was asked for. `done` is
    what was done with each, `where` to what, which is shown once, not of the failures too."""

    noun: str
    done: str
    ids: str
    next: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class Brief:
    """Findings in sentences: the answer is `{"title": text, "lines": [line, …]}`, where a line is a text, or
    `{"text": …, "outside": …}` with outsiders' words that are fenced below it. Lines that say nothing go.

    `detail` and `fields` change nothing here: the sentences name the tools that show the data behind them."""


View = Table | Card | Blocks | Conversation | Numbers | Done | PerItem | Brief
