"""How Reply is talked to: one session for each credential, its requests, budget, retries and jobs.

In the order in which a call meets it:

session             one call: its hooks in their order, with the request among them
call_context        what is known of a call under way: its arguments, its options, what it wrote
turns               calls that change the same thing, one after the other; `leases` tells other servers of it
acting_user         whether the key acts as the user that the settings name
unknown_ids         ids of nothing, before a person is asked
name_resolution     names in the place of ids; `kept_names` has those that were looked up before
recording           what puts the call back, gathered around its request; `changes` keeps it, encrypted
sending             the layers of one request, in the order in which it passes them
reference_cache     what seldom changes, kept for a minute
request_coalescing  identical reads at the same moment, which share one request
http                one request: its turn in the budget, its tries, its answer
budget              the right to send one, waited for in line
shared_limiter      the limiter of all who share the account; `offline_budget` counts while its store is away
rate_limits         Reply's limits as plain data: who may send now, and who waits for how long
stores              where the limits, and other small facts, are shared: in a process, on a machine, between machines
transport           one exchange: the answer as it came, or how it was lost
outcomes            what an exchange came to: an answer, an error, another try
problems            Reply's error answers in words that an agent can act on
jobs                background jobs, waited for

connection          how connections are opened, and whom they trust
credentials         an API key, and whom it acts for
files               files that a call reads, uploads or saves
background_tasks    tasks that outlive the call that began them
spans, totals       each request in traces, and all of them in metrics
"""
