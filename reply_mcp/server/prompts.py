"""Prompts: jobs that people do again and again, written out for an agent that has these tools.

Implements the prompts feature of the Model Context Protocol.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import mcp_types as types

from reply_mcp.text.lists import list_some

LONGEST_ARGUMENT = 100_000
"""Characters of one argument: some thousand rows of a list."""


@dataclass(frozen=True, slots=True)
class PromptArgument:
    """One argument of a prompt; `kind` names the completions for it, "" where there are none."""

    name: str
    about: str
    required: bool = True
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt: `{name}` in its text is an argument; `defaults` stand in for arguments that are left out."""

    name: str
    title: str
    about: str
    text: str
    arguments: tuple[PromptArgument, ...] = ()
    defaults: tuple[tuple[str, str], ...] = ()

    def definition(self) -> types.Prompt:
        """The prompt as `prompts/list` sends it."""
        return types.Prompt(
            name=self.name,
            title=self.title,
            description=self.about,
            arguments=[
                types.PromptArgument(name=one.name, description=one.about, required=one.required)
                for one in self.arguments
            ],
        )

    def render(self, given: Mapping[str, str]) -> str:
        """The text for these arguments.

        Raises:
            ValueError: naming the arguments that are missing, unknown or too long.
        """
        known = [one.name for one in self.arguments]
        faults = [
            f"{name}: at most {LONGEST_ARGUMENT:,} characters, got {len(given[name]):,}"
            for name in known
            if len(given.get(name, "")) > LONGEST_ARGUMENT
        ]
        faults += [
            f"{one.name}: required" for one in self.arguments if one.required and not given.get(one.name, "").strip()
        ]
        unknown = [name[:60] for name in given if name not in known]
        if unknown:
            faults.append(f"{list_some(unknown, 5)}: no such argument; there are {', '.join(known) or 'none'}")
        if faults:
            raise ValueError("; ".join(faults))
        values = dict(self.defaults) | {name: value for name, value in given.items() if value.strip()}
        return re.sub(r"\{(\w+)\}", lambda match: values.get(match[1], match[0]), self.text)


PROMPTS = (
    Prompt(
        "morning_triage",
        "Morning triage",
        "What needs me today: replies, tasks, sequences in trouble, with drafts of answers",
        "Go through my Reply account as of now.\n"
        "1. reply_overview: what needs me now.\n"
        "2. For the replies it names, reply_get_thread, interested ones first; reply_triage_inbox (by reply_run_read) "
        "shows the last message of the others.\n"
        "3. reply_diagnose for each active sequence that is in trouble.\n"
        "Then give me one list, most urgent first: who, what they want in a few words, what you propose. Draft an "
        "answer for each reply, and send nothing before I agree.",
    ),
    Prompt(
        "weekly_report",
        "Weekly report",
        "Numbers of a period compared with the one before, and what they mean",
        "Report on {period}. Use reply_compare_sequence_performance for the period and once more for the equally long "
        "one before it. Give: contacted, replied and interested with rates and the change; the two best and two worst "
        "sequences by reply rate, among those with at least 50 people contacted; meetings booked. Then three "
        "observations, each with the number behind it. Say where too few people make a rate meaningless.",
        (PromptArgument("period", "Such as last week, or 2026-11-01 to 2026-11-15", required=False),),
        (("period", "the last seven days"),),
    ),
    Prompt(
        "build_sequence",
        "Build a sequence from a brief",
        "Steps and texts from a brief, checked with you, created but not started",
        "Build a Reply sequence for this brief:\n{brief}\n\n"
        "First propose: name, steps with channel and wait, and the text of each, short, with variables such as "
        "{{FirstName}} (the guide reply://guide/sequences has the rules). Wait for my agreement. Then create it with "
        "reply_create_sequence, read it back with reply_get_sequence_steps, and tell me what is missing before it can "
        "start (mailboxes, LinkedIn account, schedule, people). Do not start it.",
        (PromptArgument("brief", "Audience, offer, tone, channels, number of steps"),),
    ),
    Prompt(
        "clean_list",
        "Clean a list before an import",
        "Checks rows for duplicates, bad addresses and people who must not be contacted",
        "I want to import these people into Reply (list: {list}):\n{rows}\n\n"
        "Check them first: malformed or role addresses, duplicates, missing first names, people who are in Reply "
        "already (reply_search_contacts by email, for up to 30 of them; say when you stop) and who opted out. Show me "
        "a table of what you would import, what you would leave out, and why. After I agree, use "
        "reply_import_contacts with the good rows only, and reconcile its counts with the table.",
        (
            PromptArgument("rows", "The people, as CSV or text"),
            PromptArgument("list", "The list to put them on", required=False, kind="list"),
        ),
        (("list", "none"),),
    ),
    Prompt(
        "rescue_sequence",
        "Rescue a stalled sequence",
        "Why a sequence is not sending and what to do, most likely cause first",
        'The sequence "{sequence}" seems not to send. Find out why with reply_diagnose, and look closer where it '
        "points: reply_get_sequence_steps for the texts and, by reply_run_read, reply_get_sequence_stats for the last "
        "two weeks or the people of the sequence. Tell me the most likely cause first with the evidence, then what you "
        "would change, with which tool. Change nothing before I agree.",
        (PromptArgument("sequence", "Its name or id", kind="sequence"),),
    ),
    Prompt(
        "prepare_call",
        "Prepare for a call",
        "One page about a person: who they are, history, last message, what to ask",
        "I am about to call {contact}. Use reply_contact_brief and, if there is a conversation, reply_get_thread for "
        "all of it. Give me one page: who they are; what we sent and how they reacted; their last message; open "
        "questions and promises; three questions to ask; one risk to avoid. Separate what you know from what you "
        "infer.",
        (PromptArgument("contact", "Email address or id", kind="contact"),),
    ),
)
BY_NAME = {prompt.name: prompt for prompt in PROMPTS}
