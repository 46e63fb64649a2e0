"""The audit log: a line of JSON for each call that may change something, chained by hashes.

chain       the lines: how they are chained, read and verified
log         the file: appended by several processes, rotated by size
trail       one call's way into a line: who, what, with whose consent, what came of it

A line never holds a text, a body or a key: names of tools and arguments, ids, digests, and what came of the call.
Each line has the hash of the one before, so that a line that was changed, moved or taken out shows; a file beside the
log has the number and the hash of the last line, so that missing ones at the end show too. This shows accidents and
careless hands. Someone who may write to the folder and recomputes all hashes is not stopped: copy the log elsewhere
where that matters.
"""
