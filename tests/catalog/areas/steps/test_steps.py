"""Steps: their order is not sent, and replacing them loses what is left out."""

from __future__ import annotations

from typing import Any

import pytest

from reply_mcp.catalog.areas.steps.operations import area
from reply_mcp.catalog.hooks.step_order import order_steps
from reply_mcp.catalog.operation import Effect
from reply_mcp.errors import NotDone, Unreadable, WrongArguments
from tests.catalog.fake_call import FakeCall, operation_of, refusal


def call(id: str, arguments: dict[str, Any], **answers: Any) -> FakeCall:
    """A call on a sequence that does not show its steps, unless the test says otherwise."""
    return FakeCall(operation_of(area, id), arguments, **{"GetSequenceById": {}, **answers})


def step(id: int, parent: int | None, type: str = "email", **more: Any) -> dict[str, Any]:
    return {"id": id, "parentId": parent, "type": type, **more}


def numbers(steps: list[dict[str, Any]]) -> dict[Any, str]:
    return {one["id"]: one["number"] for one in order_steps(steps).steps}


class TestOrder:
    def test_it_is_in_the_links_not_in_the_array(self) -> None:
        assert numbers([step(13, 12), step(11, None), step(12, 11)]) == {11: "1", 12: "2", 13: "3"}

    def test_a_condition_parts_the_ways(self) -> None:
        steps = [
            step(5, 3, ifConditionPositive=False),
            step(4, 3, ifConditionPositive=True),
            step(3, 1, "Condition"),
            step(1, None),
            step(6, 4, ifConditionPositive=None),
        ]
        order = order_steps(steps)
        assert [(one["number"], one["id"], one["when"], one["after"]) for one in order.steps] == [
            ("1", 1, "", ""),
            ("2", 3, "", "1"),
            ("2.1", 4, "if yes", "2"),
            ("2.2", 6, "", "2.1"),
            ("2.3", 5, "if no", "2"),
        ]
        assert order.remarks == ["Step 2 is a condition: what follows depends on each contact."]

    def test_two_starts_and_a_fork_are_said(self) -> None:
        order = order_steps([step(1, None), step(2, None), step(3, 2), step(4, 2)])
        assert [one["number"] for one in order.steps] == ["a1", "b1", "b1.1", "b1.2"]
        assert "2 steps have no parent (1, 2)" in order.remarks[0]
        assert "forks into 2" in order.remarks[1]

    def test_a_parent_that_is_not_there_makes_a_start(self) -> None:
        assert numbers([step(2, 99), step(3, 2)]) == {2: "1", 3: "2"}

    def test_a_circle_is_said_and_nothing_is_lost(self) -> None:
        order = order_steps([step(1, None), step(2, 3), step(3, 2), step(4, 4)])
        assert [one["number"] for one in order.steps] == ["1", "?", "?", "?"]
        assert "circle" in order.remarks[0]

    def test_ids_of_another_kind_are_the_same_ids(self) -> None:
        assert numbers([step(2, "1"), step(1, None)]) == {1: "1", 2: "2"}  # type: ignore[arg-type]
        assert len(order_steps([{"id": [1], "parentId": [2]}]).steps) == 1

    def test_steps_without_ids_do_not_go_round(self) -> None:
        assert len(order_steps([{"type": "email"}, {"type": "task"}, {}]).steps) == 3


Q4 = {"id": 77, "name": "Q4"}


