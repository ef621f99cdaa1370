"""The adapter to Stripe, and the sandbox it is tried against."""
