"""How the arguments that an agent gives become a validated model: `parse.parse_arguments`."""
