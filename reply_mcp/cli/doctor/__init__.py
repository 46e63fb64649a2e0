"""What is wrong with a set-up, and what mends it: `command` runs the checks, each module has those of one kind."""
