"""Finding the right tool by the words that people use: `Search(entries).matches("who replied this week")`.

1. `words` reads a query: foreign words are put in English, and one word stands for all names of people, companies and
   places. What is read of it, and what a typing error may be mended to, is bounded.
2. `ranking` adds two scores: by its words (BM25) and by its meaning (the cosine of its vector, of `vectors`, with the
   center of a tool's sentences). A tool's sentences are its name, its description, its sayings and known requests.
   Names of tools, and requests of any version of the API, lead to their tool.
3. `reading` tells how likely a request only reads. The likelier it does, the better a tool that sends or deletes must
   fit to lead it.

Whatever does not depend on the query stands in `index.json`, which `reply-mcp catalog build` writes (`building`;
`index` reads it) from the catalog, the known requests (`requests.txt`) and the word vectors (`vectors.bin`, made by
`manifests/word_vectors.py`); so do the words that people use for each tool, for hosts that search the list of tools
themselves (`keywords`). A tool that is not found by some word gets that word in its `also`; a way of asking that is not
understood becomes a line of `requests.txt`; then `make catalog`. Jobs that no tool does are known requests for `no:JOB`
or, where the job has several sides, `no:JOB.SIDE`.
"""

from reply_mcp.server.search.ranking import Found, Matches, Search

__all__ = ["Found", "Matches", "Search"]
