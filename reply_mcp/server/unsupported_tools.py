"""Names of jobs that Reply's own server has tools for and its API has no call for: what there is instead.

These are not faked. Whoever asks for one by its name is told so, with the nearest thing that works.
"""

from __future__ import annotations

_HELP_CENTER = (
    "not here: Reply's API does not reach its Help Center; the person can read it on Reply's website. For how tools "
    "here behave: the resources reply://guide/… and reply_find_tools with detail=full. For the knowledge that Reply's "
    "AI writes from: reply_list_knowledge_bases, reply_get_knowledge_base."
)

ELSEWHERE = {
    "reply_search_knowledge_base": _HELP_CENTER,
    "reply_get_knowledge_base_article": _HELP_CENTER,
    "reply_get_app_map": (
        "not here: Reply's API does not say where things are in its web app. reply_find_tools finds the call that does "
        "the job itself; reply_overview says what needs doing in this account."
    ),
    "reply_report_unsupported_request": (
        "not here: no call of Reply's API reaches its product team. First try reply_find_tools in other words; if "
        "nothing does the job, say so to the person, who can write to Reply's support."
    ),
}
"""Name → what to say of it."""
