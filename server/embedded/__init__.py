"""The real PostgreSQL and Valkey that run beside the api when the deployment names no others."""