class TestReading:
    async def test_texts_are_in_variants_and_some_steps_have_none(self) -> None:
        steps = [
            step(2, 1, "linkedIn", actionType="viewProfile", delayInMinutes=1440),
            step(
                1,
                None,
                variants=[
                    {"id": 7, "subject": "Hi", "message": "<p>One</p>"},
                    {"id": 8, "message": "<p>Two</p>", "isEnabled": False, "hasAttachments": True},
                ],
            ),
            step(
                3,
                2,
                "condition",
                waitInMinutes=2880,
                conditions=[{"property": "stage", "rules": [{"operator": "isSet"}]}],
            ),
        ]
        rows = await call("GetSequenceSteps", {"id": 77}, send=[steps]).run()
        assert [row["_what"] for row in rows] == ["email", "LinkedIn view profile", "condition"]
        assert rows[0]["_texts"] == [
            {"label": "variant 7", "subject": "Hi", "text": "<p>One</p>"},
            {"label": "variant 8, off, with attachments", "subject": None, "text": "<p>Two</p>"},
        ]
        assert rows[0]["_gist"] == "Hi (+1 variant)"
        assert rows[1]["_wait"] == "1 d"
        assert rows[2]["_wait"] == "checks for 2 d"
        assert rows[2]["_texts"] == [{"text": "stage isSet"}]

    async def test_no_steps_may_be_no_sequence(self) -> None:
        with pytest.raises(NotDone, match="no sequence 42"):
            await call(
                "GetSequenceSteps", {"id": 42}, send=[[]], GetSequenceById=refusal(404, "sequence.notFound")
            ).run()
        assert await call("GetSequenceSteps", {"id": 77}, send=[[]], GetSequenceById={"id": 77}).run() == []

    async def test_a_missing_sequence_is_a_400_on_the_input(self) -> None:
        invalid = refusal(400, "sequenceStep.invalidInput")
        gone = call("GetSequenceSteps", {"id": 42}, GetSequenceById=refusal(404, "sequence.notFound"))
        assert "no sequence 42" in str(await gone.explained(invalid))
        assert await call("GetSequenceSteps", {"id": 77}, GetSequenceById={"id": 77}).explained(invalid) is None

    async def test_a_dictionary_becomes_rows(self) -> None:
        rows = await call("GetConditionProperties", {}, send={"stage": {"operators": ["is"], "values": ["Lead"]}}).run()
        assert rows == [{"property": "stage", "operators": ["is"], "values": ["Lead"]}]


TWO: dict[str, Any] = {"id": 1, "type": "email", "variants": [{"id": 7, "subject": "A"}, {"id": 8, "subject": "B"}]}
EMAIL = {"type": "email", "delayInMinutes": 0, "executionMode": "automatic", "variants": [{"id": 7, "message": "x"}]}


