"""Prompts for LinkedIn comments: Reply's library, the caller's own, and trying one on a post."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from zlib import crc32

from reply_mcp.sandbox.clock import instant
from reply_mcp.sandbox.http.body_types import is_integer
from reply_mcp.sandbox.http.handler import HandlerCall, HandlerResponse, Problem, invalid, operation
from reply_mcp.sandbox.http.schemas import Array, Enum, Integer, Nullable, Object, Schema, String, read_body
from reply_mcp.sandbox.records.credits import credits_left, spend_credits
from reply_mcp.sandbox.records.ownership import check_positive_id, find_in_team, name_taken
from reply_mcp.sandbox.records.sequence import UNUSABLE_LINKEDIN
from reply_mcp.sandbox.store import Doc, public_fields

STEP_TYPE = "commentOnRecentPost"
SAMPLES_A_DAY = 20

_CHANGED: dict[str, Schema] = {"name": String(256, least=1), "text": String(2000, least=1)}
_UPDATE = Object(_CHANGED, ("name", "text"))
_CREATE = Object({**_CHANGED, "stepType": Enum((STEP_TYPE,))}, ("name", "text", "stepType"))
_PREVIEW: dict[str, Schema] = {
    "promptText": String(2000, least=1),
    "skipTopics": Array(String()),
    "sequenceId": Nullable(Integer(1)),
}
_SAMPLE = Object(_PREVIEW, ("promptText",))
_REAL = Object(
    {
        **_PREVIEW,
        "linkedInProfileUrl": String(least=1),
        "linkedInAccountId": Integer(1),
        "skipIfNoPostsInDays": Nullable(Integer(1, 90)),
    },
    ("promptText", "linkedInProfileUrl", "linkedInAccountId"),
)
_PROFILE = re.compile(r"/in/[^/]+/?")

# Topic, post, comment.
_POSTS = (
    (
        "product onboarding",
        "Forty customers told us why they nearly left. Nobody spoke of price; almost all got stuck in the set-up.",
        "Forty interviews pointing at set-up rather than price says a lot. Which step lost the most people?",
    ),
    (
        "hiring",
        "Our best hire last year had no degree in the field. We stopped asking for one, and applications doubled.",
        "Doubling applications by dropping one line is a lesson in itself. Did the interviews change too?",
    ),
    (
        "remote work",
        "Two years without an office. What I miss is not the desk, it is overhearing how others solve problems.",
        "Overhearing others is the part no tool replaces. We record short walk-throughs instead; it helps a little.",
    ),
)


@operation("ListAiPrompts")
def list_ai_prompts(call: HandlerCall) -> list[Doc]:
    """A bare array of the library's prompts and the caller's own."""
    wanted = call.query.get("stepType")
    if not wanted:
        raise invalid(("stepType", "StepType is required."))
    if wanted.lower() != STEP_TYPE.lower():
        raise invalid(("stepType", f"The value '{wanted}' is not one of {STEP_TYPE}."))
    return [public_fields(one) for one in call.store.all("aiPrompt") if _visible(call, one)]


@operation("CreateAiPrompt")
def create_ai_prompt(call: HandlerCall) -> HandlerResponse:
    """Keep a prompt of one's own; its name is unique among them."""
    body = read_body(call, _CREATE)
    _refuse_double(call, body["name"])
    doc = {"id": None, "name": body["name"].strip(), "text": body["text"], "scope": "personal", "stepType": STEP_TYPE}
    kept = call.store.put("aiPrompt", {**doc, "_userId": call.key.user_id, "_teamId": call.key.team_id})
    return HandlerResponse(201, public_fields(kept))


@operation("UpdateAiPrompt")
def update_ai_prompt(call: HandlerCall) -> Doc:
    """Replace name and text of one's own prompt."""
    body = read_body(call, _UPDATE)
    own = _own(call, "edited")
    _refuse_double(call, body["name"], own["id"])
    return public_fields(call.store.put("aiPrompt", {**own, "name": body["name"].strip(), "text": body["text"]}))


@operation("DeleteAiPrompt")
def delete_ai_prompt(call: HandlerCall) -> HandlerResponse:
    """Delete one's own prompt."""
    call.store.delete("aiPrompt", _own(call, "deleted")["id"])
    return HandlerResponse(204)


