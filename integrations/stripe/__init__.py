"""Stripe: the adapter of the port `Payments`, and a server of one's own that speaks as Stripe does."""
