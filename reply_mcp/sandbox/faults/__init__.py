"""Fault injection: which faults there are (`injection`), the responses and jobs that they give."""
