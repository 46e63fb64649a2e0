"""Jobs that Reply's API has no call for, by the names of tools elsewhere and by what people ask for.

They are not imitated: a call by such a name, or a search for such a job, answers with the nearest thing that works.
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

UNSUPPORTED_JOBS = {
    "no:variant_numbers": (
        "Reply's API gives no numbers per variant of a step, only per sequence (reply_get_sequence_stats); the web app "
        "shows them."
    ),
    "no:merging": (
        "Reply's API cannot merge contacts or companies. Keep one: update it with what the other holds, then delete "
        "the other. Namesakes stand together in reply_filter_contacts with sortBy=lastName."
    ),
    "no:list_removal": (
        "Reply's API takes nobody off a single list; the web app does. reply_move_contacts_to_list puts people on one "
        "list and takes them off every other. Who wants no more mail: reply_set_contacts_opted_out."
    ),
    "no:billing": "Plans, invoices and credits are not in Reply's API; the account's owner has them in the web app.",
    "no:team_administration": (
        "Reply's API cannot add or remove teammates or change roles, passwords or keys; an admin does it in the web "
        "app. reply_search_team_members lists who is there."
    ),
    "no:warmup": (
        "Reply's API has no warm-up and no deliverability test. A mailbox's limits and ramp-up are in "
        "reply_update_email_account."
    ),
    "no:calling": "Reply's API places no calls. reply_create_task makes a call task; reply_list_calls has calls made.",
    "no:crm": (
        "Deals, pipelines and CRM connections are not in Reply's API. reply_create_webhook can tell another system "
        "what happens here."
    ),
    "no:mail_client": (
        "Reply's API cannot snooze, forward, archive or star a thread, nor send an answer later. Threads can be marked "
        "unread, filed under a category, or followed by a task (reply_create_task)."
    ),
    "no:text_messages": (
        "Reply's API sends no text or WhatsApp message by itself; reply_execute_task sends the SMS of a task that a "
        "sequence made."
    ),
    "no:calendar": (
        "Calendars and booking links are not in Reply's API. reply_list_meetings has the meetings booked, "
        "reply_set_meeting_intent flags who wants one."
    ),
}
"""Job → what to say of it. Requests for it stand in `search/requests.txt`, as do those that have nothing to do with
Reply (`no:other_…`)."""
