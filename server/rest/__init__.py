"""REST: the registered operations of resellers and of partners' people, at the paths their `@rest` names."""
