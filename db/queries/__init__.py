"""One function per question to the database."""
