"""Request bodies that operations of several areas take.

steps              the steps of a sequence, each type for creating and for replacing
step_forms         steps as people write them, made such bodies
sequence_settings  how a sequence sends
people_filters     filters that find people, of Live Data and of autopilots
"""
