"""The GraphQL contract: types, unions, connections, descriptions and gates."""
