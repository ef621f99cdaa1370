"""The GraphQL explorer: its assets and its examples."""
