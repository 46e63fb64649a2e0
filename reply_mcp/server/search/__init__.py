"""Finding the right tool by the words that people use: `Search(entries).find("who replied this week")`.

1. `words` reads a query: stems, foreign words in English, words of other products as Reply's. What is read of it, and
   what a typing error may be mended to, is bounded.
2. `verbs` tells what a request wants done, and whether it reads; one that reads is never led by a tool that sends.
3. `ranking` fuses two orders: by its words (BM25 over names, descriptions, sayings and known requests) and by its
   meaning (`vectors`: the nearest of the sentences that say what a tool does). Requests of any version of the API
   (`routes`) and names of tools lead to their tool.
4. `keywords` chooses words that people use for each tool, for hosts that search the list of tools themselves.

Whatever does not depend on the query stands in `index.json` and `keywords.json`, which `reply-mcp catalog build` writes
(`building`; `index` reads it) from the catalog, the known requests (`requests.txt`) and the word vectors
(`vectors.bin`, made by `manifests/word_vectors.py`). A tool that is not found by some word gets that word in its
`also`; a way of asking that is not understood becomes a line of `requests.txt`; then `make catalog`.
"""

from reply_mcp.server.search.ranking import Found, Matches, Search

__all__ = ["Found", "Matches", "Search"]
