"""What operators see of a process: logs, metrics, traces."""
