"""What every request passes through.

routing          the operation that a method and a path name
operation_facts  what is known of each operation
auth             keys, acting users, scopes
rate_limits      fixed windows for each caller
handler          how a handler is written and registered
schemas          schemas of request bodies; `body_types` checks the types of fields
bulk             the ids of bulk calls, and their answers of failures
uploads          files of a multipart request
problems         refusals as Reply words them
responses        what handlers answer, as HTTP responses
"""
