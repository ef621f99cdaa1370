"""The outside world: a vendor's words in, our words out."""
