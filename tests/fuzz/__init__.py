"""Generated operations over generated data: compiled and by graphql-core, the answers are the same bytes."""
