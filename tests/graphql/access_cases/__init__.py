"""The cases of the access matrix, one file a domain."""
