"""Time and people: what happens by itself as the virtual clock goes on.

engine            steps that fall due are done, and people react to them
step_run          a step as one contact meets it
sending_hours     when a schedule lets a sequence send
step_conditions   what condition steps ask of a contact
enrollment        putting contacts into sequences
task_completion   what completing a task does
reactions         how people react: they open, click, answer, bounce, opt out
reply_texts       what they answer
reply_handling    what the AI SDR does with an answer
conversations     threads and their messages
events            what reports count
daily             what the account does once a day
scheduled_work    jobs and searches whose time comes later
webhook_delivery  events posted to subscribers, each a `webhook_payload`
live_pool         the people whom Live Data knows of; `live_filters` finds them
invented_names    names for all of these people
"""
