"""The verbs: what changes members, organisations and the ways in."""
