"""Prompts for LinkedIn comments: Reply's library, the caller's own, and trying one on a post."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from zlib import crc32

from reply_mcp.sandbox.clock import instant
from reply_mcp.sandbox.http.body_types import whole
from reply_mcp.sandbox.http.handler import (
    Call,
    Problem,
    Reply,
    invalid,
    operation,
)
from reply_mcp.sandbox.http.schemas import (
    Many,
    Null,
    Record,
    Shape,
    Text,
    Whole,
    Word,
    read,
)
from reply_mcp.sandbox.records.credits import left, spend
from reply_mcp.sandbox.records.ownership import named_already, of_team, positive
from reply_mcp.sandbox.records.sequence import UNUSABLE_LINKEDIN
from reply_mcp.sandbox.store import Doc, public

STEP_TYPE = "commentOnRecentPost"
SAMPLES_A_DAY = 20

_CHANGED: dict[str, Shape] = {"name": Text(256, least=1), "text": Text(2000, least=1)}
_UPDATE = Record(_CHANGED, ("name", "text"))
_CREATE = Record({**_CHANGED, "stepType": Word((STEP_TYPE,))}, ("name", "text", "stepType"))
_PREVIEW: dict[str, Shape] = {
    "promptText": Text(2000, least=1),
    "skipTopics": Many(Text()),
    "sequenceId": Null(Whole(1)),
}
_SAMPLE = Record(_PREVIEW, ("promptText",))
_REAL = Record(
    {
        **_PREVIEW,
        "linkedInProfileUrl": Text(least=1),
        "linkedInAccountId": Whole(1),
        "skipIfNoPostsInDays": Null(Whole(1, 90)),
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
def list_ai_prompts(call: Call) -> list[Doc]:
    """A bare array of the library's prompts and the caller's own."""
    wanted = call.query.get("stepType")
    if not wanted:
        raise invalid(("stepType", "StepType is required."))
    if wanted.lower() != STEP_TYPE.lower():
        raise invalid(("stepType", f"The value '{wanted}' is not one of {STEP_TYPE}."))
    return [public(one) for one in call.store.all("aiPrompt") if _visible(call, one)]


@operation("CreateAiPrompt")
def create_ai_prompt(call: Call) -> Reply:
    """Keep a prompt of one's own; its name is unique among them."""
    body = read(call, _CREATE)
    _refuse_double(call, body["name"])
    doc = {"id": None, "name": body["name"].strip(), "text": body["text"], "scope": "personal", "stepType": STEP_TYPE}
    kept = call.store.put("aiPrompt", {**doc, "_userId": call.key.user_id, "_teamId": call.key.team_id})
    return Reply(201, public(kept))


@operation("UpdateAiPrompt")
def update_ai_prompt(call: Call) -> Doc:
    """Replace name and text of one's own prompt."""
    body = read(call, _UPDATE)
    own = _own(call, "edited")
    _refuse_double(call, body["name"], own["id"])
    return public(call.store.put("aiPrompt", {**own, "name": body["name"].strip(), "text": body["text"]}))


@operation("DeleteAiPrompt")
def delete_ai_prompt(call: Call) -> Reply:
    """Delete one's own prompt."""
    call.store.delete("aiPrompt", _own(call, "deleted")["id"])
    return Reply(204)


@operation("PreviewAiPromptOnSamplePost")
def preview_ai_prompt_on_sample_post(call: Call) -> Doc:
    """Comment on a made-up post, some twenty times a day."""
    body = read(call, _SAMPLE)
    _refuse_unrenderable(body["promptText"])
    since = call.clock.now() - timedelta(days=1)
    earlier = call.store.all("promptPreview", _userId=call.key.user_id)
    if sum(instant(one["at"]) > since for one in earlier) >= SAMPLES_A_DAY:
        detail = "The daily limit of sample previews is reached. Try again tomorrow."
        raise Problem(429, "linkedInCommentPreview.dailySampleLimitReached", detail)
    call.store.put("promptPreview", {"at": call.clock.iso(), "_userId": call.key.user_id})
    return _comment(0, body)


@operation("PreviewAiPromptOnLinkedInPost")
def preview_ai_prompt_on_linkedin_post(call: Call) -> Doc:
    """Comment on somebody's latest post; a credit is spent whatever comes of it."""
    body = read(call, _REAL)
    address = urlsplit(body["linkedInProfileUrl"].strip())
    host = address.netloc.lower()
    if (host != "linkedin.com" and not host.endswith(".linkedin.com")) or not _PROFILE.fullmatch(address.path):
        raise Problem(400, "linkedInCommentPreview.invalidLinkedInUrl", "The URL is not that of a LinkedIn profile.")
    account = of_team(call, "linkedInAccount", body["linkedInAccountId"])
    if account is None:
        raise Problem(404, "linkedInCommentPreview.linkedInAccountNotFound", "The LinkedIn account was not found.")
    if str(account["status"]).lower() in UNUSABLE_LINKEDIN:
        raise Problem(400, "linkedInCommentPreview.linkedInAccountInactive", "The LinkedIn account is not active.")
    _refuse_unrenderable(body["promptText"])
    if left(call.store, call.key.team_id, "liveData") < 1:
        raise Problem(400, "linkedInCommentPreview.insufficientCredits", "There are not enough credits.")
    spend(call.store, call.key.team_id, "liveData", 1)
    drawn = crc32(address.path.strip("/").lower().encode())
    age = drawn % 45
    days = body.get("skipIfNoPostsInDays")
    if drawn % 9 == 0 or (whole(days) and age > days):
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


def _visible(call: Call, prompt: Doc) -> bool:
    return bool(prompt["scope"] == "library" or prompt["_userId"] == call.key.user_id)


def _own(call: Call, done: str) -> Doc:
    positive(call)
    held = call.store.get("aiPrompt", call.id)
    if held is None or not _visible(call, held):
        raise Problem(404, "aiPrompt.notFound", f"AI prompt {call.id} was not found.")
    if held["scope"] == "library":
        raise Problem(403, "aiPrompt.communityPromptReadOnly", f"A library prompt cannot be {done}.")
    return held


def _refuse_double(call: Call, name: str, own: int | None = None) -> None:
    mine = [one for one in call.store.all("aiPrompt") if one["scope"] == "personal" and _visible(call, one)]
    if named_already(mine, name, own):
        raise Problem(409, "aiPrompt.nameAlreadyExists", f"You have a prompt named '{name.strip()}' already.")
