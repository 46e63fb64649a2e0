"""The order of a sequence's steps. Reply sends neither numbers nor an order: only `parentId` links them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class StepOrder:
    """Steps in the order in which a contact meets them, and remarks on that order.

    Attributes:
        steps: each with `number` ("1", "2", under a condition at 3 "3.1", "3.2"), `when` ("if yes", "if no", "") and
            `after` (the number of its parent).
        remarks: lines on conditions, forks, several first steps and loops.
    """

    steps: list[dict[str, Any]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def order_steps(steps: list[dict[str, Any]]) -> StepOrder:
    """Follows the links from the step without a parent; the order of the array means nothing."""
    walk = _Walk(steps)
    walk.run()
    return walk.order


def is_condition(step: dict[str, Any]) -> bool:
    """Whether the sequence branches at this step."""
    return str(step.get("type") or "").casefold() == "condition"


class _Walk:
    def __init__(self, steps: list[dict[str, Any]]) -> None:
        self.all = steps
        self.order = StepOrder()
        ids = {str(step["id"]) for step in steps if step.get("id") is not None}
        self.children: dict[str | None, list[dict[str, Any]]] = {}
        for step in steps:
            parent = str(step.get("parentId"))
            self.children.setdefault(parent if parent in ids else None, []).append(step)
        self.reached: set[int] = set()

    def run(self) -> None:
        roots = self.children.get(None, [])
        if len(roots) > 1:
            listed = ", ".join(str(step.get("id")) for step in roots)
            self.order.remarks.append(
                f"{len(roots)} steps have no parent ({listed}). Reply does not say which is first, so each is numbered "
                "as a start of its own (a, b, …)."
            )
        for position, root in enumerate(roots):
            prefix = chr(ord("a") + position % 26) if len(roots) > 1 else ""
            self._chain(root, prefix, "", {"next": 1})
        lost = [step for step in self.all if id(step) not in self.reached]
        for step in lost:
            self.order.steps.append({"number": "?", **step})
        if lost:
            listed = ", ".join(str(step.get("id")) for step in lost)
            self.order.remarks.append(f"Steps {listed} follow one another in a circle, so their order is unknown.")

    def _chain(self, first: dict[str, Any], prefix: str, after: str, counter: dict[str, int]) -> None:
        """Adds a step and those below it. The steps of a chain, and all branches of a condition, share a counter."""
        todo = [(first, prefix, after, counter)]
        while todo:
            step, prefix, after, counter = todo.pop()
            if id(step) in self.reached:
                continue
            self.reached.add(id(step))
            number = f"{prefix}{counter['next']}"
            counter["next"] += 1
            self.order.steps.append({"number": number, "after": after, "when": _when(step), **step})
            below = self.children.get(str(step["id"]), []) if step.get("id") is not None else []
            if not (is_condition(step) or len(below) > 1):
                todo += [(child, prefix, number, counter) for child in below]
                continue
            below = sorted(below, key=lambda child: child.get("ifConditionPositive") is False)
            if is_condition(step):
                self.order.remarks.append(f"Step {number} is a condition: what follows depends on each contact.")
            else:
                self.order.remarks.append(f"After step {number} the sequence forks into {len(below)} steps.")
            inner = {"next": 1}
            todo += [(child, f"{number}.", number, inner) for child in reversed(below)]


def _when(step: dict[str, Any]) -> str:
    positive = step.get("ifConditionPositive")
    return "" if positive is None else ("if yes" if positive else "if no")
