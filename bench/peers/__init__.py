"""`./interline bench-peers`: our server beside other GraphQL servers, on the same rows with the same operations."""
