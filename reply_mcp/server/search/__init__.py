"""Finding the right tool by the words that people use: `Search(entries).find("who replied this week")`.

What happens to a query, and where:

1. `plain` puts it plainly: phrases by what they mean (`phrases`, `phrases.txt`), and a word for what stands for an
   address, a link or a name.
2. `query` takes its words as the index has them: stems with synonyms made one (`words`), foreign words in English
   (`languages`), typing errors mended (`typos`).
3. `ranking` scores every entry by the words that it shares with the query, rare ones counting more, by names and
   sayings that stand in the query whole, by requests of any version (`routes`), and by what did the job of the most
   similar of a thousand known requests (`examples`, `requests.txt`).

Whatever does not depend on the query stands in `index.json`, which `reply-mcp catalog build` writes from the catalog
and from the two text files (`building`) and `index` reads. So the first search costs the reading of one file, and
nothing here is imported before it. A tool that is not found by some word gets that word in its `also`; a way of asking
that is not understood becomes a line of `requests.txt` or `phrases.txt`; then `make catalog`.
"""

from reply_mcp.server.search.ranking import Found, Matches, Search
from reply_mcp.server.search.words import words

__all__ = ["Found", "Matches", "Search", "words"]
