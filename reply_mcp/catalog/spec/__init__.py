"""The catalog against an OpenAPI document, and as one.

check              a document against the catalog and against the facts of the one before: all of the following
facts              what is kept of a document
answers            what each of its operations answers with
flatten            a document as tables that compare line by line
drift              what changed between two documents
meaning            what a change means for the tools
compare            the catalog against a document, operation by operation
request_fields     what a request may hold, as a table
known_differences  what the catalog says otherwise on purpose
view_fields        which fields of an answer a view shows
export             the catalog as an OpenAPI document
tool_reference     the tool reference, `docs/tools.md`
"""
