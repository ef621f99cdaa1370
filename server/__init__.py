"""The processes: api, worker and the command line."""
