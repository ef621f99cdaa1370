"""REST: the registered operations of the OTA audience, at the paths their `@rest` names."""