@operation("PreviewAiPromptOnSamplePost")
def preview_ai_prompt_on_sample_post(call: HandlerCall) -> Doc:
    """Comment on a made-up post, some twenty times a day."""
    body = read_body(call, _SAMPLE)
    _refuse_unrenderable(body["promptText"])
    since = call.clock.now() - timedelta(days=1)
    earlier = call.store.all("promptPreview", _userId=call.key.user_id)
    if sum(instant(one["at"]) > since for one in earlier) >= SAMPLES_A_DAY:
        detail = "The daily limit of sample previews is reached. Try again tomorrow."
        raise Problem(429, "linkedInCommentPreview.dailySampleLimitReached", detail)
    call.store.put("promptPreview", {"at": call.clock.iso(), "_userId": call.key.user_id})
    return _comment(0, body)


@operation("PreviewAiPromptOnLinkedInPost")
def preview_ai_prompt_on_linkedin_post(call: HandlerCall) -> Doc:
    """Comment on somebody's latest post; a credit is spent whatever comes of it."""
    body = read_body(call, _REAL)
    address = urlsplit(body["linkedInProfileUrl"].strip())
    host = address.netloc.lower()
    if (host != "linkedin.com" and not host.endswith(".linkedin.com")) or not _PROFILE.fullmatch(address.path):
        raise Problem(400, "linkedInCommentPreview.invalidLinkedInUrl", "The URL is not that of a LinkedIn profile.")
    account = find_in_team(call, "linkedInAccount", body["linkedInAccountId"])
    if account is None:
        raise Problem(404, "linkedInCommentPreview.linkedInAccountNotFound", "The LinkedIn account was not found.")
    if str(account["status"]).lower() in UNUSABLE_LINKEDIN:
        raise Problem(400, "linkedInCommentPreview.linkedInAccountInactive", "The LinkedIn account is not active.")
    _refuse_unrenderable(body["promptText"])
    if credits_left(call.store, call.key.team_id, "liveData") < 1:
        raise Problem(400, "linkedInCommentPreview.insufficientCredits", "There are not enough credits.")
    spend_credits(call.store, call.clock.now(), call.key.team_id, "liveData", 1)
    drawn = crc32(address.path.strip("/").lower().encode())
    age = drawn % 45
    days = body.get("skipIfNoPostsInDays")
    if drawn % 9 == 0 or (is_integer(days) and age > days):
        return {
            "outcome": "noRecentPosts",
            "commentText": None,
            "postText": None,
            "detectedTopic": None,
            "postUrl": None,
        }
    return _comment(drawn % len(_POSTS), body)


def _comment(number: int, body: Doc) -> Doc:
    topic, post, comment = _POSTS[number]
    skipped = topic.lower() in (one.strip().lower() for one in body.get("skipTopics") or [])
    return {
        "outcome": "aiSkip" if skipped else "generated",
        "commentText": None if skipped else comment,
        "postText": post,
        "detectedTopic": topic,
        "postUrl": f"https://www.linkedin.com/feed/update/urn:li:activity:71000000000000{number:05d}",
    }


def _refuse_unrenderable(text: Any) -> None:
    if str(text).count("{{") != str(text).count("}}"):
        detail = "The prompt cannot be rendered: a variable is not closed."
        raise Problem(400, "linkedInCommentPreview.promptRenderFailed", detail)


def _visible(call: HandlerCall, prompt: Doc) -> bool:
    return bool(prompt["scope"] == "library" or prompt["_userId"] == call.key.user_id)


def _own(call: HandlerCall, done: str) -> Doc:
    check_positive_id(call)
    held = call.store.get("aiPrompt", call.id)
    if held is None or not _visible(call, held):
        raise Problem(404, "aiPrompt.notFound", f"AI prompt {call.id} was not found.")
    if held["scope"] == "library":
        raise Problem(403, "aiPrompt.communityPromptReadOnly", f"A library prompt cannot be {done}.")
    return held


def _refuse_double(call: HandlerCall, name: str, own: int | None = None) -> None:
    mine = [one for one in call.store.all("aiPrompt") if one["scope"] == "personal" and _visible(call, one)]
    if name_taken(mine, name, own):
        raise Problem(409, "aiPrompt.nameAlreadyExists", f"You have a prompt named '{name.strip()}' already.")
