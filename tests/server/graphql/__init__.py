"""GraphQL on the wire, over a toy schema."""
