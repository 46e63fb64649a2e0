"""The MCP surface, generated from the catalog: tools, resources, prompts, completions, over stdio and HTTP.

stdio, http         the transports: who calls, and where answers go
local_key           the key of the person at this machine
sessions            a session of the client for each credential
server              the server on the SDK's, with all that it shares
context             what is known of a request and its caller

request_handlers    which part of the server a request may use, and its handlers
restriction         that part, as the caller or the request narrows it
inventory           the tools of a run: listed, found by search, switched off
exclusions          what else is off where a tool is
definitions         tools as `tools/list` sends them
icon                the picture beside the server's name

tool_handlers       `tools/list` and `tools/call`
discovery           the three finders, which reach every tool
tool_lines          the parts of a line on one tool
search              finding a tool by the words that people use
unsupported_tools   what Reply's API has no call for, and what to say of it
tool_calls          one call of a tool, from its arguments to its text
output_options      the arguments that say how an answer is shown
off_loop            long work in a thread, so that other callers are answered meanwhile
consent             what may be done, and whom to ask before
repeats             a write that was made a moment ago, not made again unasked
same_calls          what makes two calls the same, however their arguments are written
progress            how far a call has come
pagination          a list read page after page, as one answer
answer_format       the answer as text
audit               the audit log
apps                what a host shows beside an answer

resource_handlers   resources, prompts and completion
resources           the resources there are
prompts             the prompts there are
completions         names of sequences, lists and contacts, completed
tracing             spans without content
"""
