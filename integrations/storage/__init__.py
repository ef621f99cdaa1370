"""Where files are kept: on this machine, or with whoever speaks S3."""
