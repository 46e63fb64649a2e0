"""The tools that ask their client for something first (2026-07-28): each call is a round of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mcp_types as types

Params = Any
Result = types.CallToolResult | types.InputRequiredResult


def form(message: str, field: str, kind: str = "string") -> types.ElicitRequest:
    """A question with one field to fill in."""
    schema = {"type": "object", "properties": {field: {"type": kind}}, "required": [field]}
    return types.ElicitRequest(params=types.ElicitRequestFormParams(message=message, requested_schema=schema))


def sampling(text: str, most: int) -> types.CreateMessageRequest:
    message = types.SamplingMessage(role="user", content=types.TextContent(text=text))
    return types.CreateMessageRequest(params=types.CreateMessageRequestParams(messages=[message], max_tokens=most))


ROOTS = types.ListRootsRequest(params=types.RequestParams())


def ask_for(name: str, message: str, field: str) -> types.InputRequiredResult:
    return types.InputRequiredResult(input_requests={name: form(message, field)})


def answer_of(params: Params, name: str) -> Any:
    """What the client answered to a question; None where it did not."""
    return (params.input_responses or {}).get(name)


def content_of(params: Params, name: str) -> dict[str, Any] | None:
    """What a form was filled in with; None where it was not."""
    answer = answer_of(params, name)
    return dict(answer.content or {}) if isinstance(answer, types.ElicitResult) and answer.action == "accept" else None


def text(said: str) -> types.CallToolResult:
    return types.CallToolResult(content=[types.TextContent(text=said)])


def elicitation(params: Params) -> Result:
    answer = content_of(params, "user_name")
    return text(f"Hello, {answer.get('name')}!") if answer else ask_for("user_name", "What is your name?", "name")


def asks_model(params: Params) -> Result:
    answer = answer_of(params, "capital_question")
    if answer is None:
        question = sampling("What is the capital of France?", 100)
        return types.InputRequiredResult(input_requests={"capital_question": question})
    return text(f"It says: {getattr(answer.content, 'text', answer.content)}")


def list_roots(params: Params) -> Result:
    answer = answer_of(params, "client_roots")
    if answer is None:
        return types.InputRequiredResult(input_requests={"client_roots": ROOTS})
    return text(f"Roots: {', '.join(str(root.uri) for root in answer.roots)}")


def request_state(params: Params) -> Result:
    if params.request_state == "asked" and content_of(params, "confirm") is not None:
        return text("state-ok")
    questions = {"confirm": form("Please confirm", "ok", "boolean")}
    return types.InputRequiredResult(input_requests=questions, request_state="asked")


def multiple_inputs(params: Params) -> Result:
    questions = {
        "user_name": form("What is your name?", "name"),
        "greeting": sampling("Generate a greeting", 50),
        "client_roots": ROOTS,
    }
    if params.request_state == "asked" and all(answer_of(params, name) is not None for name in questions):
        return text("All three were answered.")
    return types.InputRequiredResult(input_requests=questions, request_state="asked")


def multi_round(params: Params) -> Result:
    if params.request_state == "second" and content_of(params, "step2") is not None:
        return text("Both steps were answered.")
    if params.request_state == "first" and content_of(params, "step1") is not None:
        questions = {"step2": form("Step 2: What is your favorite color?", "color")}
        return types.InputRequiredResult(input_requests=questions, request_state="second")
    questions = {"step1": form("Step 1: What is your name?", "name")}
    return types.InputRequiredResult(input_requests=questions, request_state="first")


def capabilities(params: Params, declared: types.ClientCapabilities | None) -> Result:
    """Asks for no more than what the client says it can do."""
    if answer_of(params, "asked") is not None:
        return text("It was answered.")
    can_elicit = declared is not None and declared.elicitation is not None
    can_sample = declared is not None and declared.sampling is not None
    question = form("What is your name?", "name") if can_elicit else sampling("Say hello", 50) if can_sample else None
    if question is None:
        return text("Nothing can be asked.")
    return types.InputRequiredResult(input_requests={"asked": question})


ROUNDS: dict[str, Callable[[Params], Result]] = {
    "test_input_required_result_elicitation": elicitation,
    "test_input_required_result_sampling": asks_model,
    "test_input_required_result_list_roots": list_roots,
    "test_input_required_result_request_state": request_state,
    "test_input_required_result_multiple_inputs": multiple_inputs,
    "test_input_required_result_multi_round": multi_round,
    "test_input_required_result_tampered_state": request_state,
}
