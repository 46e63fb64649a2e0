"""Tools of Reply's own server whose jobs its API has no call for, and what to use instead.

They are not imitated: a call by such a name answers with the nearest thing that works.
"""

from __future__ import annotations

_HELP_CENTER = (
    "not here: Reply's API does not reach its Help Center; the person can read it on Reply's website. For how tools "
    "here behave: the resources reply://guide/… and reply_find_tools with detail=full. For the knowledge that Reply's "
    "AI writes from: reply_list_knowledge_bases, reply_get_knowledge_base."
)

UNSUPPORTED = {
    "reply_search_knowledge_base": _HELP_CENTER,
    "reply_get_knowledge_base_article": _HELP_CENTER,
    "reply_get_app_map": (
        "not here: Reply's API does not describe its web app. reply_find_tools finds the tool that does the job; "
        "reply_overview lists what needs attention in this account."
    ),
    "reply_report_unsupported_request": (
        "not here: no call of Reply's API reaches its product team. Try reply_find_tools with other words first; if "
        "nothing does the job, tell the person, who can write to Reply's support."
    ),
}
"""Tool name → why it is not here, and what is."""
