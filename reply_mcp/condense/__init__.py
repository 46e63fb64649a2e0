"""What of an answer the agent sees: short, safe to read, nothing dropped silently.

render         from an answer and its view to text: chooses the form
token_limits   how the text is made to fit

Forms, one for each kind of view: `tables`, `cards`, `blocks` (a list of texts), `conversations`, `briefs` (findings in
sentences), `numbers`, `write_results`, `full_json`. They share `columns` (rows as lines) and `values` (each value as
words); `asked` is what the call asked for.
"""

from reply_mcp.condense.render import condense
from reply_mcp.condense.token_limits import HARD_LIMIT, Condensed

__all__ = ["HARD_LIMIT", "Condensed", "condense"]
