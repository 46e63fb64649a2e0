"""Words, for every floor above: lists and plurals, outsiders' text made safe, tokens.

Outsiders' words: `outside` marks a string as theirs, `cleaning` makes it safe to show; `lookalikes` and `surrogates`
are letters that pass for others, and halves of one; `addresses` names those in email addresses and hosts.

Emails: `html` and its walk (`html_walk`, `styles`) give the text that a reader sees; `quotes` and `quote_headers` take
off what it quotes, and `previews` off a beginning on one line; `intents` is what its writer asks for; `canonical` is
a text as it is compared with another.

Our own sentences: `lists`, `times`, `names` (as they are compared), `suggestions` (what a misspelled word was meant to
be), `digits`, `company_sizes`, `tokens`.
"""
