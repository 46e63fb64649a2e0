"""Whatever replaces a text that somebody wrote says in its answer what stood there, so that sending that again brings
it back, to the letter."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, get_args

import pytest

from reply_mcp.catalog.hooks.replaced_texts import WORDS
from reply_mcp.catalog.operation import Part
from reply_mcp.server.tool_calls import operation_of
from tests.conftest import Sandbox
from tests.e2e.agent import agent_of
from tests.e2e.effect_cases import BASE, DRAFT_STEP, MAILBOX, OFFER, RESTING_AI, card, handler, own_prompt
from tests.e2e.question_cases import Asking
from tests.e2e.soundness import TOOLS
from tests.undo import changes_undone

NEW = "Quite other words"
Make = Callable[[Asking, Any], dict[str, Any]]
CASES: list[tuple[str, str, Make]] = [
    ("reply_update_contact", "notes", lambda w, text: {"id": w.noted, "notes": text}),
    (
        "reply_update_sequence_step",
        "step.variants[id {variant}].message",
        lambda w, text: {
            **w.step(w.rests),
            "step": {
                **DRAFT_STEP,
                "delayInMinutes": 2880,
                "variants": [{"id": w.variants(w.rests)[0], "message": text}, {"id": w.variants(w.rests)[1]}],
            },
        },
    ),
    (
        "reply_update_sequence_step",
        "step.variants[id {variant}].subject",
        lambda w, text: {
            **w.step(w.rests),
            "step": {
                **DRAFT_STEP,
                "delayInMinutes": 2880,
                "variants": [{"id": w.variants(w.rests)[0], "subject": text}, {"id": w.variants(w.rests)[1]}],
            },
        },
    ),
    *(
        (
            "reply_update_sequence_step_variant",
            name,
            lambda w, text, name=name: {
                **w.step(w.rests),
                "variantId": w.variants(w.rests)[0],
                "message": "<p>{{FirstName}}, {{Title}}</p>",
                name: text,
            },
        )
        for name in ("message", "subject")
    ),
    *(
        ("reply_update_email_template", name, lambda w, text, name=name: {"id": w.template, name: text})
        for name in ("body", "subject")
    ),
    ("reply_update_ai_prompt", "text", lambda w, text: {"id": own_prompt(w), "text": text}),
    ("reply_update_knowledge_base", "instructions", lambda w, text: {"id": BASE, "instructions": text}),
    ("reply_update_offer", "icp", lambda w, text: {"id": OFFER, "icp": text}),
    ("reply_update_offer", "painPoints", lambda w, text: {"id": OFFER, "painPoints": [text] if text == NEW else text}),
    ("reply_update_playbook", "body", lambda w, text: {"id": "t-13", "body": text}),
    ("reply_update_reply_handler", "instructions", lambda w, text: {**handler(w), "instructions": text}),
    ("reply_update_reengagement_card", "instructions", lambda w, text: {**card(w), "instructions": text}),
    (
        "reply_update_reengagement_flow",
        "description",
        lambda w, text: {"knowledgeBaseId": BASE, "flowId": w.spare_flow, "description": text},
    ),
    ("reply_update_company", "description", lambda w, text: {"id": w.companies[0], "description": text}),
    (
        "reply_update_email_account",
        "signature.signature",
        lambda w, text: {"id": MAILBOX, "signature": {"signature": text}},
    ),
    (
        "reply_update_ai_sdr_settings",
        "personalizationPoints.customResearch.instructions",
        lambda w, text: {
            "sequenceId": RESTING_AI,
            "personalizationPoints": {"customResearch": {"enabled": True, "instructions": text}},
        },
    ),
    ("reply_update_task", "template.body", lambda w, text: {"id": w.mail_task, "template": {"body": text}}),
]
ELSEWHERE = {
    "reply_update_email_account_connection": "as reply_update_email_account; off unless named",
    "reply_update_settings": "names of stages, which the question and the answer say",
    "reply_update_custom_field": "a definition, no text",
}


class Written(Asking):
    """With something written everywhere."""

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__(sandbox)
        words = '<p>First line, "quoted".</p>\n<p>Second line: 100 % ours.</p>'
        self.noted = self.idle
        self._change("contact", self.noted, notes=words)
        self._change("account", self.companies[0], description=words)
        flow = next(one for one in self.store.all("reengagementFlow") if one["_uuid"] == self.spare_flow)
        self._change("reengagementFlow", flow["id"], description=words)
        points = {"customResearch": {"enabled": True, "instructions": "Look at their blog."}}
        self._change("aiSdr", RESTING_AI, personalizationPoints=points)
        self.mail_task = self._first("task", status="new", taskType="manualEmail")["id"]


@pytest.fixture(scope="module")
def world() -> Iterator[Written]:
    from reply_mcp.sandbox import running

    options: dict[str, Any] = {"rate_limits": "none", "stats_rate_limits": "none", "speed": 0}
    with running(seed=5, start=datetime(2026, 3, 4, 15, tzinfo=UTC), **options) as one:
        yield Written(Sandbox(one))


@pytest.mark.parametrize(("tool", "place", "make"), CASES, ids=[f"{tool}-{place}" for tool, place, _ in CASES])
async def test_a_replaced_text_can_be_had_back(world: Written, tool: str, place: str, make: Make) -> None:
    place = place.format(variant=world.variants(world.rests)[0])
    with changes_undone(world.sandbox.app.state.kernel):
        before = everything(world)
        async with agent_of(world.sandbox, tools=(tool,)) as agent:
            said = await agent(tool, **make(world, NEW))
            assert not said.is_error, said.text
            line = said.line(f"Replaced {place}, which was ")
            assert line, said.text
            old, _ = json.JSONDecoder().raw_decode(line.split("which was ", 1)[1])
            words = json.dumps(old)
            assert NEW in everything(world)
            assert everything(world).count(words) < before.count(words)
            again = await agent(tool, **make(world, old))
            assert not again.is_error, again.text
        assert NEW not in everything(world)
        assert everything(world).count(words) == before.count(words)


def everything(world: Written) -> str:
    """Everything that the sandbox holds, as one text."""
    kinds = [row[0] for row in world.store._sql.execute("SELECT DISTINCT kind FROM records")]
    return json.dumps({kind: world.store.all(kind) for kind in kinds})


def has_words(part: type[Part], above: tuple[type[Part], ...] = ()) -> bool:
    """Whether the arguments, or a part of them, have a field that holds words."""
    inner = {one for info in part.model_fields.values() for one in parts_in(info.annotation)} - set(above)
    return bool(WORDS & set(part.model_fields)) or any(has_words(one, (*above, one)) for one in inner)


def parts_in(annotation: Any) -> Iterator[type[Part]]:
    if isinstance(annotation, type) and issubclass(annotation, Part):
        yield annotation
    for inner in get_args(annotation):
        yield from parts_in(inner)


def test_every_change_of_words_is_tried() -> None:
    changing = {
        entry.tool
        for entry in TOOLS
        if (entry.method in ("PUT", "PATCH") or entry.tool.startswith("reply_update_"))
        and has_words(operation_of(entry).arguments)
    }
    assert changing == {tool for tool, _, _ in CASES} | (set(ELSEWHERE) & changing)