class TestChanging:
    async def test_a_variant_left_out_is_deleted_so_it_is_asked_first(self) -> None:
        one = call(
            "UpdateSequenceStep",
            {"id": 77, "stepId": 1, "step": EMAIL},
            GetSequenceStepById=TWO,
            send=TWO,
            GetSequenceById={"id": 77, "status": "paused"},
        )
        assert one.operation.effect_for is not None
        assert callable(one.operation.preview)
        assert await one.operation.effect_for(one) is Effect.DELETE
        assert '8 "B"' in str(await one.operation.preview(one))
        assert len(one.asked) == 2
        await one.run()
        assert one.sent[0].body["id"] == 1
        assert one.sent[0].path == "/v3/sequences/77/steps/1"

    @pytest.mark.parametrize(("status", "effect"), [("paused", Effect.WRITE), ("Active", Effect.SEND)])
    async def test_with_all_variants_it_is_a_write_unless_the_sequence_runs(self, status: str, effect: Effect) -> None:
        both = {**EMAIL, "variants": [{"id": 7}, {"id": 8}]}
        one = call(
            "UpdateSequenceStep",
            {"id": 77, "stepId": 1, "step": both},
            GetSequenceStepById=TWO,
            GetSequenceById={"id": 77, "status": status},
        )
        assert one.operation.effect_for is not None
        assert await one.operation.effect_for(one) is effect

    async def test_what_is_left_out_of_a_step_stays(self) -> None:
        held = {
            **TWO,
            "parentId": 5,
            "ifConditionPositive": False,
            "type": "Email",
            "variants": [{"id": 8, "subject": "B", "message": "b"}, {"id": 7, "subject": "A", "hasAttachments": True}],
        }
        both = {
            **EMAIL,
            "ifConditionPositive": None,
            "variants": [{"id": 7, "message": "x"}, {"id": 8, "subject": None}],
        }
        one = call("UpdateSequenceStep", {"id": 77, "stepId": 1, "step": both}, GetSequenceStepById=held)
        await one.run()
        assert one.sent[0].body == {
            **EMAIL,
            "id": 1,
            "parentId": 5,
            "ifConditionPositive": None,
            "variants": [{"id": 7, "subject": "A", "message": "x"}, {"id": 8, "subject": None, "message": "b"}],
        }
        assert one.notes == ['Replaced step.variants[id 8].subject, which was "B". Send that again to undo.']

    async def test_what_reply_holds_goes_back_whatever_its_bounds(self) -> None:
        held = {"id": 1, "type": "linkedIn", "actionType": "commentOnRecentPost", "skipTopics": "none", "parentId": "5"}
        body = {
            "type": "linkedIn",
            "actionType": "commentOnRecentPost",
            "delayInMinutes": 0,
            "aiPromptText": "x",
        }
        one = call("UpdateSequenceStep", {"id": 77, "stepId": 1, "step": body}, GetSequenceStepById=held)
        await one.run()
        assert one.sent[0].body == {**body, "id": 1, "parentId": "5", "skipTopics": "none"}

    @pytest.mark.parametrize("answer", [{}, [], "", None])
    async def test_a_step_that_cannot_be_read_is_not_replaced(self, answer: Any) -> None:
        one = call("UpdateSequenceStep", {"id": 77, "stepId": 1, "step": EMAIL}, GetSequenceStepById=[answer])
        with pytest.raises(NotDone, match="step 1 could not be read"):
            await one.run()
        variant = call(
            "UpdateSequenceStepVariant",
            {"id": 77, "stepId": 1, "variantId": 8, "message": "new"},
            GetSequenceStepVariants=["" if answer == [] else answer],
        )
        with pytest.raises(Unreadable, match="nothing was changed"):
            await variant.run()
        assert one.sent == variant.sent == []

    async def test_null_clears_a_subject(self) -> None:
        one = call(
            "UpdateSequenceStepVariant",
            {"id": 77, "stepId": 1, "variantId": 8, "message": "new", "subject": None, "isEnabled": True},
            GetSequenceStepVariants=[[{"id": 8, "subject": "B", "message": "new", "isEnabled": False}]],
        )
        await one.run()
        assert one.sent[0].body == {"subject": None, "message": "new", "isEnabled": True}

    async def test_changing_a_text_keeps_subject_and_state(self) -> None:
        one = call(
            "UpdateSequenceStepVariant",
            {"id": 77, "stepId": 1, "variantId": 8, "message": "new"},
            GetSequenceStepVariants=[[{"id": 8, "subject": "B", "message": "old", "isEnabled": False}]],
        )
        await one.run()
        assert one.sent[0].body == {"subject": "B", "message": "new", "isEnabled": False}

    async def test_which_variants_are_on_is_read_where_the_sequence_leaves_it_out(self) -> None:
        step = {"id": 1, "type": "email", "variants": [{"id": 8, "subject": "B", "message": "old"}]}
        one = call(
            "UpdateSequenceStepVariant",
            {"id": 77, "stepId": 1, "variantId": 8, "message": "new"},
            GetSequenceById={"id": 77, "steps": [step]},
            GetSequenceStepVariants=[[{"id": 8, "subject": "B", "message": "old", "isEnabled": False}]],
        )
        await one.run()
        assert one.sent[0].body == {"subject": "B", "message": "new", "isEnabled": False}

    async def test_a_text_that_is_replaced_is_read_once_and_said(self) -> None:
        arguments = {"id": 77, "stepId": 1, "variantId": 8, "message": "m", "subject": "S", "isEnabled": True}
        held = [{"id": 8, "subject": "B", "message": "old", "isEnabled": False}]
        one = call("UpdateSequenceStepVariant", arguments, GetSequenceStepVariants=[held])
        await one.run()
        assert [name for name, _ in one.asked] == ["GetSequenceById", "GetSequenceStepVariants"]
        assert one.sent[0].body["subject"] == "S"
        assert 'Replaced message, which was "old". Send that again to undo.' in one.notes

    @pytest.mark.parametrize(
        ("id", "arguments"),
        [
            ("UpdateSequenceStep", {"stepId": 1, "step": EMAIL}),
            ("UpdateSequenceStepVariant", {"stepId": 1, "variantId": 7, "message": "x"}),
            ("DeleteSequenceStep", {"stepId": 1}),
            ("BulkDeleteSequenceSteps", {"ids": [1]}),
            ("DeleteSequenceStepVariant", {"stepId": 1, "variantId": 8}),
            ("CreateSequenceStepVariant", {"stepId": 1, "message": "Two\n\nlines"}),
        ],
    )
    async def test_the_sequence_has_its_steps_and_nothing_else_is_read(
        self, id: str, arguments: dict[str, Any]
    ) -> None:
        variants = [{**one, "isEnabled": True} for one in TWO["variants"]]
        held = {"id": 77, "name": "Q4", "status": "active", "steps": [{**TWO, "variants": variants}]}
        one = call(id, {"id": 77, **arguments}, GetSequenceById=held)
        for check in one.operation.before:
            await check(one)
        if one.operation.effect_for:
            await one.operation.effect_for(one)
        assert callable(one.operation.preview)
        await one.operation.preview(one)
        assert [name for name, _ in one.asked] == ["GetSequenceById"]

    async def test_a_variable_that_the_text_had_is_not_looked_up(self) -> None:
        held = {"id": 77, "steps": [{**TWO, "variants": [{"id": 7, "message": "{{Signer}}"}, {"id": 8}]}]}
        given = {**EMAIL, "variants": [{"id": 7, "message": "Hi {{Signer}}"}, {"id": 8}]}
        await call("UpdateSequenceStep", {"id": 77, "stepId": 1, "step": given}, GetSequenceById=held).run()
        wrong = {**EMAIL, "variants": [{"id": 7, "message": "Hi {{Signor}}"}, {"id": 8}]}
        with pytest.raises(NotDone, match="Signor"):
            await call(
                "UpdateSequenceStep",
                {"id": 77, "stepId": 1, "step": wrong},
                GetSequenceById=held,
                GetEmailTemplateVariables={"own": {"all": [{"key": "{{Signer}}"}]}},
            ).run()

    async def test_deleting_says_which_step_and_what_moves_up(self) -> None:
        steps = [step(1, None, variants=[{"subject": "Hi", "message": "<b>x</b>"}]), step(2, 1)]
        one = call("DeleteSequenceStep", {"id": 77, "stepId": 1}, GetSequenceSteps=[steps], GetSequenceById=Q4)
        assert callable(one.operation.preview)
        text = await one.operation.preview(one)
        assert text == 'This deletes step 1 (email) of "Q4" (77): "Hi". Steps after it (2) move up to its parent.'

    async def test_deleting_several_names_them_and_what_is_no_step(self) -> None:
        steps = [step(1, None, variants=[{"id": 7, "subject": "Hi", "message": "x"}]), step(2, 1)]
        one = call("BulkDeleteSequenceSteps", {"id": 77, "ids": [1, 9]}, GetSequenceSteps=[steps], GetSequenceById=Q4)
        assert callable(one.operation.preview)
        text = await one.operation.preview(one)
        assert text.startswith('This deletes 1 step of "Q4" (77): 1 (email) "Hi". Steps after them move up.')
        assert text.endswith("Not found: 9.")

    async def test_a_lock_is_explained(self) -> None:
        one = call("DeleteSequenceStep", {"id": 77, "stepId": 1})
        meaning = await one.explained(refusal(409, "sequenceStep.stepLockedHasChildren"))
        assert meaning is not None
        assert "mode nodeAndAllChildren" in meaning

    async def test_a_missing_step_is_told_from_a_missing_sequence(self) -> None:
        one = call("DeleteSequenceStep", {"id": 77, "stepId": 1}, GetSequenceById={"id": 77, "name": "Q4"})
        meaning = await one.explained(refusal(404, "sequenceStep.notFound"))
        assert meaning is not None
        assert "step 1 is not in it" in meaning


