"""What may be done, and the consent of a person before what cannot be taken back.

In the order in which a call meets it:

gate          what a call passes right before it is carried out: all of the following
policy        the decision for each effect: allow, ask, person, deny
questions     what a person is asked, and the digest that consent is bound to
caps          ceilings, beyond which a call that is allowed asks all the same
asking        the ways to ask a person, and which comes first
host          the host that asks, by a form or a page (elicitation), and what it answered
rounds        questions that the host answers by calling again
page          pages on this machine where a person answers
codes         codes that confirm a call, where the host cannot ask
seal_keys     the secrets behind codes and sealed questions
requests      what waits for `reply-mcp approve`, or for the page
agreements    answers that wait for their call
entry_limits  how many codes and requests of callers are kept: the newest of each, and of all
consent       what all calls of a run share
call_consent  one call's way: gate, question, and the gate again
"""
