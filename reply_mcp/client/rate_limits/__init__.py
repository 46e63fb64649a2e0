"""Reply's rate limits as plain data: who may send now, and who waits for how long.

rate_limiter   the decision, and all that is known for it
usage_windows  the requests in each window of time, ours and those of others
queue          who waits, and what each of those who share the account has under way
rates          the limits, as the settings write them
headers        what the headers of an answer say of the limits

`client.budget` asks it before each request; a store of `client.stores` keeps it for all who share the account.
"""