class TestBodies:
    def test_everything_documented_is_sent(self) -> None:
        connect = {"type": "linkedIn", "actionType": "connect", "delayInMinutes": 0, "executionMode": "manual"}
        one = call("CreateSequenceStep", {"id": 77, "step": {**connect, "variants": [{}]}})
        assert one.operation.request(one.arguments).body == {
            **connect,
            "variants": [{"message": "", "isEnabled": True}],
        }

    @pytest.mark.parametrize(
        ("body", "words"),
        [
            ({"type": "fax", "delayInMinutes": 0}, "type must be one of email"),
            ({"type": "linkedIn", "delayInMinutes": 0, "actionType": "poke"}, "must be one of message, connect"),
            (
                {"type": "linkedIn", "delayInMinutes": 0, "actionType": "endorseSkills", "numberOfSkills": 4},
                "at most 3",
            ),
            ({"type": "sms", "delayInMinutes": -1, "executionMode": "automatic", "message": "x"}, "at least 0"),
            ({"type": "call", "delayInMinutes": 0, "subject": "x"}, "no such argument"),
        ],
    )
    def test_a_wrong_step_is_refused_here(self, body: dict[str, Any], words: str) -> None:
        with pytest.raises(WrongArguments) as wrong:
            call("BulkCreateSequenceSteps", {"id": 77, "steps": [body]})
        assert words in str(wrong.value)

    async def test_an_unknown_variable_of_one_step_is_explained(self) -> None:
        body = {"type": "call", "delayInMinutes": 0, "message": "{{JobTitle}}"}
        failed = {"id": None, "error": 1, "errorDetails": "Unrecognized variables found: JobTitle."}
        unread = {"GetEmailTemplateVariables": refusal(403), "GetCustomFields": refusal(403)}
        one = call("BulkCreateSequenceSteps", {"id": 77, "steps": [body]}, send=[[failed]], **unread)
        await one.run()
        assert "did you mean {{Title}}?" in one.noted
        assert "Those steps were not saved" in one.noted

    @pytest.mark.parametrize(
        ("id", "arguments"),
        [
            ("CreateSequenceStep", {"step": {"type": "call", "delayInMinutes": 0, "message": "{{Firstname}}"}}),
            ("BulkCreateSequenceSteps", {"steps": [{"type": "call", "delayInMinutes": 0, "message": "{{Firstname}}"}]}),
            ("CreateSequenceStepVariant", {"stepId": 5, "message": "Hi {{Firstname}}"}),
            ("BulkCreateSequenceStepVariants", {"stepId": 5, "variants": [{"message": "Hi {{Firstname}}"}]}),
            ("UpdateSequenceStepVariant", {"stepId": 5, "variantId": 6, "message": "Hi {{Firstname}}"}),
            (
                "UpdateSequenceStep",
                {"stepId": 5, "step": {"type": "call", "delayInMinutes": 0, "message": "{{Firstname}}"}},
            ),
        ],
    )
    async def test_a_misspelt_variable_is_found_before_anything_is_sent(self, id: str, arguments: Any) -> None:
        listed = {"prospect": {"basic": [{"key": "FirstName"}]}}
        held = {"id": 77, "steps": [step(5, None, "call", variants=[{"id": 6, "message": "Hi", "isEnabled": True}])]}
        one = call(id, {"id": 77, **arguments}, GetEmailTemplateVariables=listed, GetSequenceById=held)
        with pytest.raises(NotDone, match=r"\{\{Firstname\}\} \(did you mean \{\{FirstName\}\}\?\)"):
            await one.run()
        assert one.sent == []

    def test_many_steps_are_a_bare_array(self) -> None:
        task = {"type": "task", "delayInMinutes": 0, "actionType": "toDo", "description": "Look"}
        one = call("BulkCreateSequenceSteps", {"id": 77, "steps": [task]})
        assert one.operation.request(one.arguments).body == [task]


