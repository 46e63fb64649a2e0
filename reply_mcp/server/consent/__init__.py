"""What may be done, and the consent of a person before what cannot be taken back.

policy      the decision for each effect: allow, ask, person, deny
caps        ceilings, beyond which a call that is allowed asks all the same
questions   what a person is asked, and the digest that consent is bound to
host        the host that asks the person, by elicitation, and what it answered
codes       codes that confirm a call, where the host cannot ask
requests    what waits for `reply-mcp approve`
consent     one call's way through these
"""
