"""Acts of the business, on the real database."""