class TestWriting:
    """Reply stores the texts of email steps raw as HTML."""

    TEXT = "Hi,\n\nstill manual?"
    HTML = "<p>Hi,</p><p>still manual?</p>"

    @pytest.mark.parametrize(("type", "sent"), [("email", HTML), ("linkedIn", TEXT)])
    async def test_a_variant_is_what_its_step_takes(self, type: str, sent: str) -> None:
        arguments = {"id": 1, "stepId": 5, "message": self.TEXT}
        one = call("CreateSequenceStepVariant", arguments, GetSequenceStepById=step(5, None, type), send={"id": 7})
        await one.run()
        assert one.sent[0].body["message"] == sent

    async def test_several_variants_too(self) -> None:
        variants = [{"message": self.TEXT}, {"message": "<p>a</p>"}]
        arguments = {"id": 1, "stepId": 5, "variants": variants}
        one = call("BulkCreateSequenceStepVariants", arguments, GetSequenceStepById=step(5, None), send=[{"id": 7}])
        await one.run()
        assert [variant["message"] for variant in one.sent[0].body] == [self.HTML, "<p>a</p>"]

    async def test_a_step_that_cannot_be_read_is_not_guessed_at(self) -> None:
        one = call("CreateSequenceStepVariant", {"id": 1, "stepId": 5, "message": self.TEXT}, GetSequenceStepById=None)
        with pytest.raises(NotDone, match="whether its texts are HTML"):
            await one.run()
        assert not one.sent

    def test_a_new_email_step_has_html(self) -> None:
        variants = [{"subject": "Hi", "message": self.TEXT}]
        new = {"type": "email", "executionMode": "automatic", "delayInMinutes": 0, "variants": variants}
        one = call("CreateSequenceStep", {"id": 1, "step": new})
        assert one.arguments.step.variants[0].message == self.HTML
