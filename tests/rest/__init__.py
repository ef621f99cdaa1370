"""The REST calls through ASGI, on the real graph and the real database."""
