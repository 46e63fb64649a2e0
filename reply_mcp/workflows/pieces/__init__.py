"""What the workflows are made of, by one of them or by several.

partial_reads         reads of which some may fail: what is missing is named, the rest is shown
inbox_urgency         which unread threads come first
last_inbound_message  the other side's last message in a thread
accounts_state        what is wrong with a mailbox or a LinkedIn account, and the tool that fixes it
diagnosis_rules       why a sequence does not send, a rule for each cause
undo_steps            the requests of an undo, each checked, asked about and sent
"""
