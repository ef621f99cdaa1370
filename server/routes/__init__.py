"""The HTTP routes that are not GraphQL."""
