"""What resolvers make themselves."""
