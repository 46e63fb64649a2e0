"""AI prompts: what a change keeps, what a trial costs, why there is no comment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.hooks.read_once import read_once
from reply_mcp.catalog.operation import Call
from reply_mcp.catalog.rows import rows_of
from reply_mcp.errors import NotDone

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.templates.ai_prompts import (
        DeleteAiPrompt,
        PreviewAiPromptOnLinkedInPost,
    )
    from reply_mcp.catalog.areas.templates.bodies import Trial

_WHY = {
    "noRecentPosts": "the person has not posted lately",
    "postsUnavailable": "the posts could not be read",
    "commentingRestricted": "the post takes no comments",
    "reshareNoText": "the post is a reshare without words",
    "noPostContent": "the post has no text",
    "aiSkip": "the AI would not comment on this topic",
}


async def read_prompt(call: Call) -> Any:
    """The prompt as it is, from the list: no call reads a single one.

    Raises:
        NotDone: where it is in Reply's library, or does not exist.
    """
    listed = rows_of(await read_once(call, "ListAiPrompts", stepType="commentOnRecentPost"))
    prompt = next((row for row in listed if str(row.get("id")) == str(call.arguments.id)), None)
    if prompt is None:
        raise NotDone(
            f"Nothing was changed: there is no AI prompt {call.arguments.id}. reply_list_ai_prompts lists all."
        )
    if str(prompt.get("scope")).casefold() == "library":
        raise NotDone(
            f'Nothing was changed: "{prompt.get("name")}" ({prompt.get("id")}) is in Reply\'s library, which '
            "cannot be changed. reply_create_ai_prompt creates one of your own from its text."
        )
    return prompt


async def preview_deletion(call: Call[DeleteAiPrompt]) -> str:
    prompt = await read_prompt(call)
    return f'This deletes your AI prompt "{prompt.get("name")}" ({prompt.get("id")}); steps that use it keep its text.'


async def preview_spending(call: Call[PreviewAiPromptOnLinkedInPost]) -> str:
    return (
        f"This spends one Reply credit, even if there is no comment, to try the prompt on the latest post of "
        f"{call.arguments.linked_in_profile_url}. Nothing is posted."
    )


async def describe_outcome(call: Call[Trial], answer: dict[str, Any]) -> Any:
    """Adds `_result`: that there is a comment, or why there is none."""
    outcome = str(answer.get("outcome") or "")
    why = next((text for word, text in _WHY.items() if word.casefold() == outcome.casefold()), outcome)
    result = "Comment generated; nothing was posted." if outcome == "generated" else f"No comment: {why}."
    return {**answer, "_result": result}
