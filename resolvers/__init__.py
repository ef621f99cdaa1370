"""How each field gets its value: one call each, no rules."""
