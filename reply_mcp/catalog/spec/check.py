"""A document of Reply's API against the catalog, and against the facts that were kept of the document before it.

Two questions with one answer. Does a request hold what the document says (`catalog.spec.compare`)? And what has changed
since somebody last read the document (`catalog.spec.drift`), in whatever part of it: answers, formats, defaults, words
that nothing here models? What both find is reported once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from reply_mcp.catalog.area import Area
from reply_mcp.catalog.spec.compare import Difference, compare
from reply_mcp.catalog.spec.drift import RENAMED, Change, changes
from reply_mcp.catalog.spec.facts import facts_of
from reply_mcp.catalog.spec.known_differences import DIFFERENCES
from reply_mcp.catalog.spec.meaning import Finding, findings


@dataclass(frozen=True, slots=True)
class Check:
    """What a check found.

    Attributes:
        findings: the changes since the kept facts, then what else the catalog and the document disagree in.
        explained: the disagreements that have a reason listed.
        unused: listed disagreements that are none, as operation and place.
        compared: operations that both sides have.
        with_facts: whether there were kept facts to compare with; without them only requests are compared.
    """

    findings: tuple[Finding, ...]
    explained: tuple[Difference, ...]
    unused: tuple[tuple[str, str], ...]
    compared: int
    with_facts: bool

    @property
    def matters(self) -> bool:
        """Whether somebody has to do something."""
        return bool(self.unused) or any(one.matters for one in self.findings)


def check(
    areas: Iterable[Area],
    spec: Any,
    facts: Mapping[str, Any] | None,
    listed: Mapping[str, Mapping[str, str]] = DIFFERENCES,
) -> Check:
    """Compares a document with these areas, and with the kept facts where there are any.

    Args:
        listed: the differences that have a reason: operation id → place → reason.

    Raises:
        ValueError: where it is no OpenAPI 3.1 document that can be read.
    """
    areas = list(areas)
    try:
        spec = facts_of(spec)
        compared = compare(areas, spec, listed)
        drift = changes(facts, spec) if facts is not None else []
    except (AttributeError, KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"it is not built as OpenAPI 3.1 says ({type(error).__name__}: {error})") from error
    operations = {one.id: one for area in areas for one in area.operations if one.path}
    found = findings(drift, operations)
    known = {(change.operation, place) for change in drift for place in _places(change)}
    found += [_disagreement(one) for one in compared.unlisted if (one.operation, one.place) not in known]
    explained = tuple(one for one in compared.differences if one.reason)
    return Check(tuple(found), explained, compared.unused, compared.compared, facts is not None)


def _places(change: Change) -> tuple[str, ...]:
    """What `catalog.spec.compare` calls the same difference."""
    if change.place == "operation":
        return (change.aspect, "operation")
    place = change.place
    renamed = place.removesuffix(str(change.before)) + str(change.now)
    return (place, f"{place} {change.aspect}", renamed if change.aspect == RENAMED else place)


def _disagreement(difference: Difference) -> Finding:
    sides = f"{difference.place}: catalog {difference.catalog}, document {difference.document}"
    return Finding((difference.operation,), sides, "Mend the catalog, or list it with its reason.", True)
