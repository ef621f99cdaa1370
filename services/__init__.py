"""The acts of the business: everything that changes state."""
